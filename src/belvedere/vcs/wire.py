"""How a version control client talks to a repository: each backend brings its own protocol along."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from belvedere.vcs.model import Movement


class BodyReader(Protocol):
    """The request's body as it arrives."""

    def read(self, size: int, /) -> bytes:
        """Give at most `size` bytes, as soon as some are there; `b""` at the end."""


@dataclass(frozen=True, slots=True)
class WireRequest:
    """An HTTP request as the wire needs it: decoded path below the site's root, header names in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: BodyReader


@dataclass(frozen=True, slots=True)
class Operation:
    """What a client wants: of which repository (the path as it stands in the URL), and whether it writes."""

    scheme: str
    repository: str
    command: str
    writes: bool


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking, as far as hooks and messages tell: never used to decide what is allowed."""

    username: str
    address: str
    may_write: bool


@dataclass(frozen=True, slots=True)
class Intent:
    """What a push announces before it happens: full ref names where the protocol tells them, else empty."""

    names: tuple[str, ...] = ()


@dataclass(slots=True)
class WireResponse:
    """The answer of a served operation.

    `body` streams; closing it (a generator's `close`) stops every process that works for it. `movement` is set for
    an operation that wrote: call it after the body's last item was *produced* and before it is sent, or after an early
    `close`, and it tells what the operation changed.
    """

    status: int
    headers: list[tuple[str, str]]
    body: Iterator[bytes]
    movement: Callable[[], Movement] | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a server gives to clients: transfers at once in this process, and bytes of one push (0: any)."""

    transfers: int
    push_bytes: int = 0


class Wire(Protocol):
    """One system's protocol over HTTP. (Over SSH it will recognise commands in the same way.)"""

    @property
    def scheme(self) -> str:
        """The system's name: `hg` or `git`."""

    def limit(self, limits: Limits) -> None:
        """Set the limits of this process, before it serves."""

    def recognise(self, request: WireRequest) -> Operation | None:
        """Tell what the client wants, or None if this is not a request of this protocol. Reads no body."""

    def refusal(self, status: int, message: str) -> WireResponse:
        """Say no in the form that this system's client prints to its user."""

    def serve(
        self,
        path: Path,
        operation: Operation,
        request: WireRequest,
        caller: Caller,
        announce: Callable[[Intent], None],
    ) -> WireResponse:
        """Serve the operation on the repository at `path`, streaming both ways in flat memory.

        For an operation that writes, `announce` is called once with what is intended, before anything is changed.
        """
