"""Who does what is being done, and from where: said once by the door that let him in, and kept with every event."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose request or command is being worked on; nobody's, from nowhere, where the server acts by itself."""

    user_id: int | None = None
    username: str = ""
    address: str = ""


NOBODY = Origin()
CONSOLE = "console"
"""What stands for the address of somebody who gave a command on the server."""

_current: ContextVar[Origin] = ContextVar("origin", default=NOBODY)


def current_origin() -> Origin:
    """Give who is behind what is being done now."""
    return _current.get()


@contextmanager
def coming_from(origin: Origin) -> Iterator[None]:
    """Have everything that happens inside come from there."""
    token = _current.set(origin)
    try:
        yield
    finally:
        _current.reset(token)
