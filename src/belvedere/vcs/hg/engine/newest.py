"""The newest changeset that touched each entry of a directory."""

from __future__ import annotations

from typing import Any

from belvedere.vcs.errors import EmptyRepository
from belvedere.vcs.hg.engine import revisions, tree
from belvedere.vcs.hg.engine.changesets import Reader
from belvedere.vcs.hg.engine.names import to_path
from belvedere.vcs.model import RevisionLike


def last_changed(repo: Any, revision: RevisionLike, path: str) -> dict[str, str]:
    """Map entries to changesets, as `Repository.last_changed`; the walk ends when all are found."""
    directory = to_path(path)
    entries = tree.tree(repo, revision, path, recursive=False, sizes=False)
    if not entries:
        return {}
    try:
        number = revisions.number_of(repo, revision)
    except EmptyRepository:
        return {}
    wanted = {to_path(entry.path)[len(directory) + 1 if directory else 0 :]: entry.name for entry in entries}
    found = _walk(repo, number, directory, set(wanted))
    log = repo.changelog
    return {name: log.node(found[stored]).hex() for stored, name in wanted.items() if stored in found}


def _walk(repo: Any, number: int, directory: bytes, wanted: set[bytes]) -> dict[bytes, int]:
    found: dict[bytes, int] = {}
    reader, prefix = Reader(repo), directory + b"/" if directory else b""
    for ancestor in repo.changelog.ancestors([number], inclusive=True):
        for name in reader.describe(ancestor).files:
            if name.startswith(prefix):
                child = name[len(prefix) :].partition(b"/")[0]
                if child in wanted:
                    wanted.discard(child)
                    found[child] = ancestor
        if not wanted:
            break
    return found
