"""Who is asking: one value that every door makes and every rule takes."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import NewType

from belvedere.access.levels import Level
from belvedere.access.scope import WHOLE, Scope
from belvedere.errors import Forbidden, Unauthenticated
from belvedere.events.origin import Origin, coming_from

DEFAULT_USER_ID = 1
"""The user `default`, who stands for everyone: its grants are everybody's, and anonymous requests act as it."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A user, as authenticated for one request from one address.

    `scope` is what the credentials are narrowed to: less than the user may do, never more. `key_id` names the API key
    that was used, if it was one.
    """

    user_id: int
    username: str
    is_administrator: bool = False
    address: str = ""
    scope: Scope = WHOLE
    key_id: int | None = None

    @property
    def ceiling(self) -> Level:
        """The highest level that the credentials allow on anything."""
        return self.scope.ceiling

    @property
    def administers(self) -> bool:
        """Whether he may do everything to everything: an administrator whose credentials leave nothing out of reach."""
        return self.is_administrator and self.scope.reaches_all

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody in particular is asking."""
        return self.user_id == DEFAULT_USER_ID


Administrator = NewType("Administrator", Actor)
"""Proof that the actor is an administrator, and that his credentials leave no level and no object out of reach."""

Member = NewType("Member", Actor)
"""Proof that it is known who is asking."""


def member(actor: Actor) -> Member:
    """Give the proof, or `Unauthenticated`."""
    if actor.is_anonymous:
        raise Unauthenticated("sign in to do this")
    return Member(actor)


def administrator(actor: Actor) -> Administrator:
    """Give the proof, or `Forbidden`."""
    if not actor.administers:
        narrowed = " with credentials that are not narrowed" if actor.is_administrator else ""
        raise Forbidden(f"only an administrator{narrowed} may do this")
    return Administrator(actor)


def acting(actor: Actor | None, address: str = "") -> AbstractContextManager[None]:
    """Have everything that happens inside be the actor's doing; nobody's, from the address, where he is not known."""
    if actor is None:
        return coming_from(Origin(address=address))
    return coming_from(Origin(actor.user_id, actor.username, actor.address or address))
