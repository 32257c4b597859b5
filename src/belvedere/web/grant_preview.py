"""What a change of a group's permissions would do inside it, in words, before it is done."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.http import QueryDict

from belvedere.access.actor import DEFAULT_USER_ID, Actor
from belvedere.access.levels import Level
from belvedere.accounts.granting import Holder
from belvedere.accounts.models import User
from belvedere.repos.fetch import AdministeredGroup, groups_visible_to, visible_to
from belvedere.repos.groups import is_below
from belvedere.repos.spreading import Shift
from belvedere.web.links import address_of

MOST_NAMED = 10
MOST_WAYS = 30
MOST_TURNS = 20
CARRIED = re.compile(r"(level-\w+-\d|strike-\w+|new_kind|new_name|new_level|children|sure)")


@dataclass(frozen=True, slots=True)
class Turn:
    """What becomes of one holder: the words before and after, and whether that is `more`, `less` or neither."""

    who: str
    before: str
    after: str
    sign: str


@dataclass(frozen=True, slots=True)
class Named:
    """An object inside the group."""

    is_group: bool
    name: str
    url: str


@dataclass(slots=True)
class Way:
    """A way in which objects change, how many do, and the first of them.

    `more_turns` is how many holders are not told; less than one where all are.
    """

    turns: list[Turn]
    more_turns: int
    count: int = 0
    named: list[Named] = field(default_factory=list)

    @property
    def more(self) -> int:
        """How many objects are not named."""
        return self.count - len(self.named)


@dataclass(slots=True)
class Preview:
    """What would be done; `is_hidden` tells that there is more where the viewer may not look."""

    mark: str
    ways: list[Way]
    repositories: int
    groups: int
    gains: int
    loses: int
    is_hidden: bool
    carried: list[tuple[str, str]]
    is_anew: bool = False

    @property
    def more(self) -> int:
        """How many objects change in ways that are not told."""
        return self.repositories + self.groups - sum(way.count for way in self.ways)


def preview_of(
    actor: Actor, group: AdministeredGroup, shifts: Sequence[Shift], mark: str, posted: QueryDict
) -> Preview:
    """Put what was foreseen into words, as far as the actor may see what it is about: what is alike together."""
    seen = _visible(actor, group)
    told = [shift for shift in shifts if (shift.kind, shift.target_id) in seen]
    ways: dict[tuple[Any, ...], Way] = {}
    counts: Counter[str] = Counter()
    for _, same in groupby(told, key=lambda shift: (shift.kind, shift.target_id)):
        some = list(same)
        counts[some[0].kind] += 1
        way = tuple((isinstance(each.holder, User), each.holder.pk, each.before, each.after) for each in some)
        if way not in ways:
            ways[way] = Way([_turn(shift) for shift in some[:MOST_TURNS]], len(some) - MOST_TURNS)
        _count_in(ways[way], some[0])
    return Preview(
        mark=mark,
        ways=sorted(ways.values(), key=lambda way: -way.count)[:MOST_WAYS],
        repositories=counts["repository"],
        groups=counts["group"],
        gains=sum(shift.gains for shift in told),
        loses=sum(shift.loses for shift in told),
        is_hidden=len(told) < len(shifts),
        carried=list(_carried(posted)),
    )


def _count_in(way: Way, shift: Shift) -> None:
    way.count += 1
    if len(way.named) < MOST_NAMED:
        way.named.append(Named(shift.kind == "group", shift.name, address_of(shift.name)))


def _visible(actor: Actor, group: AdministeredGroup) -> set[tuple[str, int]]:
    inside = is_below(group.name)
    groups = groups_visible_to(actor).filter(inside).values_list("pk", flat=True)
    repositories = visible_to(actor).filter(inside).values_list("pk", flat=True)
    return {("group", pk) for pk in groups} | {("repository", pk) for pk in repositories}


def _turn(shift: Shift) -> Turn:
    sign = "more" if shift.gains else "less" if shift.loses else ""
    return Turn(_who(shift.holder), _word(shift.before), _word(shift.after), sign)


def _who(holder: Holder) -> str:
    if isinstance(holder, User):
        return "everyone" if holder.pk == DEFAULT_USER_ID else holder.username
    return f"user group {holder.name}"


def _word(level: Level | None) -> str:
    return "no entry" if level is None else level.label


def _carried(posted: QueryDict) -> Iterable[tuple[str, str]]:
    """Give what the form has to say again when it is confirmed."""
    for name, values in posted.lists():
        if CARRIED.fullmatch(name) and not _says_nothing(posted, name):
            yield from ((name, value) for value in values)


def _says_nothing(posted: QueryDict, name: str) -> bool:
    """Tell whether it is about a row that stays as it is."""
    word, key, was = [*name.split("-"), "", ""][:3]
    return word == "level" and posted.get(name) == was and f"strike-{key}" not in posted
