"""Values on a socket: four bytes of length, then msgpack, which holds data only and never code."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from operator import attrgetter
from socket import socket
from typing import Any, Final

import msgpack

ITEM: Final = "item"
END: Final = "end"
ERROR: Final = "error"
ALIVE: Final = "alive"
"""Sent now and then by work that takes long, so that silence means death."""

CHUNK: Final = 65536
"""Bytes that a frame of a body has about: few enough to flow, enough to make the frame's cost nothing."""

_LENGTH = struct.Struct("!I")
_LARGEST = 0xFFFFFFFF


class HungUp(ConnectionError):
    """The other side closed the connection between two frames, or within one."""


def send(connection: socket, value: object) -> None:
    """Send one value; dataclasses go as the tuples of their fields."""
    content = _packed(value)
    if len(content) < CHUNK:
        connection.sendall(_LENGTH.pack(len(content)) + content)
    else:
        connection.sendall(_LENGTH.pack(len(content)))
        connection.sendall(content)


def framed(value: object) -> bytes:
    """Give what `send` sends."""
    content = _packed(value)
    return _LENGTH.pack(len(content)) + content


def receive(connection: socket) -> Any:
    """Wait for one value; `HungUp` if there will be none."""
    return measured(connection)[0]


def measured(connection: socket) -> tuple[Any, int]:
    """Wait for one value, and tell how many bytes it came in."""
    (length,) = _LENGTH.unpack(_exactly(connection, _LENGTH.size))
    content = _exactly(connection, length)
    return msgpack.unpackb(content, use_list=False, strict_map_key=False, unicode_errors="surrogatepass"), length


def _packed(value: object) -> bytes:
    content: bytes = msgpack.packb(value, default=_row, unicode_errors="surrogatepass")
    if len(content) > _LARGEST:
        raise OverflowError("the answer is too large for a frame")
    return content


def _exactly(connection: socket, size: int) -> bytearray:
    content = bytearray(size)
    view, filled = memoryview(content), 0
    while filled < size:
        count = connection.recv_into(view[filled:])
        if not count:
            raise HungUp("the other side closed the connection")
        filled += count
    return content


def _row(value: object) -> tuple[Any, ...]:
    if not is_dataclass(value) or isinstance(value, type):
        raise TypeError(f"{type(value).__name__} cannot be sent")
    return _fields(type(value))(value)


@cache
def _fields(kind: type) -> Callable[[object], tuple[Any, ...]]:
    names = [field.name for field in fields(kind)]
    if len(names) == 1:  # attrgetter gives no tuple for one name
        return lambda value: (getattr(value, names[0]),)
    return attrgetter(*names)
