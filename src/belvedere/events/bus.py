"""Emitting and listening: a domain says what happened, floors above react."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from django.db import transaction

from belvedere.events.models import Event


@dataclass(frozen=True, kw_only=True)
class Happening:
    """Base of every event; a subclass is a frozen dataclass of JSON values whose docstring is its reference."""

    actor_id: int | None
    repository_id: int | None = None


H = TypeVar("H", bound=Happening)
_listeners: dict[type[Happening], list[Callable[[Any], None]]] = defaultdict(list)


def emit(happening: Happening) -> None:
    """Store the event in the current transaction, and tell the listeners when that is committed.

    A listener runs in the request that emitted: it enqueues a job for anything that takes time or can fail.
    """
    payload = asdict(happening)
    for column in ("actor_id", "repository_id"):
        del payload[column]
    Event.objects.create(
        kind=type(happening).__name__,
        actor_id=happening.actor_id,
        repository_id=happening.repository_id,
        payload=payload,
    )
    transaction.on_commit(lambda: _tell(happening))


def on(kind: type[H]) -> Callable[[Callable[[H], None]], Callable[[H], None]]:
    """Mark a function that is called after each committed event of this kind."""

    def register(listener: Callable[[H], None]) -> Callable[[H], None]:
        _listeners[kind].append(listener)
        return listener

    return register


def _tell(happening: Happening) -> None:
    for listener in _listeners[type(happening)]:
        listener(happening)
