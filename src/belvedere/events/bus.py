"""Emitting and listening: a domain says what happened, floors above react."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

from django.db import transaction

from belvedere.events.models import NAME_LENGTH, Event
from belvedere.events.origin import Origin, current_origin


@dataclass(frozen=True, kw_only=True)
class Happening:
    """Base of every event; a subclass is a frozen dataclass of JSON values whose docstring is its reference.

    No event holds a secret: administrators read all of them. Without `actor_id` it is who is behind the request or
    command that is being worked on, if somebody is.
    """

    actor_id: int | None = None
    repository_id: int | None = None


H = TypeVar("H", bound=Happening)

COLUMNS = ("actor_id", "repository_id")
ADDRESS_LENGTH = 64
_listeners: dict[type[Happening], list[Callable[[Any], None]]] = defaultdict(list)


def emit(happening: Happening) -> None:
    """Store the event in the current transaction, and tell the listeners when that is committed.

    A listener runs in the request that emitted: it enqueues a job for anything that takes time or can fail.
    """
    origin = current_origin()
    if happening.actor_id is None and origin.user_id is not None:
        happening = replace(happening, actor_id=origin.user_id)
    payload = asdict(happening)
    for column in COLUMNS:
        del payload[column]
    Event.objects.create(
        kind=type(happening).__name__,
        actor_id=happening.actor_id,
        actor_name=_name_of(happening.actor_id, origin, payload)[:NAME_LENGTH],
        address=(payload.get("address") or origin.address)[:ADDRESS_LENGTH],
        repository_id=happening.repository_id,
        payload=payload,
    )
    transaction.on_commit(lambda: _tell(happening))


def _name_of(actor_id: int | None, origin: Origin, payload: dict[str, Any]) -> str:
    """Give what the actor is called, as far as that is known without asking: he may be who the event is about."""
    if actor_id is None:
        return ""
    if actor_id == origin.user_id:
        return origin.username
    return str(payload.get("username", "")) if payload.get("user_id") == actor_id else ""


def on(kind: type[H]) -> Callable[[Callable[[H], None]], Callable[[H], None]]:
    """Mark a function that is called after each committed event of this kind."""

    def register(listener: Callable[[H], None]) -> Callable[[H], None]:
        _listeners[kind].append(listener)
        return listener

    return register


def _tell(happening: Happening) -> None:
    for listener in _listeners[type(happening)]:
        listener(happening)
