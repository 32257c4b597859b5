"""Repositories and groups as people look through them: a level or everything below it, filtered, in order, in pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal, NamedTuple, TypeVar

from django.db.models import Case, F, Func, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Length

from belvedere.access.actor import Actor
from belvedere.access.prepared import PreparedForIds, Slot
from belvedere.access.reaching import Reach
from belvedere.repos.fetch import (
    ReadableGroup,
    groups_visible_to,
    visible_groups_query,
    visible_query,
    visible_to,
)
from belvedere.repos.models import Repository, RepositoryGroup

Order = Literal["name", "changed", "owner"]
M = TypeVar("M", Repository, RepositoryGroup)

MOST_WORDS = 6
MOST_COUNTED = 1000
"""How many repositories are counted: whoever looks through more of them gains nothing by an exact number."""
ORDERS: dict[Order, tuple[str, ...]] = {
    "name": ("key",),
    "changed": ("updated_on", "id"),
    "owner": ("owner__username", "key"),
}
GROUP_ORDERS: dict[Order, tuple[str, ...]] = {
    "name": ("key",),
    "changed": ("key",),
    "owner": ("owner__username", "key"),
}
COUNTED = Func(F("pk"), function="COUNT", output_field=IntegerField())
"""How many there are, as one row of a query that can be prepared: groups are no part of it, which doubles its speed."""

OWNER = ("owner__username", "owner__firstname", "owner__lastname")


class ListedGroup(NamedTuple):
    """A group as it stands in a list."""

    pk: int
    name: str
    description: str
    owner: str
    firstname: str
    lastname: str


class ListedRepository(NamedTuple):
    """A repository as it stands in a list."""

    pk: int
    name: str
    description: str
    owner: str
    firstname: str
    lastname: str
    scheme: str
    is_private: bool
    updated_on: datetime
    last_changeset: dict[str, Any] | None


_NAMED = ("pk", "name", "description", *OWNER)
_group_rows = PreparedForIds("pk", lambda: RepositoryGroup.objects.values_list(*_NAMED))
_repository_rows = PreparedForIds(
    "pk",
    lambda: Repository.objects.values_list(*_NAMED, "scheme", "is_private", "updated_on", "last_changeset"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to list: directly in `group` (None: at the top level), or with `is_deep` the repositories at any depth.

    With `words` it is all that has each of them in its full name or description, at any depth.
    """

    group: ReadableGroup | None = None
    words: tuple[str, ...] = ()
    is_deep: bool = False
    order: Order = "name"
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A piece of a list, groups first, and how long the whole is.

    Where `is_more`, `total` is a lower bound, which lies beyond this piece unless it is the last.
    """

    groups: list[ListedGroup]
    repositories: list[ListedRepository]
    total: int
    is_more: bool = False


def words_from(text: str) -> tuple[str, ...]:
    """Take what somebody looks for apart; words beyond the sixth do not count."""
    return tuple(dict.fromkeys(text.casefold().split()))[:MOST_WORDS]


def listed(actor: Actor, wanted: Wanted, start: int, size: int) -> Listed:
    """Give the rows from `start` on that the actor may see; costs by what he may see there, rows are read last."""
    groups, group_total = _group_window(actor, wanted, start, size)
    rest = size - len(groups)
    repositories, total = _repository_window(actor, wanted, max(0, start - group_total), rest, size)
    return Listed(
        [ListedGroup._make(row) for row in _in_order(_group_rows, groups)],
        [ListedRepository._make(row) for row in _in_order(_repository_rows, repositories)],
        group_total + total,
        total > MOST_COUNTED,
    )


def counted(actor: Actor, wanted: Wanted) -> int:
    """Count all entries, however many there are: for who asks for what lies behind the last."""
    return _groups(actor, wanted).count() + _repositories(actor, wanted).count()


def groups_called(actor: Actor, text: str, most: int) -> list[str]:
    """Name visible groups whose full name holds all words, the likeliest first."""
    return list(_called(groups_visible_to(actor), text).values_list("name", flat=True)[:most])


def repositories_called(actor: Actor, text: str, most: int) -> list[dict[str, Any]]:
    """As `groups_called`, for repositories, with what a switcher shows of them."""
    columns = ("pk", "name", "scheme", "is_private", "description")
    return list(_called(visible_to(actor), text).values(*columns)[:most])


def _groups(actor: Actor, wanted: Wanted) -> QuerySet[RepositoryGroup]:
    visible = groups_visible_to(actor)
    if wanted.words:
        visible = _holding(_below(visible, wanted.group), wanted.words)
    elif wanted.is_deep:
        return visible.none()
    else:
        visible = visible.filter(parent=wanted.group)
    return _ordered(visible, GROUP_ORDERS[wanted.order], is_descending=wanted.is_descending)


def _repositories(actor: Actor, wanted: Wanted) -> QuerySet[Repository]:
    visible = visible_to(actor)
    if wanted.words or wanted.is_deep:
        visible = _holding(_below(visible, wanted.group), wanted.words)
    else:
        visible = visible.filter(group=wanted.group)
    return _ordered(visible, ORDERS[wanted.order], is_descending=wanted.is_descending)


def _below(rows: QuerySet[M], group: RepositoryGroup | None) -> QuerySet[M]:
    return rows if group is None else rows.filter(name__startswith=f"{group.name}/")


def _holding(rows: QuerySet[M], words: Sequence[str]) -> QuerySet[M]:
    for word in words:
        rows = rows.filter(Q(key__contains=word) | Q(description__icontains=word))
    return rows


def _ordered(rows: QuerySet[M], columns: tuple[str, ...], *, is_descending: bool) -> QuerySet[M]:
    return rows.order_by(*(f"-{column}" if is_descending else column for column in columns))


def _group_window(actor: Actor, wanted: Wanted, start: int, size: int) -> tuple[list[int], int]:
    if start or wanted.words or wanted.is_deep:
        return _window(_groups(actor, wanted), start, size, None)
    return _first_page("groups", wanted, size).window(actor, wanted.group, size)


def _repository_window(actor: Actor, wanted: Wanted, start: int, rest: int, size: int) -> tuple[list[int], int]:
    if start or wanted.words or (wanted.is_deep and wanted.group is not None):
        return _window(_repositories(actor, wanted), start, rest, MOST_COUNTED + 1)
    return _first_page("repositories", wanted, size).window(actor, wanted.group, rest)


@dataclass(frozen=True, slots=True)
class _FirstPage:
    """The prepared queries for the beginning of a level, or of everything: nearly all that people look at."""

    ids: Reach[Any]
    beyond: Reach[Any] | None
    counts: Reach[Any]
    size: int

    def window(self, actor: Actor, group: ReadableGroup | None, size: int) -> tuple[list[int], int]:
        """Give the first ids, and how many there are: counted only between a page of them and `MOST_COUNTED`."""
        inside = {} if group is None else {"inside": group.pk}
        ids = [pk for (pk,) in self.ids.rows(actor, **inside)]
        if len(ids) < self.size:
            return ids[:size], len(ids)
        if self.beyond is not None and self.beyond.first(actor, **inside):
            return ids[:size], MOST_COUNTED + 1
        return ids[:size], sum(count for (count,) in self.counts.rows(actor, **inside))


def _first_page(what: Literal["groups", "repositories"], wanted: Wanted, size: int) -> _FirstPage:
    orders = GROUP_ORDERS if what == "groups" else ORDERS
    order = tuple(f"-{column}" if wanted.is_descending else column for column in orders[wanted.order])
    return _prepared(what, order, size, is_inside=wanted.group is not None, is_deep=wanted.is_deep)


@cache
def _prepared(what: str, order: tuple[str, ...], size: int, *, is_inside: bool, is_deep: bool) -> _FirstPage:
    """Prepare the queries for one order of one kind of level."""
    column, query = ("parent", visible_groups_query) if what == "groups" else ("group", visible_query)
    slots = [Slot("inside", IntegerField())] if is_inside else []

    def level(rows: QuerySet[Any, Any], inside: int | None = None) -> QuerySet[Any, Any]:
        return rows if is_deep else rows.filter(**{column: inside})

    def ids(rows: QuerySet[Any, Any], **given: int) -> QuerySet[Any, Any]:
        return level(rows, **given).order_by(*order).values_list("pk")[:size]

    def counts(rows: QuerySet[Any, Any], **given: int) -> QuerySet[Any, Any]:
        return level(rows, **given).order_by().values_list(COUNTED)

    def beyond(rows: QuerySet[Any, Any], **given: int) -> QuerySet[Any, Any]:
        return level(rows, **given).order_by(*order).values_list("pk")[MOST_COUNTED : MOST_COUNTED + 1]

    is_bounded = what == "repositories"  # groups stand before them, so that their number is where these begin
    return _FirstPage(query(ids, *slots), query(beyond, *slots) if is_bounded else None, query(counts, *slots), size)


def _window(rows: QuerySet[M], start: int, size: int, most: int | None) -> tuple[list[int], int]:
    """Give the ids of a piece, and how many there are: counted only where the piece does not tell, and up to `most`.

    Where there are more than that, the number is a lower bound that lies beyond the piece.
    """
    ids = list(rows.values_list("pk", flat=True)[start : start + size + 1])
    if len(ids) <= size and (ids or not start):
        return ids, start + len(ids)
    if most is None:
        return ids[:size], rows.count()
    if ids and start + size >= most:
        return ids[:size], start + size + 1
    return ids[:size], rows.order_by()[:most].count()


def _in_order(rows: PreparedForIds, ids: list[int]) -> list[tuple[Any, ...]]:
    found = {row[0]: row for row in rows.rows(ids)}
    return [found[pk] for pk in ids if pk in found]


def _called(rows: QuerySet[M], text: str) -> QuerySet[M]:
    """Rank by how well the last word fits: the whole name or its last part, then how these begin, then anything."""
    words = words_from(text)
    for word in words:
        rows = rows.filter(key__contains=word)
    if not words:
        return rows.order_by("key")
    last = words[-1]
    rank = Case(
        When(key=last, then=Value(0)),
        When(key__endswith=f"/{last}", then=Value(1)),
        When(key__startswith=last, then=Value(2)),
        When(key__contains=f"/{last}", then=Value(3)),
        default=Value(4),
        output_field=IntegerField(),
    )
    return rows.order_by(rank, Length("key"), "key")
