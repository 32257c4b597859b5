"""Mercurial's protocol over HTTP: recognised and answered here, run by the pool."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from belvedere.vcs.hg import client, frames, rows
from belvedere.vcs.hg.places import STREAM
from belvedere.vcs.model import Movement
from belvedere.vcs.wire import BodyReader, Caller, Intent, Limits, Operation, WireRequest, WireResponse

SCHEME = "hg"
MEDIA_TYPE = "application/mercurial-"

SHORT = frozenset(
    [
        "batch",
        "between",
        "branchmap",
        "branches",
        "capabilities",
        "clonebundles",
        "clonebundles_manifest",
        "heads",
        "hello",
        "known",
        "listkeys",
        "lookup",
    ]
)
"""Commands whose answer is small: a reading worker gives it, with the repository open. The others get a process."""

MOST_DISCARDED = 1 << 30
"""Bytes of a push that was refused already which are read on, so that its client comes to read the reason."""

_PRIVATE_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})


class HgWire:
    """The protocol as `hg clone http://...` speaks it."""

    def __init__(self) -> None:
        self._largest = 0

    def limit(self, limits: Limits) -> None:
        """Set the largest push; how many transfers run at once is the pool's to say."""
        self._largest = limits.push_bytes

    @property
    def scheme(self) -> str:
        """`hg`."""
        return SCHEME

    def recognise(self, request: WireRequest) -> Operation | None:
        """Tell what the client wants: one that says it is Mercurial, or a `cmd` that is one of Mercurial's."""
        command = _argument(request.query, "cmd")
        asks = request.headers.get("accept", "").startswith(MEDIA_TYPE)
        if not asks and (not command or command not in _permissions()):
            return None
        writes = _batch_writes(request.headers) if command == "batch" else _writes(command)
        return Operation(SCHEME, request.path.strip("/"), command, writes)

    def refusal(self, status: int, message: str) -> WireResponse:
        """Say no so that `hg` prints the message.

        A 401 must stay one, for the client then asks its user for a password (and shows no body). Of any other status
        `hg` shows only the number and the web server's phrase for it, so the message goes as an error of the
        protocol, which is a 200: `abort: remote error:` and the text.
        """
        body = message.strip().encode() + b"\n"
        if status == 401:  # noqa: PLR2004 -- as the protocol says it
            headers = [("Content-Type", "text/plain; charset=utf-8")]
        else:
            status, headers = 200, [("Content-Type", "application/hg-error")]
        return WireResponse(status, [*headers, ("Content-Length", str(len(body)))], iter((body,)))

    def serve(
        self,
        path: Path,
        operation: Operation,
        request: WireRequest,
        caller: Caller,
        announce: Callable[[Intent], None],
    ) -> WireResponse:
        """Serve a command.

        Whatever the caller may do, an operation that was not recognised as writing cannot write.
        """
        head = (
            request.method,
            request.query,
            {name: value for name, value in request.headers.items() if name not in _PRIVATE_HEADERS},
            caller.username,
            caller.address,
            caller.may_write and operation.writes,
        )
        if operation.writes:
            announce(Intent())
        elif operation.command in SHORT and request.method in {"GET", "HEAD"}:
            status, headers, body = client.call("wire_call", path, head)
            return WireResponse(status, _pairs(headers), iter((body,)))
        body = _Measured(request.body, self._largest)
        try:
            return _converse(path, head, body, writes=operation.writes)
        except _TooLarge:
            body.discard()
            return self.refusal(413, f"the push is larger than the {self._largest} bytes that this server takes")


def _converse(path: Path, head: tuple[Any, ...], body: BodyReader, *, writes: bool) -> WireResponse:
    """Send the body while it arrives, then take the answer; a pool that ends too early has said why."""
    connection = client.connect(STREAM)
    try:
        with client.faults_said():
            frames.send(connection, ("wire", str(path), (head, writes)))
        try:
            for chunk in _chunks(body):
                frames.send(connection, chunk)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it answers without having read all, or died: the next line shows which
        with client.faults_said():
            status, headers, token = client.receive(connection)[1]
            chunks = client.items(connection, client.receive(connection))
    except BaseException:
        connection.close()
        raise
    return WireResponse(status, _pairs(headers), chunks, _claimer(path, token) if writes else None)


class _TooLarge(Exception):
    """The body is longer than a push may be."""


class _Measured:
    """A body that is counted while it is read; `most` 0 lets any through."""

    def __init__(self, body: BodyReader, most: int) -> None:
        self._body, self._most, self._read = body, most, 0

    def read(self, size: int, /) -> bytes:
        """Give at most `size` bytes; `_TooLarge` once there are too many."""
        data = self._body.read(size)
        self._read += len(data)
        if self._most and self._read > self._most:
            raise _TooLarge
        return data

    def discard(self) -> None:
        """Read on to the end, within reason: `hg` reads an answer only after it has sent everything."""
        left = MOST_DISCARDED
        while left > 0 and (data := self._body.read(frames.CHUNK)):
            left -= len(data)


def _chunks(body: BodyReader) -> Iterator[bytes]:
    """Give the body in pieces, and an empty one at its end (only then: a client that vanished raises instead)."""
    while chunk := body.read(frames.CHUNK):
        yield chunk
    yield b""


def _claimer(path: Path, token: str | None) -> Callable[[], Movement]:
    """Give what tells the movement.

    It was measured by the process that pushed, while that held the repository's lock: so it is exactly this push's,
    however many come at once. Until it is claimed it stands in the repository, where `catch_up` finds it if this
    server dies before.
    """
    if token is None:
        return Movement
    return lambda: rows.movement(client.call("claim", path, token))


def _pairs(headers: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers]


@cache
def _permissions() -> Mapping[str, bool]:
    """Map each command of the protocol to whether Mercurial says that it writes."""
    found: dict[str, bool] = client.call("permissions", "")
    return found


def _writes(command: str) -> bool:
    return _permissions().get(command, True)


def _batch_writes(headers: Mapping[str, str]) -> bool:
    """Look into a batch, which Mercurial declares as reading and then asks about each command in it."""
    if "x-hgarg-1" not in headers:
        return "x-hgargs-post" in headers
    commands = _argument(_gathered(headers, "x-hgarg"), "cmds")
    return any(_writes(command.partition(" ")[0]) for command in commands.split(";") if command)


def _gathered(headers: Mapping[str, str], prefix: str) -> str:
    """Join a value that was cut over several headers."""
    parts, number = [], 1
    while (part := headers.get(f"{prefix}-{number}")) is not None:
        parts.append(part)
        number += 1
    return "".join(parts)


def _argument(query: str, name: str) -> str:
    """Give the first value of an argument, as Mercurial's own reader does."""
    return parse_qs(query, keep_blank_values=True).get(name, [""])[0]


WIRE = HgWire()
