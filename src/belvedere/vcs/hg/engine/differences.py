"""Differences between two changesets as text, and as names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mercurial import match, mdiff, patch

from belvedere.vcs.hg.engine import changes, revisions
from belvedere.vcs.hg.engine.names import to_path
from belvedere.vcs.model import ChangedPaths, RevisionLike

FULL_HASH = 40


def diff(
    repo: Any, old: RevisionLike, new: RevisionLike, paths: tuple[str, ...], context: int, *, ignore_whitespace: bool
) -> Iterator[bytes]:
    """Stream the difference in git's format, a file's header or its hunks at a time; errors come at once."""
    before, after = _ends(repo, old, new)
    options = mdiff.diffopts(
        git=True, index=FULL_HASH, context=max(context, 0), showfunc=True, ignorews=ignore_whitespace
    )
    chunks: Iterator[bytes] = patch.diff(repo, before.node(), after.node(), match=_matcher(repo, paths), opts=options)
    return chunks


def changed_paths(repo: Any, old: RevisionLike, new: RevisionLike) -> ChangedPaths:
    """Name what differs, as `Repository.changed_paths`."""
    return changes.between(*_ends(repo, old, new))


def _ends(repo: Any, old: RevisionLike, new: RevisionLike) -> tuple[Any, Any]:
    after = repo[revisions.number_of(repo, new)]
    return (after.p1() if old is None else repo[revisions.number_of(repo, old)]), after


def _matcher(repo: Any, paths: tuple[str, ...]) -> Any:
    wanted = [to_path(path) for path in paths]
    if not wanted or b"" in wanted:
        return match.always()
    return match.match(repo.root, b"", [b"path:" + path for path in wanted])
