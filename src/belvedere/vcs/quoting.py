"""File names as git writes them into text: plain, or in C's quotes when they hold control characters or quotes."""

from __future__ import annotations

import re

_ESCAPE = re.compile(rb"\\([abfnrtv\"\\]|[0-3][0-7]{2})")
_LETTERS = {
    b"a": b"\a",
    b"b": b"\b",
    b"f": b"\f",
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"v": b"\v",
    b'"': b'"',
    b"\\": b"\\",
}


def unquoted(name: bytes) -> str:
    """Give the name as the model writes paths."""
    if len(name) > 1 and name.startswith(b'"') and name.endswith(b'"'):
        name = _ESCAPE.sub(_plain, name[1:-1])
    return name.decode("utf-8", "surrogateescape")


def _plain(match: re.Match[bytes]) -> bytes:
    code = match.group(1)
    return _LETTERS.get(code) or bytes([int(code, 8)])
