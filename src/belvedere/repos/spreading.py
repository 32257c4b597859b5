"""Making what is inside a repository group like the group: what that changes is told before it is done."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db import transaction
from django.db.models import QuerySet

from belvedere.access.actor import DEFAULT_USER_ID, Actor
from belvedere.access.levels import Level
from belvedere.accounts.fetch import holder_of
from belvedere.accounts.granting import Change, Holder, change_grants
from belvedere.accounts.models import User
from belvedere.errors import Conflict
from belvedere.repos import group_grants
from belvedere.repos.fetch import AdministeredGroup
from belvedere.repos.group_grants import Children
from belvedere.repos.groups import is_below, lock_tree
from belvedere.repos.models import Repository, RepositoryGrant, RepositoryGroup, RepositoryGroupGrant

Kind = Literal["group", "repository"]
AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Shift:
    """What one holder has on one object inside a group, before and after; None stands for no grant at all."""

    kind: Kind
    target_id: int
    name: str
    holder: Holder
    before: Level | None
    after: Level | None

    @property
    def gains(self) -> bool:
        """Whether the holder has more afterwards."""
        return (self.after or Level.NONE) > (self.before or Level.NONE)

    @property
    def loses(self) -> bool:
        """Whether the holder has less afterwards."""
        return (self.after or Level.NONE) < (self.before or Level.NONE)


def foresee(group: AdministeredGroup, changes: Sequence[Change], children: Children) -> list[Shift]:
    """Tell what it takes to give the children what the group grants once the changes are made.

    Whoever has nothing from the group keeps what he has inside, unless the changes take his grant back. What everyone
    may do with a private repository stays. Costs four queries, whatever there is.
    """
    wanted = _wanted(group, changes)
    found: list[Shift] = []
    if children in ("groups", "all"):
        groups = RepositoryGroup.objects.filter(is_below(group.name)).order_by("name").values_list("pk", "name")
        have = _present(RepositoryGroupGrant.objects.all(), group)
        found += _shifts("group", ((pk, name, False) for pk, name in groups), wanted, have)
    if children in ("repos", "all"):
        below = Repository.objects.filter(is_below(group.name)).order_by("name")
        have = _present(RepositoryGrant.objects.all(), group)
        found += _shifts("repository", below.values_list("pk", "name", "is_private"), wanted, have)
    return found


def spread(
    actor: Actor,
    group: AdministeredGroup,
    changes: Sequence[Change],
    children: Children,
    mark: str,
    *,
    may_lose: bool,
) -> None:
    """Do what was foreseen, on the group and inside it, all or nothing; `mark` is that of what was shown.

    `Conflict` if it would be something else by now, `LocksOut` as in `grants.change`.
    """
    with transaction.atomic():
        lock_tree(group)
        found = foresee(group, changes, children)
        if mark_of(found) != mark:
            raise Conflict("what is inside the group changed meanwhile: look again at what would be done")
        group_grants.change(actor, group, changes, may_lose=may_lose)
        parts: defaultdict[tuple[Kind, int | None, int | None, Level | None], list[Shift]] = defaultdict(list)
        for shift in found:
            parts[(shift.kind, *_key(shift.holder), shift.after)].append(shift)
        for (kind, _user, _user_group, level), shifts in parts.items():
            _apply(kind, shifts[0].holder, level, [shift.target_id for shift in shifts])


def mark_of(shifts: Iterable[Shift]) -> str:
    """Give what tells one list of shifts from another."""
    lines = (f"{each.kind} {each.target_id} {_key(each.holder)} {each.before} {each.after}" for each in shifts)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def _wanted(group: RepositoryGroup, changes: Sequence[Change]) -> list[Change]:
    """Give every holder of the group with his level after the changes."""
    held = group.grants.select_related("user", "user_group").order_by("pk")
    found: dict[tuple[int | None, int | None], Change] = {}
    for grant in held:
        holder = holder_of(grant)
        found[_key(holder)] = (holder, Level(grant.level))
    for holder, level in changes:
        found[_key(holder)] = (holder, level)
    return list(found.values())


def _present(grants: QuerySet[Any], group: RepositoryGroup) -> dict[tuple[int, int | None, int | None], Level]:
    rows: QuerySet[Any] = grants.filter(target__name__startswith=f"{group.name}/")
    return {
        (target, user, user_group): Level(level)
        for target, user, user_group, level in rows.values_list("target_id", "user_id", "user_group_id", "level")
    }


def _shifts(
    kind: Kind,
    targets: Iterable[tuple[int, str, bool]],
    wanted: Sequence[Change],
    present: dict[tuple[int, int | None, int | None], Level],
) -> Iterator[Shift]:
    for pk, name, is_private in targets:
        for holder, after in wanted:
            if is_private and isinstance(holder, User) and holder.pk == DEFAULT_USER_ID:
                continue
            before = present.get((pk, *_key(holder)))
            if before != after and not (before is None and after == Level.NONE):
                yield Shift(kind, pk, name, holder, before, after)


def _apply(kind: Kind, holder: Holder, level: Level | None, ids: list[int]) -> None:
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        if kind == "group":
            change_grants(RepositoryGroupGrant, RepositoryGroup.objects.filter(pk__in=some), [(holder, level)])
        else:
            change_grants(RepositoryGrant, Repository.objects.filter(pk__in=some), [(holder, level)])


def _key(holder: Holder) -> tuple[int | None, int | None]:
    """Give the ids of the user and of the user group, of which one is None."""
    return (holder.pk, None) if isinstance(holder, User) else (None, holder.pk)
