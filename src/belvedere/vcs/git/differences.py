"""What differs between two commits: names by libgit2, texts and renames by the `git` program."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pygit2

from belvedere.vcs.diffs import ChangeKind, FileChange, LineCount
from belvedere.vcs.errors import RepositoryBroken
from belvedere.vcs.git.objects import EMPTY_TREE, parse_commit
from belvedere.vcs.git.process import Git, chunks, lines
from belvedere.vcs.git.store import Store, store_at
from belvedere.vcs.git.touched import Touched, read_log
from belvedere.vcs.git.trees import decoded, root_of
from belvedere.vcs.model import ChangedPaths

_STATUS = {pygit2.enums.DeltaStatus.ADDED: b"A", pygit2.enums.DeltaStatus.DELETED: b"D"}
_KINDS = {b"A": ChangeKind.ADDED, b"D": ChangeKind.REMOVED, b"R": ChangeKind.RENAMED, b"C": ChangeKind.COPIED}
_NO_MODE = "000000"
_BATCH = 200


def changed_by(path: Path, store: Store, raw_id: str) -> ChangedPaths:
    """Name what a commit touches: for a merge the union of its differences to each parent."""
    commit = parse_commit(store.read(raw_id)[1])
    olds = [root_of(store, parent) for parent in commit.parents] or [EMPTY_TREE]
    touched = Touched()
    for old in olds:
        _compare(store, old, commit.tree, touched)
    return touched.paths(_renames(path, olds[0], commit.tree, touched))


def changed_between(path: Path, store: Store, old: str, new: str) -> ChangedPaths:
    """Name what differs between two trees, renames detected."""
    touched = Touched()
    _compare(store, old, new, touched)
    return touched.paths(_renames(path, old, new, touched))


def changed_by_each(path: Path, raw_ids: Iterator[str]) -> Iterator[ChangedPaths]:
    """Name what each of many commits touches, in their order, without renames; a process for every few hundred."""
    arguments = ("diff-tree", "--stdin", "-r", "-m", "--root", "--no-renames", "--name-status", "-z")
    while part := list(itertools.islice(raw_ids, _BATCH)):
        found = {raw_id: Touched() for raw_id in part}
        with Git(path).stream(*arguments, stdin="".join(f"{raw_id}\n" for raw_id in part).encode()) as output:
            for raw_id, changes in read_log(lines(output, b"\0")):
                for status, name in changes:
                    found[raw_id.decode("ascii")].note(status, name)
        yield from (found[raw_id].paths() for raw_id in part)


def file_changes(path: Path, old: str, new: str) -> list[FileChange]:
    """Tell what happened to each file between two trees, renames detected."""
    arguments = ("diff-tree", "-r", "-M", "--raw", "-z", "--end-of-options", old, new)
    with Git(path).stream(*arguments) as output:
        return list(_raw_changes(lines(output, b"\0")))


def _raw_changes(tokens: Iterator[bytes]) -> Iterator[FileChange]:
    for token in tokens:
        old_mode, new_mode, _old_id, _new_id, status = token.removeprefix(b":").split(b" ")
        kind = _KINDS.get(status[:1], ChangeKind.MODIFIED)
        first = decoded(next(tokens))
        last = decoded(next(tokens)) if kind in (ChangeKind.RENAMED, ChangeKind.COPIED) else first
        yield FileChange(
            kind,
            None if kind is ChangeKind.ADDED else first,
            None if kind is ChangeKind.REMOVED else last,
            _mode(old_mode),
            _mode(new_mode),
        )


def _mode(stored: bytes) -> str | None:
    mode = stored.decode("ascii")
    return None if mode == _NO_MODE else mode


def line_counts(
    path: Path, old: str, new: str, *, paths: tuple[bytes, ...], ignore_whitespace: bool
) -> Iterator[LineCount]:
    """Count what came and went in each file, as they come; a renamed file counts under its new name."""
    arguments = ("diff-tree", "-r", "-M", "--numstat", "-z", *(("--ignore-all-space",) if ignore_whitespace else ()))
    with Git(path).stream(*arguments, "--end-of-options", old, new, "--", *paths) as output:
        tokens = lines(output, b"\0")
        for token in tokens:
            added, removed, name = token.split(b"\t", 2)
            if not name:  # a rename: the old name and the new one follow
                next(tokens)
                name = next(tokens)
            is_binary = added == b"-"
            yield LineCount(decoded(name), None if is_binary else int(added), None if is_binary else int(removed))


def unified(
    path: Path,
    old: str,
    new: str,
    *,
    paths: tuple[bytes, ...],
    context: int,
    ignore_whitespace: bool,
    binary: bool = False,
) -> Iterator[bytes]:
    """Stream the difference of two trees as git writes it."""
    arguments: list[str | bytes] = [
        *("diff-tree", "-r", "-p", "-M", "--full-index", "--no-color", "--no-ext-diff", "--no-textconv"),
        *("--src-prefix=a/", "--dst-prefix=b/", "--submodule=short", f"--unified={context}"),
        *(("--ignore-all-space",) if ignore_whitespace else ()),
        *(("--binary",) if binary else ()),
    ]
    with Git(path).stream(*arguments, "--end-of-options", old, new, "--", *paths) as output:
        yield from chunks(output)


def _compare(store: Store, old: str, new: str, touched: Touched) -> None:
    if old == new:
        return
    try:
        before, after = _tree(store, old), _tree(store, new)
        if after is None:
            difference = before.diff_to_tree() if before is not None else None
        elif before is None:
            difference = after.diff_to_tree(swap=True)
        else:
            difference = before.diff_to_tree(after)
        for delta in difference.deltas if difference is not None else ():
            is_gone = delta.status == pygit2.enums.DeltaStatus.DELETED
            name = delta.old_file.raw_path if is_gone else delta.new_file.raw_path
            touched.note(_STATUS.get(delta.status, b"M"), name)
    except (KeyError, ValueError, pygit2.GitError) as error:
        raise RepositoryBroken("a difference cannot be read") from error


def _tree(store: Store, raw_id: str) -> pygit2.Tree | None:
    """Give a tree to libgit2's taste, where nothing is None."""
    if raw_id == EMPTY_TREE:
        return None
    found = store.repository[raw_id]
    if not isinstance(found, pygit2.Tree):
        raise RepositoryBroken("a tree is something else")
    return found


def _renames(path: Path, old: str, new: str, touched: Touched) -> dict[str, str]:
    """Ask git for renames where there can be some: libgit2 would stop every thread while it compares contents."""
    if not touched.added or not touched.removed:
        return {}
    arguments = ("diff-tree", "-r", "-M", "--diff-filter=R", "--name-status", "-z", "--end-of-options", old, new)
    with Git(path).stream(*arguments) as output:
        fields = lines(output, b"\0")
        found = {after: before for _, before, after in zip(fields, fields, fields, strict=False)}
    return {
        decoded(after): decoded(before)
        for after, before in sorted(found.items())
        if after in touched.added and before in touched.removed
    }


def trees_of(path: Path, old: str | None, new: str) -> tuple[str, str]:
    """Give the trees of two commits; without the old one, its first parent's or the empty tree."""
    store = store_at(path)
    commit = parse_commit(store.read(new)[1])
    if old is not None:
        return root_of(store, old), commit.tree
    return (root_of(store, commit.parents[0]) if commit.parents else EMPTY_TREE), commit.tree
