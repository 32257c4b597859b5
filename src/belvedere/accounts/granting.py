"""Writing and striking grants on any kind of object, for users and user groups alike."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from belvedere.access.levels import Level
from belvedere.access.models import Grant
from belvedere.accounts.fetch import NamedUser, ReadableUserGroup
from belvedere.accounts.models import User

Holder = NamedUser | ReadableUserGroup
"""Whom a level is granted to."""


def set_grants(grants: type[Grant], targets: QuerySet[Any], holder: Holder, level: Level) -> None:
    """Give the holder a level on all targets, in place of what he had there.

    The caller has the proof that these are the actor's to administer.
    """
    column, pk = _place_of(holder)
    place = [column.removesuffix("_id"), "target"]
    ids = targets.values_list("pk", flat=True)
    grants._default_manager.bulk_create(
        (grants(**{column: pk, "target_id": target, "level": level}) for target in ids),
        update_conflicts=True,
        unique_fields=place,
        update_fields=["level"],
    )


def strike_grants(grants: type[Grant], targets: QuerySet[Any], holder: Holder) -> bool:
    """Take back what the holder was granted on all targets; tell whether there was anything."""
    column, pk = _place_of(holder)
    return bool(grants._default_manager.filter(**{column: pk, "target__in": targets.values("pk")}).delete()[0])


def _place_of(holder: Holder) -> tuple[str, int]:
    return ("user_id" if isinstance(holder, User) else "user_group_id"), holder.pk
