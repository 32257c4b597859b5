"""What everyone may do with what is there: made like the site's default, after telling what that changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from belvedere.access.actor import DEFAULT_USER_ID, Administrator
from belvedere.access.levels import Level, Prefix
from belvedere.access.models import Grant
from belvedere.accounts.fetch import default_level, named_user
from belvedere.accounts.granting import set_grants
from belvedere.accounts.models import UserGroup, UserGroupGrant
from belvedere.repos.models import Repository, RepositoryGrant, RepositoryGroup, RepositoryGroupGrant

MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Foreseen:
    """How many objects of a kind would get another level for everyone: `names` has the first of them."""

    kind: Prefix
    level: Level
    count: int
    names: list[str]


def foresee_defaults(_administrator: Administrator, kind: Prefix) -> Foreseen:
    """Tell what `apply_defaults` would change; private repositories are left alone."""
    level = default_level(kind)
    rows = _different(kind, level)
    return Foreseen(kind, level, rows.count(), list(rows.order_by("name").values_list("name", flat=True)[:MOST_NAMED]))


def apply_defaults(administrator: Administrator, kind: Prefix) -> int:
    """Give everyone the default level on all objects of a kind that have another one, and tell how many these are."""
    level = default_level(kind)
    with transaction.atomic():
        rows = _different(kind, level)
        count = rows.count()
        if count:
            set_grants(TABLES[kind][1], rows, named_user(administrator, DEFAULT_USER_ID), level)
    return count


TABLES: dict[Prefix, tuple[Any, type[Grant]]] = {
    "repository": (Repository, RepositoryGrant),
    "group": (RepositoryGroup, RepositoryGroupGrant),
    "usergroup": (UserGroup, UserGroupGrant),
}


def _different(kind: Prefix, level: Level) -> QuerySet[Any]:
    model, grants = TABLES[kind]
    held: QuerySet[Any] = grants._default_manager.filter(user_id=DEFAULT_USER_ID)
    same = held.filter(target_id=OuterRef("pk"), level=level)
    rows: QuerySet[Any] = model.objects.filter(~Exists(same))
    if level == Level.NONE:
        rows = rows.filter(Exists(held.filter(target_id=OuterRef("pk"))))
    return rows.filter(is_private=False) if kind == "repository" else rows
