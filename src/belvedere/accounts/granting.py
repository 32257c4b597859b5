"""Writing and striking grants on any kind of object, for users and user groups alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from belvedere.access.actor import Actor
from belvedere.access.levels import Level
from belvedere.access.models import Grant
from belvedere.access.rules import Owned, Rule
from belvedere.accounts.fetch import NamedUser, ReadableUserGroup
from belvedere.accounts.happenings import LevelsChanged
from belvedere.accounts.models import User
from belvedere.errors import Conflict
from belvedere.events.bus import emit

Holder = NamedUser | ReadableUserGroup
"""Whom a level is granted to."""

Change = tuple[Holder, Level | None]
"""The level that a holder shall have; None takes back what he has."""

MOST_NAMED = 10
REPOSITORY = "repository"


class LocksOut(Conflict):
    """Somebody would take from himself what he is using."""


def set_grants(grants: type[Grant], targets: QuerySet[Any], holder: Holder, level: Level) -> None:
    """Give the holder a level on all targets, in place of what he had there; in the current transaction.

    The caller has the proof that these are the actor's to administer.
    """
    column, pk = _place_of(holder)
    place = [column.removesuffix("_id"), "target"]
    named = list(targets.order_by("pk").values_list("pk", "name"))
    grants._default_manager.bulk_create(
        (grants(**{column: pk, "target_id": target, "level": level}) for target, _name in named),
        update_conflicts=True,
        unique_fields=place,
        update_fields=["level"],
    )
    _tell(targets, named, holder, level)


def strike_grants(grants: type[Grant], targets: QuerySet[Any], holder: Holder) -> bool:
    """Take back what the holder was granted on all targets; tell whether there was anything.

    As `set_grants`, in the current transaction.
    """
    column, pk = _place_of(holder)
    held: QuerySet[Any, Any] = grants._default_manager.filter(**{column: pk, "target__in": targets.values("pk")})
    named = list(held.order_by("target_id").values_list("target_id", "target__name"))
    held.delete()
    _tell(targets, named, holder, None)
    return bool(named)


def change_grants(grants: type[Grant], targets: QuerySet[Any], changes: Iterable[Change]) -> None:
    """Give each holder his level on all targets, or take it back; in the current transaction."""
    for holder, level in changes:
        if level is None:
            strike_grants(grants, targets, holder)
        else:
            set_grants(grants, targets, holder, level)


def require_own(rule: Rule[Any], actor: Actor, target: Owned) -> None:
    """Refuse what took the administration of an object from the actor himself; the transaction is his caller's."""
    level = rule.level_on(actor, target.pk, target.owner_id)
    if level < Level.ADMIN:
        left = "nothing" if level == Level.NONE else f"only the {level.label} level"
        raise LocksOut(f"you would no longer administer `{target}`: it leaves you {left}")


def _place_of(holder: Holder) -> tuple[str, int]:
    return ("user_id" if isinstance(holder, User) else "user_group_id"), holder.pk


def _tell(targets: QuerySet[Any], named: list[tuple[int, str]], holder: Holder, level: Level | None) -> None:
    """Store what holders have now; on a single repository, as what happened to that."""
    if not named:
        return
    kind = str(targets.model._meta.verbose_name)
    emit(
        LevelsChanged(
            repository_id=named[0][0] if kind == REPOSITORY and len(named) == 1 else None,
            object_kind=kind,
            objects=[name for _pk, name in named[:MOST_NAMED]],
            count=len(named),
            holder_kind="user" if isinstance(holder, User) else "user group",
            holder_id=holder.pk,
            holder_name=str(holder),
            level="" if level is None else level.label,
        )
    )
