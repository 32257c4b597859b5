"""From the tuples that come out of the pool to the values of `vcs.model`."""

from __future__ import annotations

from typing import Any

from belvedere.vcs.diffs import ChangeKind, FileChange
from belvedere.vcs.model import (
    AnnotatedBlock,
    ChangedPaths,
    Changeset,
    Entry,
    EntryKind,
    Kin,
    Kinship,
    Lineage,
    Movement,
    Phase,
    RefChange,
    RefKind,
    Refs,
)

Row = tuple[Any, ...]

_KINDS = {str(kind): kind for kind in EntryKind}
_CHANGES = {str(kind): kind for kind in ChangeKind}
_PHASES = {str(phase): phase for phase in Phase}


def changeset(row: Row) -> Changeset:
    """Rebuild a changeset."""
    *head, phase, is_obsolete, closes_branch, committer, topic, instabilities, files = row
    raw_id, revision, parents, author, date, offset, message, branch = head
    return Changeset(
        raw_id,
        revision,
        parents,
        author,
        date,
        offset,
        message,
        branch,
        _PHASES[phase],
        is_obsolete,
        closes_branch,
        committer,
        topic,
        instabilities,
        None if files is None else changed_paths(files),
    )


def changed_paths(row: Row) -> ChangedPaths:
    """Rebuild changed paths."""
    return ChangedPaths(*row)


def file_changes(found: tuple[Row, ...]) -> tuple[FileChange, ...]:
    """Rebuild what happened to files."""
    return tuple(FileChange(_CHANGES[kind], *rest) for kind, *rest in found)


def lineage(row: Row) -> Lineage:
    """Rebuild what a changeset knows of itself."""
    date, offset, kin = row
    return Lineage(date, offset, tuple(Kin(Kinship(kinship), raw_id) for kinship, raw_id in kin))


def refs(row: Row) -> Refs:
    """Rebuild refs."""
    return Refs(*row)


def entry(row: Row) -> Entry:
    """Rebuild an entry."""
    path, kind, identity, size = row
    return Entry(path, _KINDS[kind], identity, size)


def entries(found: tuple[Row, ...]) -> tuple[Entry, ...]:
    """Rebuild entries."""
    return tuple(map(entry, found))


def block(row: Row) -> AnnotatedBlock:
    """Rebuild annotated lines."""
    return AnnotatedBlock(*row)


def movement(row: Row) -> Movement:
    """Rebuild a movement."""
    changes, first, last = row
    return Movement(tuple(RefChange(RefKind(kind), *rest) for kind, *rest in changes), first, last)
