"""What people write without markup, commit messages above all: safe HTML with links where addresses stand."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from django.utils.safestring import SafeString, mark_safe

from belvedere.text.characters import escaped

Changeset = Callable[[str], str | None]
"""Gives the address of a changeset by the beginning of its hash; None where it should be no link."""

URL = r"\bhttps?://[^\s<>\"\x00-\x20\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]{1,2000}"
_HASH = r"(?<![\w#/.-])[0-9a-f]{7,40}(?![\w-]|\.\w)"
_LINKED = re.compile(f"(?P<url>{URL})|(?P<hash>{_HASH})")
_FULL = 40
_ENDS = ".,;:!?'*_~"
_PAIRS = {")": "(", "]": "[", "}": "{"}


def message_html(text: str, changeset: Changeset | None = None) -> SafeString:
    """Give a message as HTML: addresses are linked, and so are hashes where `changeset` knows an address for them.

    Lines stay lines: it is meant for an element whose white space is kept.
    """
    parts: list[str] = []
    end = 0
    for match in _LINKED.finditer(text):
        found = without_ending(match[0]) if match["url"] else match[0]
        link = link_to(found, found) if match["url"] else _changeset_link(found, changeset)
        if link:
            parts += (escaped(text[end : match.start()]), link)
            end = match.start() + len(found)
    parts.append(escaped(text[end:]))
    return mark_safe("".join(parts))  # noqa: S308 every part is escaped or a link made here


def without_ending(url: str) -> str:
    """Leave out what ends the sentence around an address rather than the address."""
    while url:
        last = url[-1]
        opening = _PAIRS.get(last)
        if last not in _ENDS and (opening is None or url.count(last) <= url.count(opening)):
            return url
        url = url[:-1]
    return url


def link_to(url: str, label: str) -> str:
    """Make a link that leads elsewhere; the address has to have been found to be one of the web."""
    return f'<a href="{escape(url)}" rel="nofollow noopener">{escaped(label)}</a>'


def _changeset_link(digits: str, changeset: Changeset | None) -> str | None:
    looks_like_one = len(digits) == _FULL or not (digits.isdigit() or digits.isalpha())
    url = changeset(digits) if changeset is not None and looks_like_one else None
    return None if url is None else f'<a class="hash" href="{escape(url)}">{digits}</a>'
