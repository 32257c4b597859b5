"""Who is asking: one value that every door makes and every rule takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

from belvedere.access.levels import Level
from belvedere.errors import Forbidden

DEFAULT_USER_ID = 1
"""The user `default`, who stands for everyone: its grants are everybody's, and anonymous requests act as it."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A user, as authenticated for one request from one address.

    `ceiling` is the highest level that the credentials allow on anything: it narrows the user's own, never widens it.
    """

    user_id: int
    username: str
    is_administrator: bool = False
    address: str = ""
    ceiling: Level = Level.ADMIN

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody in particular is asking."""
        return self.user_id == DEFAULT_USER_ID


Administrator = NewType("Administrator", Actor)
"""Proof that the actor is an administrator and that the credentials do not narrow that."""


def administrator(actor: Actor) -> Administrator:
    """Give the proof, or `Forbidden`."""
    if not actor.is_administrator or actor.ceiling < Level.ADMIN:
        raise Forbidden("only an administrator may do this")
    return Administrator(actor)
