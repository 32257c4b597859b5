"""The one path of every pull and push: recognise, authenticate, fetch with proof, serve, record what moved."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.conf import settings

from belvedere.access.actor import Actor, acting
from belvedere.access.scope import VCS
from belvedere.errors import Forbidden, NotFound, Unauthenticated
from belvedere.repos.fetch import Readable, Writable, readable, writable
from belvedere.repos.pushes import announce, record
from belvedere.repos.storage import place_of
from belvedere.vcs.backends import WIRES
from belvedere.vcs.model import Movement
from belvedere.vcs.wire import Caller, Intent, Limits, Operation, Wire, WireRequest, WireResponse

for _wire in WIRES.values():
    _wire.limit(Limits(settings.BELVEDERE.max_transfers, settings.BELVEDERE.max_push_size))

SIGN_IN = "sign in with your username, and your password or an API key"


class OtherSystem(NotFound):
    """A client of the one system asks for a repository of the other, which he may read."""


def recognise(request: WireRequest) -> tuple[Wire, Operation] | None:
    """Ask each system whether the request is its own."""
    for wire in WIRES.values():
        operation = wire.recognise(request)
        if operation is not None:
            return wire, operation
    return None


def serve_operation(
    wire: Wire, operation: Operation, request: WireRequest, authenticate: Callable[[], Actor | None]
) -> WireResponse:
    """Serve a client; raises before anything is sent if who asks may not do it."""
    actor = authenticate()
    if actor is None:
        raise Unauthenticated(SIGN_IN)
    actor.scope.require("pulling and pushing", VCS)
    try:
        if operation.writes:
            return _serve_write(wire, operation, request, actor)
        return _serve_read(wire, operation, request, actor)
    except (NotFound, Forbidden) as error:
        # Nobody in particular learns neither what is missing nor what is hidden: he is asked who he is.
        if actor.is_anonymous and not isinstance(error, OtherSystem):
            raise Unauthenticated(SIGN_IN) from error
        raise


def _serve_read(wire: Wire, operation: Operation, request: WireRequest, actor: Actor) -> WireResponse:
    repository = readable(actor, _reference(operation.repository))
    _check_scheme(repository, wire)
    caller = Caller(actor.username, actor.address, may_write=False)
    return wire.serve(place_of(repository), operation, request, caller, lambda _intent: None)


def _serve_write(wire: Wire, operation: Operation, request: WireRequest, actor: Actor) -> WireResponse:
    repository = writable(actor, _reference(operation.repository))
    _check_scheme(repository, wire)
    notes: list[int] = []

    def note(intent: Intent) -> None:
        notes.append(announce(actor, repository, intent))

    caller = Caller(actor.username, actor.address, may_write=True)
    response = wire.serve(place_of(repository), operation, request, caller, note)
    if response.movement is not None:
        response.body = _recording(response.body, response.movement, actor, repository, notes)
    return response


def _check_scheme(repository: Readable, wire: Wire) -> None:
    if repository.scheme != wire.scheme:
        raise OtherSystem(f"`{repository.name}` is a {repository.scheme} repository: use {repository.scheme} with it")


def _reference(path: str) -> int | str:
    """Read the permanent address `_<id>`, else the repository's name."""
    name = path.strip("/").replace("\0", "\ufffd")  # PostgreSQL takes no NUL
    digits = name.removesuffix(".git")[1:]
    is_permanent = name.startswith("_") and digits.isascii() and digits.isdigit() and len(digits) <= 9  # noqa: PLR2004 ids fit
    return int(digits) if is_permanent else name


def _recording(
    body: Iterator[bytes], movement: Callable[[], Movement], actor: Actor, repository: Writable, notes: list[int]
) -> Iterator[bytes]:
    """Hold the last piece of the answer back until what it acknowledges is recorded.

    A client that goes away stops the work, but what was done by then is recorded all the same.
    """

    def recording() -> None:
        with acting(actor):
            record(actor.user_id, actor.address, repository, movement(), notes[0] if notes else None)

    held: bytes | None = None
    is_recorded = False
    try:
        for piece in body:
            if held is not None:
                yield held
            held = piece
        recording()
        is_recorded = True
        if held is not None:
            yield held
    finally:
        close = getattr(body, "close", None)
        if close is not None:
            close()
        if not is_recorded:
            recording()
