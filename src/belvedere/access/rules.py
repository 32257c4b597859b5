"""The one rule of permission, as a condition for queries: "may I?" and "which may I see?" are the same question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import models
from django.db.models import Q, QuerySet

from belvedere.access.actor import DEFAULT_USER_ID, Actor
from belvedere.access.levels import Level
from belvedere.access.models import Grant

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Reason:
    """One source of a level: `owner`, `administrator`, `default grant`, `grant` or `user group <name>`."""

    level: Level
    source: str


@dataclass(frozen=True)
class Rule(Generic[M]):
    """The rule for one kind of object: the highest of ownership, own grant, user groups' grants, default's grant.

    An explicit `none` takes nothing away. Where `private` names a boolean field of the object, objects that have it
    set take no part in default's grant. The actor's ceiling narrows the result. Source: Kallithea's rule.
    """

    model: type[M]
    grants: type[Grant]
    private: str | None = None

    def reached(self, actor: Actor, level: Level) -> QuerySet[M]:
        """Give the objects on which the actor has at least this level.

        Costs by what the actor reaches, not by what exists: each source is an index range.
        """
        if level > actor.ceiling:
            return self.model._default_manager.none()
        if actor.is_administrator or level == Level.NONE:
            return self.model._default_manager.all()
        owned = self.model._default_manager.filter(owner_id=actor.user_id).values("pk")
        sources = [self._grants(holder).filter(level__gte=level).values("target_id") for holder in self._holders(actor)]
        return self.model._default_manager.filter(pk__in=owned.union(*sources, all=True))

    def levels(self, actor: Actor, objects: Iterable[int] | None = None) -> dict[int, Level]:
        """Map each object on which the actor has more than none, or each of `objects`, to the actor's level."""
        found: dict[int, Level] = {}
        rows: list[tuple[int, int]] = []
        everything = (
            self.model._default_manager.all()
            if objects is None
            else self.model._default_manager.filter(pk__in=list(objects))
        )
        if actor.is_administrator:
            rows += [(pk, Level.ADMIN) for pk in everything.values_list("pk", flat=True)]
        else:
            rows += [(pk, Level.ADMIN) for pk in everything.filter(owner_id=actor.user_id).values_list("pk", flat=True)]
            for holder in self._holders(actor):
                grants = self._grants(holder).filter(level__gt=Level.NONE)
                if objects is not None:
                    grants = grants.filter(target_id__in=list(objects))
                rows += grants.values_list("target_id", "level")
        for pk, level in rows:
            found[pk] = max(found.get(pk, Level.NONE), min(Level(level), actor.ceiling))
        return found

    def reasons(self, actor: Actor, pk: int) -> list[Reason]:
        """Tell every source that gives the actor something on this object, the strongest first."""
        found = [Reason(Level.ADMIN, "administrator")] if actor.is_administrator else []
        if self.model._default_manager.filter(pk=pk, owner_id=actor.user_id).exists():
            found.append(Reason(Level.ADMIN, "owner"))
        names = {"own": "grant", "default": "default grant"}
        for holder in self._holders(actor):
            rows = self._grants(holder).filter(target_id=pk, level__gt=Level.NONE)
            for level, group in rows.values_list("level", "user_group__name"):
                found.append(Reason(Level(level), names.get(holder[0], f"user group {group}")))
        return sorted(found, key=lambda reason: -reason.level)

    def _holders(self, actor: Actor) -> list[tuple[str, Q]]:
        default: dict[str, Any] = {"user_id": DEFAULT_USER_ID}
        if self.private is not None:
            default[f"target__{self.private}"] = False
        if actor.is_anonymous:
            return [("default", Q(**default))]
        groups = Q(user_group__is_active=True, user_group__memberships__user_id=actor.user_id)
        return [("own", Q(user_id=actor.user_id)), ("groups", groups), ("default", Q(**default))]

    def _grants(self, holder: tuple[str, Q]) -> QuerySet[Grant]:
        return self.grants._default_manager.filter(holder[1])
