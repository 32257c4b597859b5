"""Mercurial's `Repository` and `Backend`, over the pool."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from belvedere.vcs.changes import checked, checked_text
from belvedere.vcs.diffs import FileChange, LineCount
from belvedere.vcs.hg import client, remembered, rows, walking
from belvedere.vcs.model import (
    AnnotatedBlock,
    ArchiveFormat,
    Capability,
    ChangedPaths,
    Changeset,
    ChangesetQuery,
    Entry,
    Lineage,
    Movement,
    RefKind,
    Refs,
    RevisionLike,
)
from belvedere.vcs.progress import Watch, unwatched
from belvedere.vcs.remote import Remote

SCHEME = "hg"
TRANSPORTS = frozenset({"http", "https", "ssh"})
LONGEST_PULL = 2 * 3600.0
"""Seconds that a pull may take altogether."""
LONGEST_PROBE = 60.0
TOGETHER = 250
PIECE = 1 << 16
CAPABILITIES = frozenset({Capability.BOOKMARKS, Capability.NAMED_BRANCHES, Capability.PHASES, Capability.OBSOLESCENCE})

T = TypeVar("T")


class HgRepository:
    """One Mercurial repository on disk; holds nothing but its path, so threads may share it."""

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()

    @property
    def path(self) -> Path:
        """The directory that contains `.hg`."""
        return self._path

    @property
    def scheme(self) -> str:
        """`hg`."""
        return SCHEME

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What Mercurial has beyond what all have."""
        return CAPABILITIES

    def _ask(self, name: str, *arguments: object) -> Any:
        return client.call(name, self._path, *arguments)

    def _remembered(self, make: Callable[[Any], T], name: str, *arguments: object) -> T:
        return remembered.ask(make, name, str(self._path), *arguments)

    def is_empty(self) -> bool:
        """Tell whether there is no visible changeset."""
        return self._remembered(bool, "is_empty")

    def size(self) -> int:
        """Give the bytes on disk."""
        return sum(
            os.lstat(os.path.join(folder, name)).st_blocks * 512  # noqa: PTH118 -- one for each file
            for folder, _, names in os.walk(self._path)
            for name in names
        )

    def refs(self) -> Refs:
        """Give every open and closed branch, tag and bookmark."""
        return self._remembered(rows.refs, "get_refs")

    def resolve(self, revision: RevisionLike) -> str:
        """Give the full hash of a visible changeset."""
        return self._remembered(str, "resolve", revision)

    def set_ref(self, kind: RefKind, name: str, raw_id: str, *, expected: str | None = None) -> None:
        """Point a bookmark to a changeset; `Unsupported` for branches and tags."""
        client.call_slowly("set_ref", self._path, kind, name, raw_id, expected)

    def delete_ref(self, kind: RefKind, name: str) -> None:
        """Remove a bookmark; `Unsupported` for branches and tags."""
        client.call_slowly("delete_ref", self._path, kind, name)

    def count(self, until: int | None = None) -> int:
        """Count visible changesets."""
        return self._remembered(int, "count", until)

    def changeset(self, revision: RevisionLike, *, files: bool = False) -> Changeset:
        """Give one changeset; its files come with the renames that were recorded."""
        return self._remembered(rows.changeset, "changeset", revision, files)

    def several(self, raw_ids: Sequence[str]) -> list[Changeset]:
        """Give changesets by their hashes, a few hundred a question."""
        starts = range(0, len(raw_ids), TOGETHER)
        return [rows.changeset(row) for at in starts for row in self._ask("several", raw_ids[at : at + TOGETHER])]

    def numbers(self, raw_ids: Collection[str]) -> dict[str, int]:
        """Ask for all numbers at once."""
        return dict(self._ask("numbers", tuple(raw_ids)))

    def lineage(self, revision: RevisionLike) -> Lineage:
        """Tell what Mercurial wrote down of grafts and rewriting."""
        return self._remembered(rows.lineage, "lineage_of", revision)

    def changesets(self, query: ChangesetQuery) -> Iterator[Changeset]:
        """Stream the changesets that the query keeps, a page at a time."""
        return walking.changesets(self._path, query)

    def ancestor(self, one: RevisionLike, other: RevisionLike) -> str | None:
        """Give the best common ancestor's hash."""
        found = self._ask("ancestor", one, other)
        return None if found is None else str(found)

    def common_ancestors(self, one: RevisionLike, other: RevisionLike) -> list[str]:
        """Give every best common ancestor."""
        return list(self._ask("common_ancestors", one, other))

    def missing(self, base: RevisionLike, head: RevisionLike, most: int | None = None) -> list[str]:
        """Give the hashes that `head` reaches and `base` does not, oldest first."""
        return list(self._ask("missing", base, head, most))

    def distances(self, base: str, heads: Collection[str], seconds: float) -> dict[str, tuple[int, int]]:
        """Count what each head has beyond the base, and the base beyond it."""
        return dict(self._ask("distances", base, tuple(heads), seconds))

    def children(self, revision: RevisionLike) -> list[str]:
        """Give the hashes of the changesets built upon this one."""
        return list(self._ask("children", revision))

    def tree(
        self, revision: RevisionLike, path: str = "", *, recursive: bool = False, sizes: bool = False
    ) -> list[Entry]:
        """List a directory; a directory's id is a hash of what Mercurial's manifest says below it."""
        return list(self._remembered(rows.entries, "get_tree", revision, path, recursive, sizes))

    def entry(self, revision: RevisionLike, path: str) -> Entry:
        """Give what stands at a path."""
        return self._remembered(rows.entry, "entry", revision, path)

    def read(self, revision: RevisionLike, path: str, *, limit: int | None = None) -> bytes:
        """Give a file's content."""
        return self._remembered(bytes, "read", revision, path, limit)

    def content(self, revision: RevisionLike, path: str) -> Iterator[bytes]:
        """Stream a file's content from a process of its own, which holds it meanwhile."""
        return client.stream("content", self._path, revision, path)

    def annotate(self, revision: RevisionLike, path: str) -> list[AnnotatedBlock]:
        """Tell which changeset each line came with, renames followed."""
        return [rows.block(row) for row in client.call_slowly("annotate", self._path, revision, path)]

    def last_changed(self, revision: RevisionLike, path: str = "") -> dict[str, str]:
        """Map the name of each entry of a directory to the newest changeset that touched it."""
        return dict(self._remembered(dict, "last_changed", revision, path))

    def diff(
        self,
        old: RevisionLike,
        new: RevisionLike,
        *,
        paths: tuple[str, ...] = (),
        context: int = 3,
        ignore_whitespace: bool = False,
        binary: bool = False,
        most: int | None = None,
    ) -> Iterator[bytes]:
        """Stream the difference; a small one is one question to a worker that has the repository open."""
        arguments = (old, new, tuple(paths), context, ignore_whitespace, binary)
        small = self._remembered(_as_it_is, "small_diff", *arguments, most)
        if small is None:
            return client.stream("diff", self._path, *arguments)
        return (small[at : at + PIECE] for at in range(0, len(small), PIECE))

    def file_changes(self, old: RevisionLike, new: RevisionLike) -> list[FileChange]:
        """Tell what happened to each file, renames and copies as they were recorded."""
        return list(self._remembered(rows.file_changes, "file_changes", old, new))

    def line_counts(
        self, old: RevisionLike, new: RevisionLike, *, paths: tuple[str, ...] = (), ignore_whitespace: bool = False
    ) -> Iterator[LineCount]:
        """Stream the numbers of lines; a few are one question, as with `diff`."""
        arguments = (old, new, tuple(paths), ignore_whitespace)
        few = self._ask("quick_line_counts", *arguments)
        found = client.stream("line_counts", self._path, *arguments) if few is None else iter((few,))
        return (LineCount(*row) for part in found for row in part)

    def changed_paths(self, old: RevisionLike, new: RevisionLike) -> ChangedPaths:
        """Name what differs between two changesets, renames as they were recorded."""
        return self._remembered(rows.changed_paths, "changed_paths", old, new)

    def archive(
        self, revision: RevisionLike, archive_format: ArchiveFormat, *, prefix: str, path: str = ""
    ) -> Iterator[bytes]:
        """Stream the tree, with `.hg_archival.txt` unless it is a directory of it."""
        return client.stream("archive", self._path, revision, archive_format, prefix, path)

    def catch_up(self, names: tuple[str, ...] | None = None) -> Movement:  # noqa: ARG002 -- hg's wire names no refs before a push
        """Tell what moved since the last time, once; all names are always looked at."""
        return rows.movement(self._ask("catch_up"))

    def pull(self, source: Remote | Path, watch: Watch = unwatched) -> Movement:
        """Bring in all changesets, bookmarks, phases and markers of obsolescence."""
        origin = asdict(source) if isinstance(source, Remote) else str(source.absolute())
        token = client.call_watched(LONGEST_PULL, watch, "pull", self._path, origin)
        return rows.movement(self._ask("claim", token)) if token else Movement()

    def commit(
        self,
        parent: str | None,
        changes: Mapping[str, bytes | None],
        *,
        author: str,
        message: str,
        branch: str | None = None,
        date: float | None = None,
    ) -> str:
        """Put a changeset on a named branch; it is public at once. See `Repository.commit`."""
        said = (checked_text("author", author), checked_text("message", message, lines=True), date)
        return str(client.call_slowly("commit", self._path, parent, checked(changes), said, branch))

    def verify(self) -> list[str]:
        """Give the faults that `hg verify` finds."""
        return list(client.call_slowly("verify", self._path))

    def maintain(self) -> None:
        """Warm the caches of branches and tags."""
        client.call_slowly("maintain", self._path)


def _as_it_is(answer: bytes | None) -> bytes | None:
    return answer


class HgBackend:
    """Mercurial, as one of the backends."""

    @property
    def scheme(self) -> str:
        """`hg`."""
        return SCHEME

    @property
    def remote_transports(self) -> frozenset[str]:
        """Where Mercurial's own protocol is spoken."""
        return TRANSPORTS

    def probe(self, remote: Remote) -> None:
        """Shake hands with the other side."""
        client.call_within(LONGEST_PROBE, "probe", "", asdict(remote))

    def is_repository(self, path: Path) -> bool:
        """Tell whether there is a `.hg` directory with a store."""
        inside = path / ".hg"
        return (
            inside.is_dir() and not inside.is_symlink() and ((inside / "store").is_dir() or (inside / "data").is_dir())
        )

    def create(self, path: Path) -> HgRepository:
        """Create an empty repository; missing parents are made."""
        client.call_slowly("create", str(path.absolute()))
        return HgRepository(path)

    def open(self, path: Path) -> HgRepository:
        """Open a repository; `RepositoryBroken` at the first use if there is none."""
        return HgRepository(path)


BACKEND = HgBackend()
