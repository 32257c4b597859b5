"""Commits without a working copy: objects first, then the branch by compare and swap: nobody sees half of it."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from belvedere.vcs.changes import checked, checked_text
from belvedere.vcs.errors import CommitRefused, MergeConflict, RevisionNotFound, Unsupported, named
from belvedere.vcs.git import refs as disk
from belvedere.vcs.git.draft import Draft
from belvedere.vcs.git.movement import peel
from belvedere.vcs.git.objects import COMMIT, EMPTY_TREE, is_full_id
from belvedere.vcs.git.process import Git
from belvedere.vcs.git.store import Store, store_at
from belvedere.vcs.git.trees import root_of
from belvedere.vcs.git.updates import full_name
from belvedere.vcs.model import RefKind, split_author

_NOTHING = "0" * 40
_NOT_FOR_IDENTITIES = re.compile(r"[<>\x00-\x1f\x7f]")
_MOVED = (1, 128)


@dataclass(frozen=True, slots=True)
class Words:
    """What a commit says of itself."""

    author: str
    message: str
    date: float | None


def commit(
    path: Path, parent: str | None, changes: Mapping[str, bytes | None], words: Words, branch: str | None
) -> str:
    """Make a commit and move the branch to it, as `Repository.commit` says."""
    stored = checked(changes)
    head = _head(words)
    name = _default_branch(path) if branch is None else full_name(RefKind.BRANCH, branch)
    store = store_at(path)
    before = _place(path, store, name, parent)
    old_tree = EMPTY_TREE if parent is None else root_of(store, parent.lower())
    draft = Draft(store, None if parent is None else old_tree)
    draft.change(stored)
    tree = draft.write()
    if tree == old_tree:
        raise CommitRefused("nothing would change")
    origin = b"" if parent is None else b"parent %s\n" % parent.lower().encode()
    raw_id = store.write(COMMIT, b"tree %s\n%s%s" % (tree.encode(), origin, head))
    code, _ = Git(path).run("update-ref", "--end-of-options", name, raw_id, before, allowed=(0, *_MOVED))
    if code:
        raise MergeConflict("the branch moved meanwhile, or its name is in the way of another")
    return raw_id


def _default_branch(path: Path) -> bytes:
    head = disk.read_head(path)
    if not head.startswith(disk.HEADS):
        raise Unsupported("HEAD names no branch: say which one")
    return head


def _place(path: Path, store: Store, name: bytes, parent: str | None) -> str:
    """Give what the branch has to stand at when it moves."""
    stands = disk.read_some(path, (name,))[name]
    if parent is None:
        if stands is not None:
            raise MergeConflict("the branch exists already")
        return _NOTHING
    if not is_full_id(parent) or peel(store, parent.lower().encode()) != bytes.fromhex(parent):
        raise RevisionNotFound(f"there is no changeset {named(parent)}")
    if stands is None:
        return _NOTHING
    if stands.decode("ascii") != parent.lower():
        raise MergeConflict("the branch moved meanwhile")
    return parent.lower()


def _head(words: Words) -> bytes:
    """Give what stands below the tree and the parent: who, when and what for."""
    checked_text("author", words.author)
    name, mail = (_NOT_FOR_IDENTITIES.sub("", part).strip() for part in split_author(words.author))
    date = max(int(time.time() if words.date is None else words.date), 0)  # git knows none before 1970
    stamp = f"{name or mail.partition('@')[0] or 'unknown'} <{mail}> {date} +0000".encode("utf-8", "replace")
    message = checked_text("message", words.message, lines=True)
    return b"author %s\ncommitter %s\n\n%s\n" % (stamp, stamp, message)
