"""Changesets without a working copy; only in a process of its own."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mercurial import context, error, phases, scmutil

from belvedere.vcs.changes import ancestors, in_the_way
from belvedere.vcs.errors import CommitRefused, MergeConflict, PathNotFound, RevisionNotFound, Unsupported, named
from belvedere.vcs.hg.engine import movement, revisions
from belvedere.vcs.hg.engine.creation import make_durable
from belvedere.vcs.hg.engine.opening import open_repository
from belvedere.vcs.hg.engine.tree import Manifest
from belvedere.vcs.hg.engine.writing import recover

Changes = dict[bytes, bytes | None]
_FULL = 40
_DEFAULT = b"default"
_LINK, _EXECUTABLE = b"l", b"x"


@dataclass(frozen=True, slots=True)
class Words:
    """What a changeset says of itself."""

    author: bytes
    message: bytes
    date: float | None


def commit(path: str, parent: str | None, changes: Changes, words: Words, branch: str | None) -> str:
    """Make a changeset under the lock that lets nobody else move anything, and give its hash."""
    repo = open_repository(path)
    was_empty = not len(repo.changelog)
    recover(repo)
    with repo.wlock(), repo.lock():
        raw_id = _commit(repo, parent, changes, words, branch)
        # Nobody else's movement may be taken for this one, or this for theirs. A fresh repository: see `pulling`.
        movement.measure(open_repository(path))
    if was_empty:
        make_durable(Path(path))
    return raw_id


def _commit(repo: Any, parent: str | None, changes: Changes, words: Words, branch: str | None) -> str:
    base = _base(repo, parent)
    stored_branch = _place(repo, base, branch)
    wanted, flags = _differing(base, changes)
    date = (int(time.time() if words.date is None else words.date), 0)

    def content(repo: Any, ctx: Any, name: bytes) -> Any:
        data = wanted[name]
        return None if data is None else context.memfilectx(repo, ctx, name, data, isexec=flags[name] == _EXECUTABLE)

    draft = context.memctx(
        repo,
        (base.node() if base else None, None),
        words.message,
        sorted(wanted),
        content,
        words.author,
        date,
        extra={b"branch": stored_branch},
    )
    with repo.transaction(b"commit") as transaction:
        node: bytes = draft.commit()
        if repo.publishing():
            phases.advanceboundary(repo, transaction, phases.public, [node])
    return node.hex()


def _base(repo: Any, parent: str | None) -> Any:
    if parent is None:
        return None
    if len(parent) != _FULL:
        raise RevisionNotFound(f"there is no changeset {named(parent)}")
    return repo[revisions.number_of(repo.filtered(b"served"), parent)]


def _place(repo: Any, base: Any, branch: str | None) -> bytes:
    """Give the branch to store; `MergeConflict` unless the parent is its head, or it has none."""
    served = repo.filtered(b"served")
    if branch is not None:
        name = stored = _checked_branch(repo, branch)
    else:
        name, stored = (base.branch(), base.extra()[b"branch"]) if base else (_DEFAULT, _DEFAULT)
    if name not in served.branchmap():
        return stored
    if base is None:
        raise MergeConflict("the branch exists already")
    if base.branch() != name or base.node() not in served.branchmap().branchheads(name, closed=True):
        raise MergeConflict("the branch moved meanwhile")
    return stored


def _checked_branch(repo: Any, branch: str) -> bytes:
    try:
        stored = branch.encode()
        scmutil.checknewlabel(repo, stored, b"branch")
    except (UnicodeEncodeError, error.Abort):
        raise Unsupported(f"mercurial does not allow the name {named(branch)}") from None
    if not stored or stored != stored.strip():
        raise Unsupported(f"mercurial does not allow the name {named(branch)}")
    return stored


def _differing(base: Any, changes: Changes) -> tuple[Changes, dict[bytes, bytes]]:
    """Give what really changes, and the flags of each file that is there; refuse what no tree can hold."""
    tree = Manifest(base) if base else None
    wanted, flags = {}, {}
    for path, content in changes.items():
        found = tree.find(path) if tree else None
        flags[path] = found[1] if found else b""
        if content is None:
            if found is None:
                raise PathNotFound(f"there is no file {named(path)}")
        else:
            _check_room(tree, path, flags[path], changes)
        if found is None or content is None or base[path].data() != content:
            wanted[path] = content
    if not wanted:
        raise CommitRefused("nothing would change")
    return wanted, flags


def _check_room(tree: Manifest | None, path: bytes, flags: bytes, changes: Changes) -> None:
    """Refuse to write over or below what is no directory, and over a directory of which something stays."""
    if flags == _LINK:
        raise in_the_way(path)
    for above in ancestors(path):
        stays = tree is not None and above not in changes and tree.find(above) is not None
        if stays or changes.get(above) is not None:
            raise in_the_way(above)
    if tree is None:
        return
    keeps_files = any(changes.get(below, b"") is not None for below, _, _ in tree.files(path))
    if keeps_files or any(_meet(path + b"/", pin + b"/") for pin, _ in tree.pins):
        raise in_the_way(path)


def _meet(one: bytes, other: bytes) -> bool:
    return one.startswith(other) or other.startswith(one)
