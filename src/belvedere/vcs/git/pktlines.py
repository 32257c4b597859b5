"""The packet lines at the head of a push, and the report that refuses one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

MOST_COMMANDS = 10_000
MOST_BYTES = 4 << 20
LONGEST_NAME = 1024

FLUSH = b"0000"
_BAND = b"\x01"
_LARGEST_PAYLOAD = 65_000
_REPORTED = 100


class MalformedRequest(Exception):
    """The body is not what git's protocol allows here."""


class ExactReader(Protocol):
    """Where packet lines come from."""

    def exactly(self, size: int) -> bytes:
        """Give just so many bytes, or fewer at the end."""


@dataclass(slots=True)
class Commands:
    """What a push wants to do: the full names it touches, as bytes, and all that was read to know it."""

    names: list[bytes] = field(default_factory=list)
    capabilities: frozenset[bytes] = frozenset()
    head: bytes = b""
    objection: str | None = None


def packet(payload: bytes) -> bytes:
    """Frame a payload."""
    return f"{len(payload) + 4:04x}".encode() + payload


def read_packet(body: ExactReader) -> tuple[bytes, bytes | None]:
    """Read one packet: all its bytes, and its payload (None for a flush, another special packet, or the end)."""
    size = body.exactly(4)
    if size in (b"", FLUSH, b"0001", b"0002"):
        return size, None
    try:
        length = int(size, 16) if size.isalnum() else 0
    except ValueError:
        length = 0
    payload = body.exactly(length - 4) if length >= 4 else b""  # noqa: PLR2004 -- the length counts itself
    if len(payload) != length - 4:
        raise MalformedRequest("a broken packet line")
    return size + payload, payload


def read_commands(body: ExactReader) -> Commands:
    """Read the commands of a push up to their end; `objection` tells why a push must not go on."""
    commands, head = Commands(), []
    total = 0
    while True:
        raw, payload = read_packet(body)
        head.append(raw)
        total += len(raw)
        if payload is None:
            break
        line, _, capabilities = payload.partition(b"\0")
        if capabilities:
            commands.capabilities = frozenset(capabilities.split())
        if not line.startswith(b"shallow "):
            _note(commands, line.rstrip(b"\n"))
        if total > MOST_BYTES or len(commands.names) > MOST_COMMANDS:
            commands.objection = "too many references in one push"
        if commands.objection:
            break
    commands.head = b"".join(head)
    return commands


def report(commands: Commands, reason: str) -> bytes:
    """Say no to every command in the way that `git push` shows."""
    refused = (b"ng " + name[:LONGEST_NAME] + b" " + reason.encode() + b"\n" for name in commands.names[:_REPORTED])
    text = b"".join(packet(line) for line in (b"unpack " + reason.encode() + b"\n", *refused)) + FLUSH
    if b"side-band-64k" in commands.capabilities:
        return b"".join(packet(_BAND + part) for part in _cut(text)) + FLUSH
    return text


def _note(commands: Commands, line: bytes) -> None:
    fields = line.split(b" ", 2)
    if len(fields) != 3 or len(fields[0]) != 40 or len(fields[1]) != 40:  # noqa: PLR2004 -- two hashes and a name
        commands.objection = "commands that this server does not know"
        return
    commands.names.append(fields[2])
    if len(fields[2]) > LONGEST_NAME:
        commands.objection = "a reference's name is too long"


def _cut(data: bytes) -> Iterable[bytes]:
    return (data[start : start + _LARGEST_PAYLOAD] for start in range(0, len(data), _LARGEST_PAYLOAD))
