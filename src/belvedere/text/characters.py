"""Characters that hide: those that change the direction of text, and controls, made visible."""

from __future__ import annotations

import re

from django.utils.safestring import SafeString, mark_safe

_CONTROLS = "\x00-\x08\x0b\x0d-\x1f\x7f\x80-\x9f"
_DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_STRONG_DIRECTIONS = "\u202a-\u202e\u2066-\u2069"

_HIDDEN = re.compile(f"[{_CONTROLS}{_STRONG_DIRECTIONS}]")
_MISLEADING = re.compile(f"[{_STRONG_DIRECTIONS}]")
_SPECIAL = re.compile(f"[&<>{_CONTROLS}{_STRONG_DIRECTIONS}]")
_UNREADABLE = re.compile(f"[{_CONTROLS}{_DIRECTIONS}]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def escaped(text: str) -> str:
    """Escape text for HTML outside of attributes, with every hidden character shown by its number."""
    return _SPECIAL.sub(_visible, text) if _SPECIAL.search(text) else text


def safe(text: str) -> SafeString:
    """Escape as `escaped` does."""
    return mark_safe(escaped(text))  # noqa: S308 `escaped` leaves nothing that HTML understands


def misleads(text: str) -> bool:
    """Tell whether text holds characters that can make it read otherwise than a machine takes it."""
    return _MISLEADING.search(text) is not None


def without_hidden(text: str) -> str:
    """Replace what is not seen, for places where text can have no marks: titles, names."""
    return _UNREADABLE.sub("\ufffd", text)


def _visible(match: re.Match[str]) -> str:
    character = match[0]
    return _ESCAPES.get(character) or f'<span class="hides">U+{ord(character):04X}</span>'
