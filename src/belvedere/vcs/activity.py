"""Who changed how much and when: counts that grow with each changeset, so that none is read twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import Any

from belvedere.vcs.model import Changeset

MOST_AUTHORS = 50_000
"""From here on, who is new counts among all others: a hostile history must not fill the memory."""
LONGEST_NAME = 200
TOP = 20
HOURS_A_WEEK = 168
MONTHS_A_YEAR = 12
OTHERS = ""

_DAY, _HOUR, _WEEK = 86_400, 3600, 7
_EPOCH = date(1970, 1, 1).toordinal()
_THURSDAY = 3  # the first day of 1970, with Monday as 0
_LAST_DAY = date(9999, 12, 30).toordinal() - _EPOCH


@dataclass(slots=True)
class Author:
    """One person, by e-mail address (or by name without one): how much, from when to when, and in which months."""

    name: str
    count: int = 0
    first: float = 0.0
    last: float = 0.0
    months: Counter[int] = field(default_factory=Counter)

    def add(self, name: str, moment: float, month: int | None) -> None:
        """Count a changeset; without a month its date cannot be right."""
        self.count += 1
        if month is None:
            return
        if not self.months or moment < self.first:
            self.first = moment
        if not self.months or moment >= self.last:
            self.last, self.name = moment, name
        self.months[month] += 1


@dataclass(slots=True)
class Activity:
    """The counts of a history up to a changeset.

    `weeks` are counted from the week of the first day of 1970, Mondays first; months are `year * 12 + month - 1`; hours
    begin with Monday's first. All of them are of the clock that the author saw. `undated` are the changesets whose
    dates cannot be right: from before 1970 or from the future.
    """

    now: float
    revision: int = -1
    raw_id: str = ""
    count: int = 0
    merges: int = 0
    undated: int = 0
    first: tuple[float, str] | None = None
    last: tuple[float, str] | None = None
    weeks: Counter[int] = field(default_factory=Counter)
    months: Counter[int] = field(default_factory=Counter)
    hours: list[int] = field(default_factory=lambda: [0] * HOURS_A_WEEK)
    authors: dict[str, Author] = field(default_factory=dict)

    def add(self, changeset: Changeset) -> None:
        """Count the next changeset."""
        self.revision, self.raw_id = changeset.revision, changeset.raw_id
        self.count += 1
        self.merges += len(changeset.parents) > 1
        local = int(changeset.date) + changeset.offset
        day = local // _DAY
        if 0 < changeset.date <= self.now + _DAY and 0 <= day <= _LAST_DAY:
            month = self._place(day, local % _DAY // _HOUR)
            here = (changeset.date, changeset.raw_id)
            if self.first is None or here[0] < self.first[0]:
                self.first = here
            if self.last is None or here[0] >= self.last[0]:
                self.last = here
        else:
            month = None
            self.undated += 1
        self._author_of(changeset).add(_name_of(changeset), changeset.date, month)

    def _place(self, day: int, hour: int) -> int:
        since_monday = day + _THURSDAY
        month = month_of(day)
        self.weeks[since_monday // _WEEK] += 1
        self.months[month] += 1
        self.hours[since_monday % _WEEK * 24 + hour] += 1
        return month

    def _author_of(self, changeset: Changeset) -> Author:
        key = (changeset.author_email or changeset.author_name).casefold()
        key = key[:LONGEST_NAME].replace("\0", "\ufffd")  # PostgreSQL's JSON has no NUL
        found = self.authors.get(key)
        if found is None:
            if len(self.authors) >= MOST_AUTHORS:
                key = OTHERS
            found = self.authors.setdefault(key, Author(_name_of(changeset)))
        return found

    def busiest(self, since: int | None = None) -> list[dict[str, Any]]:
        """Give those who did most, as JSON values; with a month, by what they did from then on."""

        def weight(author: Author) -> int:
            return author.count if since is None else sum(n for month, n in author.months.items() if month >= since)

        named = [(weight(author), key, author) for key, author in self.authors.items() if key != OTHERS]
        chosen = sorted((each for each in named if each[0]), key=lambda each: (-each[0], each[1]))[:TOP]
        return [
            {
                "id": blake2b(key.encode("utf-8", "surrogateescape"), digest_size=6).hexdigest(),
                "name": author.name,
                "count": count,
                "first": author.first,
                "last": author.last,
                "months": author.months,
            }
            for count, key, author in chosen
        ]

    def state(self) -> dict[str, Any]:
        """Give all that is needed to go on, as JSON values."""
        authors = [[key, a.name, a.count, a.first, a.last, a.months] for key, a in self.authors.items()]
        plain = ("revision", "raw_id", "count", "merges", "undated", "first", "last", "weeks", "months", "hours")
        return {name: getattr(self, name) for name in plain} | {"authors": authors}


def activity_from(state: dict[str, Any], now: float) -> Activity:
    """Rebuild what `state` gave, after it was JSON."""
    authors = {
        key: Author(name, count, first, last, _counter(months))
        for key, name, count, first, last, months in state["authors"]
    }
    ends = {name: None if state[name] is None else tuple(state[name]) for name in ("first", "last")}
    counters = {name: _counter(state[name]) for name in ("weeks", "months")}
    return Activity(**(state | {"now": now, "authors": authors} | ends | counters))


def month_of(day: int) -> int:
    """Give the month that a day (of 1970's count) lies in."""
    found = date.fromordinal(_EPOCH + day)
    return found.year * MONTHS_A_YEAR + found.month - 1


def monday_of(week: int) -> date:
    """Give the first day of a week of `Activity.weeks`."""
    return date.fromordinal(max(1, _EPOCH - _THURSDAY + week * _WEEK))


def _name_of(changeset: Changeset) -> str:
    name = changeset.author_name or changeset.author_email or "(nobody)"
    return name[:LONGEST_NAME].replace("\0", "\ufffd")


def _counter(stored: dict[str, int]) -> Counter[int]:
    return Counter({int(key): count for key, count in stored.items()})
