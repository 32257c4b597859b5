"""Which paths a changeset, or two of them, differ in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mercurial import copies

from belvedere.vcs.hg.engine.names import to_text
from belvedere.vcs.model import ChangedPaths


def listed(repo: Any, number: int, names: tuple[bytes, ...], *, renames: bool) -> ChangedPaths:
    """Sort the names that a changelog entry lists; for a merge a path is new only if no parent has it."""
    unfiltered = repo.unfiltered()
    log, manifests = unfiltered.changelog, unfiltered.manifestlog
    ctx = unfiltered[number]
    here = ctx.manifest() if names else ()
    before = [manifests[log.changelogrevision(p).manifest].read() for p in log.parentrevs(number) if p >= 0 and names]
    added, changed, removed = [], [], []
    for name in sorted(names):
        if name not in here:
            removed.append(name)
        elif any(name in parent for parent in before):
            changed.append(name)
        else:
            added.append(name)
    renamed = _moves([ctx.p1copies(), ctx.p2copies()], added, removed) if renames and added and removed else {}
    return _paths(added, changed, removed, renamed)


def between(old: Any, new: Any) -> ChangedPaths:
    """Tell what differs between two contexts of one repository."""
    status = old.status(new)
    added, removed = sorted(status.added), sorted(status.removed)
    renamed = _moves([copies.pathcopies(old, new)], added, removed) if added and removed else {}
    return _paths(added, sorted(status.modified), removed, renamed)


def _moves(recorded: Iterable[dict[bytes, bytes]], added: list[bytes], removed: list[bytes]) -> dict[bytes, bytes]:
    """Keep the copies that are renames: the old name is gone, the new one is new; one new name for each old one."""
    new, gone, moves = set(added), set(removed), {}
    for copied in recorded:
        for target, source in sorted(copied.items()):
            if target in new and source in gone:
                moves[target] = source
                gone.discard(source)
    return moves


def _paths(added: list[bytes], changed: list[bytes], removed: list[bytes], renamed: dict[bytes, bytes]) -> ChangedPaths:
    return ChangedPaths(
        tuple(map(to_text, added)),
        tuple(map(to_text, changed)),
        tuple(map(to_text, removed)),
        {to_text(new): to_text(old) for new, old in sorted(renamed.items())},
    )
