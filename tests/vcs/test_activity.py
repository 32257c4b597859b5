"""Who changed how much and when."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from belvedere.vcs import activity as module
from belvedere.vcs.activity import Activity, activity_from, monday_of
from belvedere.vcs.model import Changeset

NOW = datetime(2024, 6, 1, tzinfo=UTC).timestamp()
ANN = "Ann Example <ann@example.org>"


def changeset(
    number: int, moment: datetime | float, *, author: str = ANN, offset: int = 0, parents: int = 1
) -> Changeset:
    seconds = moment if isinstance(moment, float) else moment.timestamp()
    return Changeset(f"{number:040x}", number, ("0" * 40,) * parents, author, seconds, offset, "message")


def of(*changesets: Changeset) -> Activity:
    made = Activity(NOW)
    for each in changesets:
        made.add(each)
    return made


def month(year: int, number: int) -> int:
    return year * 12 + number - 1


def test_moments_are_those_of_the_authors_clock() -> None:
    late = datetime(2023, 12, 31, 23, 30, tzinfo=UTC)  # a Sunday
    made = of(changeset(0, late), changeset(1, late, offset=3600))
    assert made.months == {month(2023, 12): 1, month(2024, 1): 1}
    assert [monday_of(week) for week in made.weeks] == [date(2023, 12, 25), date(2024, 1, 1)]
    assert {hour: count for hour, count in enumerate(made.hours) if count} == {6 * 24 + 23: 1, 0: 1}
    assert made.first == (late.timestamp(), "0" * 40)


@pytest.mark.parametrize("seconds", [0.0, -5.0, 1e15, float(1 << 53), NOW + 10 * 86_400])
def test_dates_that_cannot_be_right_are_counted_apart(seconds: float) -> None:
    made = of(changeset(0, seconds), changeset(1, datetime(2024, 1, 1, tzinfo=UTC), parents=2))
    assert (made.count, made.undated, made.merges, sum(made.months.values())) == (2, 1, 1, 1)
    assert made.busiest()[0]["count"] == 2


def test_people_are_known_by_their_addresses() -> None:
    made = of(
        changeset(0, datetime(2023, 1, 1, tzinfo=UTC)),
        changeset(1, datetime(2024, 1, 1, tzinfo=UTC), author="Ann Married <ANN@example.org>"),
        changeset(2, datetime(2022, 5, 1, tzinfo=UTC), author="bob"),
        changeset(3, datetime(2022, 6, 1, tzinfo=UTC), author="bob"),
        changeset(4, datetime(2022, 7, 1, tzinfo=UTC), author="bob"),
    )
    assert [(each["name"], each["count"]) for each in made.busiest()] == [("bob", 3), ("Ann Married", 2)]
    assert [(each["name"], each["count"]) for each in made.busiest(month(2023, 2))] == [("Ann Married", 1)]


def test_counting_goes_on_where_it_was_left() -> None:
    every = [
        changeset(n, datetime(2024, 1 + n % 5, 1 + n % 28, n % 24, tzinfo=UTC), author=f"a{n % 7}") for n in range(99)
    ]
    begun = of(*every[:40])
    stored: dict[str, Any] = json.loads(json.dumps(begun.state()))
    resumed = activity_from(stored, NOW)
    for each in every[40:]:
        resumed.add(each)
    assert resumed.state() == of(*every).state()


def test_a_history_of_many_names_does_not_fill_the_memory(monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "MOST_AUTHORS", 3)
    made = of(*(changeset(n, datetime(2024, 1, 1, tzinfo=UTC), author=f"a{n}") for n in range(10)))
    assert len(made.authors) == 4
    assert [each["name"] for each in made.busiest()] == ["a0", "a1", "a2"]
