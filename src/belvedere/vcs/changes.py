"""What a commit without a working copy may write: paths safe in every checkout, texts that every system takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from belvedere.vcs.errors import CommitRefused, named

LONGEST_PATH = 4096
LONGEST_NAME = 255
"""Bytes of a path and of one part of it: more, and no file system could check it out."""

_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
_SEPARATORS = re.compile(r"[/\\]")
# HFS+ ignores these characters in names: `.g<U+200C>it` is `.git` there (CVE-2014-9390).
_IGNORED_BY_HFS = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
_STORES = frozenset({".git", ".hg", "git~1", "hg~1"})
"""Where systems keep what they trust, with the short names that Windows gives them."""


def checked(changes: Mapping[str, bytes | None]) -> dict[bytes, bytes | None]:
    """Give the changes by stored path, or raise `CommitRefused` for a path that no checkout may see."""
    if not changes:
        raise CommitRefused("there is nothing to commit")
    return {_checked_path(path): content for path, content in changes.items()}


def ancestors(path: bytes) -> Iterator[bytes]:
    """Give every directory above a path but the root, the uppermost first."""
    end = path.find(b"/")
    while end >= 0:
        yield path[:end]
        end = path.find(b"/", end + 1)


def checked_text(what: str, text: str, *, lines: bool = False) -> bytes:
    """Give an author's name or a message as it is stored; `lines` lets it have several."""
    if "\0" in text or (not lines and ("\n" in text or "\r" in text)):
        raise CommitRefused(f"the {what} has characters that are no text")
    if not lines and not text.strip():
        raise CommitRefused(f"the {what} is empty")
    return text.strip().encode("utf-8", "replace")


def in_the_way(path: bytes) -> CommitRefused:
    """Say that nothing can be written over or below what stands at a path."""
    return CommitRefused(f"{named(path)} is in the way")


def _checked_path(path: str) -> bytes:
    try:
        stored = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise CommitRefused(f"{named(path)} is no path") from None
    parts = stored.split(b"/")
    if len(stored) > LONGEST_PATH or any(len(part) > LONGEST_NAME for part in parts):
        raise CommitRefused(f"the path {named(path)} is too long")
    if any(part in {b"", b".", b".."} for part in parts) or _CONTROL.search(stored):
        raise CommitRefused(f"{named(path)} is no path")
    if any(_is_store(part) for part in _SEPARATORS.split(path)):
        raise CommitRefused(f"nothing may be written at {named(path)}")
    return stored


def _is_store(name: str) -> bool:
    """Tell whether a file system could take the name for a repository's own directory, or for the one above.

    Windows ignores blanks and dots at the end and what stands behind a colon; it and macOS ignore the case.
    """
    seen = _IGNORED_BY_HFS.sub("", name.partition(":")[0]).rstrip(" .").casefold()
    return seen in _STORES or (not seen and name.strip() == "..")
