"""Files that are written to be read, as safe HTML: Markdown, reStructuredText and plain text."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from hashlib import blake2b

from django.utils.safestring import SafeString, mark_safe

from belvedere.text.kept import Kept
from belvedere.text.markdown import markdown_html
from belvedere.text.messages import message_html
from belvedere.text.restructured import restructured_html
from belvedere.text.sanitising import Resolve, sanitised

log = logging.getLogger(__name__)

LARGEST = {"markdown": 200_000, "restructured": 100_000}
"""Characters from which a file is shown as it is written: what formats it takes seconds for more."""

SUFFIXES = {
    "md": "markdown",
    "markdown": "markdown",
    "mdown": "markdown",
    "mkd": "markdown",
    "mkdn": "markdown",
    "rst": "restructured",
    "rest": "restructured",
}
_READERS: dict[str, Callable[[str], str]] = {"markdown": markdown_html, "restructured": restructured_html}
_README = re.compile(r"read[-_ ]?me(?:\.(?P<suffix>[a-z]+))?(?P<more>\..*)?", re.IGNORECASE | re.ASCII)
_README_ORDER = ("md", "markdown", "mdown", "mkd", "mkdn", "rst", "rest", "txt", "")
_MEGABYTE = 1 << 20

_kept: Kept[SafeString] = Kept(len, most=16 * _MEGABYTE, largest=2 * _MEGABYTE)


def is_markup(path: str) -> bool:
    """Tell by its name whether a file has markup that `rendered` knows."""
    return path.rpartition(".")[2].lower() in SUFFIXES and "." in path


def rendered(path: str, text: str, resolve: Resolve) -> SafeString | None:
    """Give a file as formatted, safe HTML, for an element with the class `markup`.

    `resolve` gives the address of a path in the repository. The result is kept for an equal `resolve`: make it a frozen
    dataclass, not a lambda. None for markup that is too long to be formatted, or that its reader stumbles over.
    """
    kind = SUFFIXES.get(path.rpartition(".")[2].lower()) if "." in path else None
    if kind is None:
        return plain_html(text)
    if len(text) > LARGEST[kind]:
        return None
    key = kind, path, resolve, blake2b(text.encode("utf-8", "surrogatepass")).digest()
    return _kept.get(key, lambda: _made(kind, path, text, resolve)) or None


def plain_html(text: str) -> SafeString:
    """Give text without markup as HTML whose lines stay lines."""
    return mark_safe(f'<pre tabindex="0">{message_html(text)}</pre>')  # noqa: S308 the message is safe


def readme_of(names: Iterable[str]) -> str | None:
    """Choose the file that says what its directory is, whatever case it is written in; None if there is none."""
    found = [(place, name) for name in names if (place := _readme_place(name)) is not None]
    return min(found)[1] if found else None


def _readme_place(name: str) -> tuple[int, int] | None:
    match = _README.fullmatch(name)
    if match is None:
        return None
    suffix = (match["more"] or match["suffix"] or "").rpartition(".")[2].lower()
    if suffix not in _README_ORDER:
        return None
    return _README_ORDER.index(suffix), len(name)


def _made(kind: str, path: str, text: str, resolve: Resolve) -> SafeString:
    try:
        html = _READERS[kind](text.replace("\0", "\ufffd"))
    except Exception:  # a parser that stumbles over somebody's text must not take the page with it
        log.exception("a file could not be formatted as %s", kind)
        return mark_safe("")
    return sanitised(html, path, resolve)
