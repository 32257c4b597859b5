"""Bytes of files as text, where they are text."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

LOOKED_AT = 8000
"""Bytes at the beginning that tell text from anything else; a NUL among them is git's sign too."""
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, and the encoding that it was read by; `is_certain` is False where it was only supposed."""

    text: str
    encoding: str
    is_certain: bool = True


def decoded(content: bytes) -> Decoded | None:
    """Read bytes as text: by the mark at their beginning, as UTF-8, else as Windows-1252; None for what is no text."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return Decoded(content[len(mark) :].decode(encoding, "replace"), encoding.upper())
    if is_binary(content):
        return None
    try:
        return Decoded(content.decode(), "UTF-8")
    except UnicodeDecodeError as error:
        if error.end >= len(content) and error.reason == "unexpected end of data":  # only its beginning was read
            return Decoded(content[: error.start].decode(), "UTF-8")
        return Decoded(content.decode("cp1252", "replace"), "Windows-1252", is_certain=False)


def is_binary(content: bytes) -> bool:
    """Tell whether this is no text, by its beginning."""
    return b"\0" in content[:LOOKED_AT]
