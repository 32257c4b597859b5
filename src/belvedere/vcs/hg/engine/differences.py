"""Differences between two changesets as text, and as names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mercurial import copies, match, mdiff, patch

from belvedere.vcs.diffs import ChangeKind, FileChange, LineCount
from belvedere.vcs.hg.engine import changes, revisions
from belvedere.vcs.hg.engine.names import to_path, to_text
from belvedere.vcs.model import ChangedPaths, RevisionLike

FULL_HASH = 40
# Git's own algorithm, which Mercurial brings along: ten times as fast where every line of a large file changed.
ALGORITHM = {"xdiff": True}

_MODES = {b"": "100644", b"x": "100755", b"l": "120000"}
_COPIES = {b"rename": ChangeKind.RENAMED, b"copy": ChangeKind.COPIED}


def diff(
    repo: Any,
    old: RevisionLike,
    new: RevisionLike,
    paths: tuple[str, ...],
    context: int,
    *,
    ignore_whitespace: bool,
    binary: bool,
) -> Iterator[bytes]:
    """Stream the difference in git's format, a file's header or its hunks at a time; errors come at once."""
    before, after = _ends(repo, old, new)
    options = mdiff.diffopts(
        git=True,
        index=FULL_HASH,
        context=max(context, 0),
        showfunc=True,
        ignorews=ignore_whitespace,
        nobinary=not binary,
        **ALGORITHM,
    )
    chunks: Iterator[bytes] = patch.diff(repo, before.node(), after.node(), match=_matcher(repo, paths), opts=options)
    return chunks


def changed_paths(repo: Any, old: RevisionLike, new: RevisionLike) -> ChangedPaths:
    """Name what differs, as `Repository.changed_paths`."""
    return changes.between(*_ends(repo, old, new))


def file_changes(repo: Any, old: RevisionLike, new: RevisionLike) -> list[FileChange]:
    """Tell what happened to each file, renames and copies as they were recorded."""
    before, after = _ends(repo, old, new)
    modified, added, removed = _sorted_out(before, after)
    copied = copies.pathcopies(before, after) if added else {}
    recorded = {new: old for new, old in copied.items() if old in before}
    pairs = patch._filepairs(modified, added, removed, recorded, mdiff.diffopts(git=True))  # noqa: SLF001 -- as `patch.diff` itself
    return [_file_change(before, after, one, other, _COPIES.get(kind)) for one, other, kind in pairs]


def _sorted_out(before: Any, after: Any) -> tuple[list[bytes], list[bytes], list[bytes]]:
    """Give what changed, came and went; what only a merge brought is told of a first parent that lacks it."""
    status = before.status(after)
    modified = [name for name in status.modified if name in before]
    added = [*status.added, *(name for name in status.modified if name not in before)]
    return modified, sorted(added), [name for name in status.removed if name in before]


def _file_change(
    before: Any, after: Any, one: bytes | None, other: bytes | None, copied: ChangeKind | None
) -> FileChange:
    kind = copied or (ChangeKind.ADDED if one is None else ChangeKind.REMOVED if other is None else ChangeKind.MODIFIED)
    return FileChange(
        kind,
        None if one is None else to_text(one),
        None if other is None else to_text(other),
        None if one is None else _MODES[before.flags(one)],
        None if other is None else _MODES[after.flags(other)],
    )


def line_counts(
    repo: Any, old: RevisionLike, new: RevisionLike, paths: tuple[str, ...], *, ignore_whitespace: bool
) -> Iterator[LineCount]:
    """Count what came and went in each file, as they come."""
    before, after = _ends(repo, old, new)
    options = mdiff.diffopts(git=True, context=0, ignorews=ignore_whitespace, nobinary=True, **ALGORITHM)
    for one, other, _header, hunks in patch.diffhunks(repo, before, after, match=_matcher(repo, paths), opts=options):
        yield _counted(to_text((one if other is None else other).path()), hunks)


def _counted(path: str, hunks: Any) -> LineCount:
    added = removed = 0
    for place, lines in hunks:
        if place is None:  # "Binary file x has changed"
            return LineCount(path, None, None)
        added += sum(line.startswith(b"+") for line in lines)
        removed += sum(line.startswith(b"-") for line in lines)
    return LineCount(path, added, removed)


def _ends(repo: Any, old: RevisionLike, new: RevisionLike) -> tuple[Any, Any]:
    after = repo[revisions.number_of(repo, new)]
    return (after.p1() if old is None else repo[revisions.number_of(repo, old)]), after


def _matcher(repo: Any, paths: tuple[str, ...]) -> Any:
    wanted = [to_path(path) for path in paths]
    if not wanted or b"" in wanted:
        return match.always()
    return match.match(repo.root, b"", [b"path:" + path for path in wanted])
