"""Paths for people: what is stored is bytes, and not always UTF-8."""

from __future__ import annotations


def shown(path: str) -> str:
    """Give a path for showing: bytes that are not UTF-8 become U+FFFD. The result does not find the file again."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return path
