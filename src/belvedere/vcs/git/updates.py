"""Setting and removing names, with git's own locks and checks."""

from __future__ import annotations

import re
from pathlib import Path

from belvedere.vcs.errors import MergeConflict, RevisionNotFound, Unsupported, named
from belvedere.vcs.git import refs as disk
from belvedere.vcs.git.movement import peel
from belvedere.vcs.git.objects import is_full_id
from belvedere.vcs.git.process import Git
from belvedere.vcs.git.store import Store, store_at
from belvedere.vcs.model import RefKind

_PREFIXES = {RefKind.BRANCH: disk.HEADS, RefKind.TAG: disk.TAGS}
_FORBIDDEN = re.compile(rb"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/\.|\.lock/|^[./-]|[./]$|\.lock$|^@$|^$")
_FAILED = (1, 128)


def set_ref(path: Path, kind: RefKind, name: str, raw_id: str, expected: str | None) -> None:
    """Create or move a name; `Unsupported` for a name that git does not allow."""
    full = full_name(kind, name)
    store = store_at(path)
    if not is_full_id(raw_id) or peel(store, raw_id.lower().encode()) != bytes.fromhex(raw_id):
        raise RevisionNotFound(f"there is no changeset {named(raw_id)}")
    before = [] if expected is None else [_stored(path, store, full, expected)]
    code, _ = Git(path).run("update-ref", "--end-of-options", full, raw_id.lower(), *before, allowed=(0, *_FAILED))
    if code:
        raise MergeConflict(f"{named(name)} moved meanwhile, or is in the way of another name")


def delete_ref(path: Path, kind: RefKind, name: str) -> None:
    """Remove a name."""
    full = full_name(kind, name)
    if disk.read_some(path, (full,))[full] is None:
        raise RevisionNotFound(f"there is no {kind} {named(name)}")
    code, _ = Git(path).run("update-ref", "-d", "--end-of-options", full, allowed=(0, *_FAILED))
    if code:
        raise MergeConflict(f"{named(name)} moved meanwhile")


def full_name(kind: RefKind, name: str) -> bytes:
    """Give the full name of a branch or tag; `Unsupported` for one that git does not allow."""
    if kind not in _PREFIXES:
        raise Unsupported(f"git has no {kind}s")
    raw = name.encode("utf-8", "surrogateescape")
    if _FORBIDDEN.search(raw):
        raise Unsupported(f"git does not allow the name {named(name)}")
    return _PREFIXES[kind] + raw


def _stored(path: Path, store: Store, full: bytes, expected: str) -> str:
    """Give what the name stores if it means the expected commit: for an annotated tag that is the tag's own hash."""
    stored = disk.read_some(path, (full,))[full]
    if stored is None or peel(store, stored) != bytes.fromhex(expected):
        raise MergeConflict("the name does not stand where it was expected")
    return stored.decode("ascii")
