"""The one rule of permission, as a condition for queries: "may I?" and "which may I see?" are the same question."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Generic, Protocol, TypeVar

from django.db import models
from django.db.models import IntegerField, Q, QuerySet, Value

from belvedere.access.actor import DEFAULT_USER_ID, Actor
from belvedere.access.levels import Level
from belvedere.access.models import Grant
from belvedere.access.prepared import Prepared, Slot
from belvedere.access.scope import Scope
from belvedere.errors import Forbidden, NotFound

M = TypeVar("M", bound=models.Model)


class Owned(Protocol):
    """An object that grants are about."""

    pk: Any
    owner_id: int


Seen = TypeVar("Seen", bound=Owned)


@dataclass(frozen=True, slots=True)
class Reason:
    """One source of a level: `owner`, `administrator`, `default grant`, `grant` or `user group <name>`."""

    level: Level
    source: str


SOURCES = {"own": "grant", "default": "default grant"}


def nothing_within(_scope: Scope) -> Q:
    """Say that credentials which are narrowed to objects reach nothing of a kind."""
    return Q(pk__in=())


@dataclass(frozen=True)
class Rule(Generic[M]):
    """The rule for one kind of object: the highest of ownership, own grant, user groups' grants, default's grant.

    An explicit `none` takes nothing away. Where `private` names a boolean field of the object, objects that have it
    set take no part in default's grant. The actor's scope narrows the result: `within` says which objects it reaches
    where it does not reach all. Source: Kallithea's rule.
    """

    model: type[M]
    grants: type[Grant]
    private: str | None = None
    within: Callable[[Scope], Q] = nothing_within

    def reached(self, actor: Actor, level: Level) -> QuerySet[M]:
        """Give the objects on which the actor has at least this level.

        Costs by what the actor reaches, not by what exists: each source is an index range.
        """
        if level > actor.ceiling:
            return self.model._default_manager.none()
        if actor.is_administrator or level == Level.NONE:
            return self._narrowed(actor, self.model._default_manager.all())
        return self._narrowed(actor, self._reached(actor.user_id, level, is_anonymous=actor.is_anonymous))

    def reached_by(self, kind: str, level: Level) -> QuerySet[M]:
        """Give the same for a kind of actor with whole credentials, to be prepared.

        `all` is who reaches everything, `known` somebody whose id stands in the slot `user`, else `anonymous`.
        """
        if kind == "all" or level == Level.NONE:
            return self.model._default_manager.all()
        return self._reached(Slot("user", IntegerField()), level, is_anonymous=kind == "anonymous")

    def _reached(self, user_id: int | Slot, level: Level, *, is_anonymous: bool) -> QuerySet[M]:
        owned = self.model._default_manager.filter(owner_id=user_id).values("pk")
        sources = [
            self._grants(holder).filter(level__gte=level).values("target_id")
            for _name, holder in self._sources(user_id, is_anonymous=is_anonymous)
        ]
        return self.model._default_manager.filter(pk__in=owned.union(*sources, all=True))

    def level_on(self, actor: Actor, pk: int, owner_id: int) -> Level:
        """Give the actor's level on one object: one query of the same sources, none for who needs no grant."""
        if not self._is_within(actor, pk):
            return Level.NONE
        if actor.is_administrator or (owner_id == actor.user_id and not actor.is_anonymous):
            return actor.ceiling
        rows = self._points[actor.is_anonymous].rows(user=actor.user_id, target=pk)
        return min(Level(max((level for (level,) in rows), default=Level.NONE)), actor.ceiling)

    def permitted(self, actor: Actor, found: Seen, level: Level, missing: str) -> Seen:
        """Give an object back to an actor who has this level on it.

        `NotFound(missing)` if he may not know of it, else `Forbidden` with the reason.
        """
        have = self.level_on(actor, found.pk, found.owner_id)
        if have < Level.READ:
            raise NotFound(missing)
        if have < level:
            raise Forbidden(self._too_low(actor, found, level))
        return found

    def _too_low(self, actor: Actor, seen: Owned, level: Level) -> str:
        if actor.ceiling < level:
            return f"{level.label} access to `{seen}` is needed, and these credentials allow only {actor.ceiling.label}"
        reasons = self.reasons(actor, seen.pk)
        have = f"{reasons[0].level.label} (from {reasons[0].source})" if reasons else Level.NONE.label
        return f"{level.label} access to `{seen}` is needed, and {actor.username} has {have}"

    def levels(self, actor: Actor) -> dict[int, Level]:
        """Map each object on which the actor has more than none to the actor's level."""
        if actor.scope.objects is not None:
            reached = set(self._narrowed(actor, self.model._default_manager.all()).values_list("pk", flat=True))
            return {pk: level for pk, level in self._levels(actor).items() if pk in reached}
        return self._levels(actor)

    def _levels(self, actor: Actor) -> dict[int, Level]:
        if actor.is_administrator:
            return dict.fromkeys((pk for (pk,) in self._all.rows()), actor.ceiling)
        found: dict[int, Level] = {}
        for pk, level in self._maps[actor.is_anonymous].rows(user=actor.user_id):
            found[pk] = max(found.get(pk, Level.NONE), min(Level(level), actor.ceiling))
        return found

    def reasons(self, actor: Actor, pk: int) -> list[Reason]:
        """Tell every source that gives the actor something on this object, the strongest first."""
        return self.reasons_on(actor, [pk])[pk]

    def reasons_on(self, actor: Actor, pks: Collection[int]) -> dict[int, list[Reason]]:
        """Tell the same of several objects, in as many queries as there are sources."""
        within = self._narrowed(actor, self.model._default_manager.filter(pk__in=pks))
        owners = dict(within.values_list("pk", "owner_id"))
        found: dict[int, list[Reason]] = {pk: [] for pk in pks}
        for pk, owner_id in owners.items():
            if actor.is_administrator:
                found[pk].append(Reason(Level.ADMIN, "administrator"))
            if owner_id == actor.user_id:
                found[pk].append(Reason(Level.ADMIN, "owner"))
        for name, holder in self._sources(actor.user_id, is_anonymous=actor.is_anonymous):
            rows = self._grants(holder).filter(target_id__in=list(owners), level__gt=Level.NONE)
            for pk, level, group in rows.values_list("target_id", "level", "user_group__name"):
                found[pk].append(Reason(Level(level), SOURCES.get(name, f"user group {group}")))
        return {pk: sorted(reasons, key=lambda reason: -reason.level) for pk, reasons in found.items()}

    def strongest(self, users: Collection[int], pk: int) -> dict[int, Reason]:
        """Tell the highest grant that reaches each of several users on one object, in as many queries as sources.

        Who owns it, and who is an administrator of the site, does not need one and is not looked at.
        """
        found = dict.fromkeys(users, Reason(Level.NONE, ""))
        for name, holder in self._sources(users, is_anonymous=False):
            who = {"own": "user_id", "groups": "user_group__memberships__user_id"}.get(name)
            columns = ("level", "user_group__name", *([who] if who else []))
            for level, group, *whom in self._grants(holder).filter(target_id=pk).values_list(*columns):
                reason = Reason(Level(level), SOURCES.get(name, f"user group {group}"))
                for user in whom or users:
                    found[user] = max(found[user], reason, key=lambda each: each.level)
        return found

    def _narrowed(self, actor: Actor, rows: QuerySet[M]) -> QuerySet[M]:
        """Leave what the actor's credentials reach."""
        return rows if actor.scope.objects is None else rows.filter(self.within(actor.scope))

    def _is_within(self, actor: Actor, pk: int) -> bool:
        if actor.scope.objects is None:
            return True
        return self._narrowed(actor, self.model._default_manager.filter(pk=pk)).exists()

    def _sources(self, user_id: int | Slot | Collection[int], *, is_anonymous: bool) -> list[tuple[str, Q]]:
        """Say which grants count for a user, or for any of several: this is the rule."""
        among = "" if isinstance(user_id, int | Slot) else "__in"
        default: dict[str, Any] = {"user_id": DEFAULT_USER_ID}
        if self.private is not None:
            default[f"target__{self.private}"] = False
        if is_anonymous:
            return [("default", Q(**default))]
        own = Q(**{f"user_id{among}": user_id})
        groups = Q(user_group__is_active=True, **{f"user_group__memberships__user_id{among}": user_id})
        return [("own", own), ("groups", groups), ("default", Q(**default))]

    def _grants(self, holder: Q) -> QuerySet[Any, Any]:  # of the concrete table, which has a target
        return self.grants._default_manager.filter(holder)

    @cached_property
    def _all(self) -> Prepared:
        return Prepared(lambda: self.model._default_manager.order_by("pk").values_list("pk"))

    @cached_property
    def _points(self) -> dict[bool, Prepared]:
        """Levels on one object."""
        target = Slot("target", IntegerField())
        return self._prepared(lambda grants: grants.filter(target_id=target).values_list("level"))

    @cached_property
    def _maps(self) -> dict[bool, Prepared]:
        """Objects and levels, owned ones first."""
        user = Slot("user", IntegerField())
        owned = self.model._default_manager.filter(owner_id=user).values_list("pk", Value(Level.ADMIN.value))
        return self._prepared(
            lambda grants: grants.filter(level__gt=Level.NONE).values_list("target_id", "level"), owned
        )

    def _prepared(
        self, narrow: Callable[[QuerySet[Any, Any]], QuerySet[Any, Any]], *before: QuerySet[Any, Any]
    ) -> dict[bool, Prepared]:
        """Prepare one question to all sources, for a user's slot and for nobody in particular."""

        def build(*, is_anonymous: bool) -> QuerySet[Any, Any]:
            sources = self._sources(Slot("user", IntegerField()), is_anonymous=is_anonymous)
            found = [narrow(self._grants(holder)) for _name, holder in sources]
            first, *others = found if is_anonymous else [*before, *found]
            return first.union(*others, all=True) if others else first

        return {known: Prepared(partial(build, is_anonymous=known)) for known in (True, False)}
