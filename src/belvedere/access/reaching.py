"""Queries about what an actor reaches, built once for each kind of actor instead of once for each request."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

from belvedere.access.actor import Actor
from belvedere.access.levels import Level
from belvedere.access.prepared import Prepared, Slot
from belvedere.access.rules import Rule

M = TypeVar("M", bound=Model)


class Reach(Generic[M]):
    """A query about the objects on which an actor has at least a level, run by `rows(actor, name=value, ...)`.

    `build(objects, name=..., ...)` gives the query set of values: called with the slots, or with the values themselves
    for credentials that are narrowed, whose queries differ too much to be prepared.
    """

    def __init__(self, rule: Rule[M], level: Level, build: Callable[..., QuerySet[Any, Any]], *slots: Slot) -> None:
        self._rule, self._level, self._build = rule, level, build
        self._slots = {slot.name: slot for slot in slots}
        self._prepared = {kind: Prepared(partial(self._built, kind)) for kind in ("all", "known", "anonymous")}

    def rows(self, actor: Actor, **values: Any) -> list[tuple[Any, ...]]:
        """Give all rows."""
        if actor.scope.objects is not None or actor.ceiling < self._level:
            return list(self._build(self._rule.reached(actor, self._level), **values))
        kind = "all" if actor.is_administrator else "anonymous" if actor.is_anonymous else "known"
        return self._prepared[kind].rows(user=actor.user_id, **values)

    def first(self, actor: Actor, **values: Any) -> tuple[Any, ...] | None:
        """Give the first row, or None."""
        return next(iter(self.rows(actor, **values)), None)

    def _built(self, kind: str) -> QuerySet[Any, Any]:
        return self._build(self._rule.reached_by(kind, self._level), **self._slots)
