"""On which repositories and repository groups a user group is granted something."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from belvedere.access.actor import Actor
from belvedere.access.levels import Level
from belvedere.accounts.fetch import ReadableUserGroup
from belvedere.repos.fetch import groups_visible_to, visible_to
from belvedere.repos.models import RepositoryGrant, RepositoryGroupGrant


@dataclass(frozen=True, slots=True)
class Use:
    """A level of a user group on one object, called by its full name."""

    name: str
    level: Level
    is_group: bool


@dataclass(frozen=True, slots=True)
class Uses:
    """What an actor may know of: `is_all` is false where there is more, because it is much or hidden from him."""

    shown: list[Use]
    is_all: bool


def uses_of(actor: Actor, group: ReadableUserGroup, most: int) -> Uses:
    """Give grants of a user group on what the actor may see, by name, repository groups first."""
    groups = RepositoryGroupGrant.objects.filter(user_group=group)
    seen = groups.filter(target__in=groups_visible_to(actor).values("pk"))
    shown = [Use(name, Level(level), is_group=True) for name, level in _first(seen, most)]
    repositories = RepositoryGrant.objects.filter(user_group=group)
    seen_too = repositories.filter(target__in=visible_to(actor).values("pk"))
    shown += [Use(name, Level(level), is_group=False) for name, level in _first(seen_too, most - len(shown))]
    return Uses(shown, len(shown) == groups.count() + repositories.count())


def _first(grants: QuerySet[Any, Any], most: int) -> Iterable[tuple[str, int]]:
    return grants.order_by("target__name").values_list("target__name", "level")[:most]
