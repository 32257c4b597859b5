"""What a person or program may call a commit by."""

from __future__ import annotations

import re
from pathlib import Path

from belvedere.vcs.errors import EmptyRepository, RevisionNotFound, named
from belvedere.vcs.git.index import Index, Row
from belvedere.vcs.git.objects import HEX_LENGTH, is_full_id
from belvedere.vcs.git.refs import HEADS, TAGS, read_head
from belvedere.vcs.git.view import current
from belvedere.vcs.model import RevisionLike

_SHORTEST_PREFIX = 4
_NUMBER = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_KINDS = frozenset({"branch", "tag", "book", "rev"})
_PREFIX = re.compile(r"[0-9a-f]{4,39}", re.IGNORECASE)


def resolve(path: Path, revision: RevisionLike) -> Row:
    """Find the commit, in the order that `Repository.resolve` promises."""
    index = current(path).index
    if (tip := index.tip()) is None:
        raise EmptyRepository("the repository has no changesets yet")
    if revision is None or revision in ("", "tip"):
        return tip
    found = _by_number(index, tip, revision) if isinstance(revision, int) else _by_text(path, index, tip, revision)
    if found is None:
        raise RevisionNotFound(f"there is no changeset {named(revision)}")
    return found


def _by_text(path: Path, index: Index, tip: Row, text: str) -> Row | None:
    if is_full_id(text) and (row := index.by_id(bytes.fromhex(text))):
        return row
    kind, colon, name = text.partition(":")
    if colon and kind in _KINDS:
        return _of_kind(index, tip, kind, name)
    if text == "HEAD":
        return _head(path, index, tip)
    if _NUMBER.fullmatch(text) and (row := _by_number(index, tip, int(text))):
        return row
    return _named(index, TAGS, text) or _named(index, HEADS, text) or _by_prefix(index, text)


def _of_kind(index: Index, tip: Row, kind: str, name: str) -> Row | None:
    if kind == "rev":
        return _by_revision(index, tip, name)
    prefix = {"branch": HEADS, "tag": TAGS}.get(kind)
    return None if prefix is None else _named(index, prefix, name)  # git has no bookmarks


def _head(path: Path, index: Index, tip: Row) -> Row:
    """Give what HEAD names; an unborn or hidden one counts as the tip."""
    head = read_head(path)
    if head.startswith(b"refs/"):
        return _at(index, head) or tip
    return index.by_id(bytes.fromhex(head.decode("ascii"))) or tip


def _by_number(index: Index, tip: Row, number: int) -> Row | None:
    return tip if number == -1 else index.by_revision(number)


def _by_revision(index: Index, tip: Row, text: str) -> Row | None:
    if is_full_id(text):
        return index.by_id(bytes.fromhex(text))
    if _NUMBER.fullmatch(text) and (row := _by_number(index, tip, int(text))):
        return row
    return tip if text == "tip" else _by_prefix(index, text)


def _by_prefix(index: Index, text: str) -> Row | None:
    if not _PREFIX.fullmatch(text):
        return None
    low, high = text.ljust(HEX_LENGTH, "0"), text.ljust(HEX_LENGTH, "f")
    rows = index.by_prefix(bytes.fromhex(low), bytes.fromhex(high))
    if len(rows) > 1:
        raise RevisionNotFound(f"{named(text)} is ambiguous")
    return rows[0] if rows else None


def _named(index: Index, prefix: bytes, name: str) -> Row | None:
    return _at(index, prefix + name.encode("utf-8", "surrogateescape"))


def _at(index: Index, name: bytes) -> Row | None:
    ref = index.ref(name)
    return index.by_id(ref.target) if ref is not None and ref.target is not None else None
