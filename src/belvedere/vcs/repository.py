"""The interface of a repository: narrow, and the same promise from every backend."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from belvedere.vcs.diffs import FileChange, LineCount
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


class Repository(Protocol):
    """One repository on disk.

    Any member may raise `RepositoryBroken` or `BackendUnavailable`; what takes a revision, also `RevisionNotFound`
    (unknown or ambiguous) and `EmptyRepository`; what takes a path, also `PathNotFound`. Nothing here trusts
    configuration or hooks that lie inside the repository. An object may be used from several threads.
    """

    @property
    def path(self) -> Path:
        """The directory on disk."""

    @property
    def scheme(self) -> str:
        """The system's name, for showing and for choosing a client: `hg` or `git`."""

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What this system has beyond what all have."""

    def is_empty(self) -> bool:
        """Tell whether there is no visible changeset."""

    def size(self) -> int:
        """Give the bytes on disk; walks the directory, so not for a page's first paint."""

    def refs(self) -> Refs:
        """Give every branch, tag and bookmark. Empty maps for an empty repository."""

    def resolve(self, revision: RevisionLike) -> str:
        """Give the full hash of a visible changeset.

        Accepts, in this order: None, `""` and `tip` (the highest number); a full hash; `branch:x`, `tag:x`, `book:x`
        or `rev:x`; `HEAD` (git: what HEAD names; hg: the tip of the default branch); a number as int or digits
        (`-1` is the tip); the name of a bookmark, tag or branch; an unambiguous prefix of at least 4 hex digits.
        """

    def set_ref(self, kind: RefKind, name: str, raw_id: str, *, expected: str | None = None) -> None:
        """Point a name to a changeset; with `expected`, only if it stands there now (else `MergeConflict`)."""

    def delete_ref(self, kind: RefKind, name: str) -> None:
        """Remove a name; `Unsupported` for what the system keeps in history (hg branches and tags)."""

    def count(self, until: int | None = None) -> int:
        """Count the visible changesets, or those of them that have numbers up to `until`. Costs by the hidden ones."""

    def changeset(self, revision: RevisionLike, *, files: bool = False) -> Changeset:
        """Give one changeset."""

    def several(self, raw_ids: Sequence[str]) -> list[Changeset]:
        """Give changesets by their full hashes, in that order."""

    def numbers(self, raw_ids: Collection[str]) -> dict[str, int]:
        """Give the numbers of those of the given full hashes that are visible; thousands are one question."""

    def lineage(self, revision: RevisionLike) -> Lineage:
        """Tell where a changeset was taken from, what it replaces and what replaces it."""

    def changesets(self, query: ChangesetQuery) -> Iterator[Changeset]:
        """Stream the changesets that the query keeps; an empty repository has none.

        Mistakes in the query are raised by the call itself, before the first item. Memory stays flat.
        """

    def ancestor(self, one: RevisionLike, other: RevisionLike) -> str | None:
        """Give the best common ancestor's hash, or None where histories are unrelated."""

    def common_ancestors(self, one: RevisionLike, other: RevisionLike) -> list[str]:
        """Give the hashes of every best common ancestor, the one of `ancestor` first; several after a criss-cross."""

    def missing(self, base: RevisionLike, head: RevisionLike, most: int | None = None) -> list[str]:
        """Give the hashes that `head` reaches and `base` does not, oldest first; of too many, the newest `most`."""

    def distances(self, base: str, heads: Collection[str], seconds: float) -> dict[str, tuple[int, int]]:
        """Count what each head has beyond the base, and the base beyond it: full hashes.

        Heads that it would take longer for than so many seconds are left out.
        """

    def children(self, revision: RevisionLike) -> list[str]:
        """Give the hashes of the visible changesets that have this one as a parent, oldest first.

        Looks through all that is newer: nothing for a list of changesets.
        """

    def tree(
        self, revision: RevisionLike, path: str = "", *, recursive: bool = False, sizes: bool = False
    ) -> list[Entry]:
        """List a directory in byte order; recursive: every directory before what it holds.

        Empty for the root of an empty repository asked for at its tip.
        """

    def entry(self, revision: RevisionLike, path: str) -> Entry:
        """Give one file, link, directory or subrepository, with its size if it has content."""

    def read(self, revision: RevisionLike, path: str, *, limit: int | None = None) -> bytes:
        """Give a file's content, at most `limit` bytes of it; a symlink's content is its target."""

    def content(self, revision: RevisionLike, path: str) -> Iterator[bytes]:
        """Stream what `read` gives, for files that are better not held in memory."""

    def annotate(self, revision: RevisionLike, path: str) -> list[AnnotatedBlock]:
        """Tell which changeset each line came with, in the order of the lines."""

    def last_changed(self, revision: RevisionLike, path: str = "") -> dict[str, str]:
        """Map the name of each entry of a directory to the newest changeset that touched it or anything below it."""

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
        """Stream the difference as a unified diff in git's format, with full index hashes and renames detected.

        `old` None means the first parent of `new` (nothing, for a root). `belvedere.vcs.diffs` makes data of it.
        Files come in byte order of their paths. Of binary files it says that they differ; with `binary` it holds what
        a client needs to apply it. A reader who wants no more than `most` bytes may get only a little more.
        """

    def file_changes(self, old: RevisionLike, new: RevisionLike) -> list[FileChange]:
        """Tell what happened to each file, in the order of `diff`; `old` None as there."""

    def line_counts(
        self, old: RevisionLike, new: RevisionLike, *, paths: tuple[str, ...] = (), ignore_whitespace: bool = False
    ) -> Iterator[LineCount]:
        """Stream how many lines came and went in each file; costs as much as `diff`.

        A file without changed lines (a mode, a rename) may be left out.
        """

    def changed_paths(self, old: RevisionLike, new: RevisionLike) -> ChangedPaths:
        """Name what differs between two changesets, renames detected; `old` None as in `diff`."""

    def archive(
        self, revision: RevisionLike, archive_format: ArchiveFormat, *, prefix: str, path: str = ""
    ) -> Iterator[bytes]:
        """Stream the tree, or a directory of it, below `prefix` (no slash at its end); paths are those from the root.

        The same call gives the same bytes: times in the archive are the changeset's.
        """

    def catch_up(self, names: tuple[str, ...] | None = None) -> Movement:
        """Bring numbers and recorded refs up to what is on disk, and tell what moved since the last time.

        With `names` (full ref names as the wire gives them) only these refs are looked at. Safe to call at any time,
        by several processes at once and after a crash: each movement is told to one caller only, once.
        """

    def pull(self, source: Remote | Path, watch: Watch = unwatched) -> Movement:
        """Bring in everything that the source has, and tell what that moved; what is only here stays.

        The source is elsewhere, or the directory of a repository of the same system on this disk. Names that both
        have then stand where they stand there; an empty repository also takes the default branch. All or nothing,
        and durable; `watch` hears how far it is, and may end it by raising. `RemoteUnusable` says why a source cannot
        be pulled from, without what authenticates in it.
        """

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
        """Put a changeset on a branch without a working copy, and give its hash.

        `changes` maps paths of files to their new content, or to None where they are removed; all else stays, and so
        does that a file is executable. `parent` is the full hash of the branch's head, None if the branch does not
        exist; if another stands there meanwhile it is a `MergeConflict`. A new branch begins at any parent. Without
        `branch` it is the parent's (hg), or the one that HEAD names (git). The date is in seconds since the epoch and
        shown in UTC; None is now. `catch_up` tells the movement.

        `CommitRefused`, and nothing is changed: a path with `..` or a repository's own directory in it, at or below a
        symlink or subrepository, below a file or where a directory stays; or no difference at all. `PathNotFound`: a
        file to be removed is not there.
        """

    def verify(self) -> list[str]:
        """Check the store and give each fault as a sentence; empty when sound."""

    def maintain(self) -> None:
        """Rebuild what makes reading fast; changes no history. Runs in a job after pushes."""


class Backend(Protocol):
    """One version control system: how its repositories are recognised, created and opened."""

    @property
    def scheme(self) -> str:
        """The system's name: `hg` or `git`."""

    @property
    def remote_transports(self) -> frozenset[str]:
        """Schemes of URLs that can be pulled from."""

    def probe(self, remote: Remote) -> None:
        """Make sure that a repository of this system answers there; `RemoteUnusable` otherwise."""

    def is_repository(self, path: Path) -> bool:
        """Tell whether the directory looks like a repository of this system; reads no configuration."""

    def create(self, path: Path) -> Repository:
        """Create an empty bare repository durably; the directory must not exist (`FileExistsError`)."""

    def open(self, path: Path) -> Repository:
        """Open a repository; `RepositoryBroken` (now or at the first use) if there is none."""
