"""A git repository behind the interface that all systems share."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from belvedere.vcs.diffs import FileChange, LineCount
from belvedere.vcs.errors import EmptyRepository
from belvedere.vcs.git import (
    annotate,
    archive,
    committing,
    differences,
    maintenance,
    movement,
    pulling,
    relations,
    trees,
    updates,
)
from belvedere.vcs.git.index import Row
from belvedere.vcs.git.lineage import lineage_of
from belvedere.vcs.git.objects import changeset_from, commit_date
from belvedere.vcs.git.process import Git, lines
from belvedere.vcs.git.resolve import resolve
from belvedere.vcs.git.selection import Bounds, bounds_of, select
from belvedere.vcs.git.store import Store, store_at
from belvedere.vcs.git.view import current, refs_of
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

_CAPABILITIES = frozenset({Capability.ANNOTATED_TAGS, Capability.FORCE_PUSH})
_TOGETHER = 200


class GitRepository:
    """A bare git repository; holds nothing open itself, so it costs nothing to make or to share."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._git = Git(path)

    @property
    def path(self) -> Path:
        """The directory on disk."""
        return self._path

    @property
    def scheme(self) -> str:
        """Git's name."""
        return "git"

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What git has beyond what all have."""
        return _CAPABILITIES

    def is_empty(self) -> bool:
        """Tell whether no branch or tag reaches a commit."""
        return current(self._path).index.is_empty()

    def size(self) -> int:
        """Give the bytes of all files; walks the directory."""
        return maintenance.size(self._path)

    # Names

    def refs(self) -> Refs:
        """Give branches and tags; see `Repository.refs`."""
        return refs_of(self._path)

    def resolve(self, revision: RevisionLike) -> str:
        """Give the full hash; see `Repository.resolve`."""
        return self._row(revision).id.hex()

    def set_ref(self, kind: RefKind, name: str, raw_id: str, *, expected: str | None = None) -> None:
        """Point a branch or tag to a commit, also to one that no reference reaches any more."""
        updates.set_ref(self._path, kind, name, raw_id, expected)

    def delete_ref(self, kind: RefKind, name: str) -> None:
        """Remove a branch or tag; its commits keep their numbers, should they come back."""
        updates.delete_ref(self._path, kind, name)

    # Changesets

    def count(self, until: int | None = None) -> int:
        """Count living commits."""
        index = current(self._path).index
        top = index.top()
        return index.count(top if until is None else min(until, top))

    def changeset(self, revision: RevisionLike, *, files: bool = False) -> Changeset:
        """Give one commit."""
        row = self._row(revision)
        store = store_at(self._path)
        found = _changeset(store, row)
        return replace(found, files=differences.changed_by(self._path, store, found.raw_id)) if files else found

    def several(self, raw_ids: Sequence[str]) -> list[Changeset]:
        """Give commits by their hashes."""
        return [self.changeset(raw_id) for raw_id in raw_ids]

    def numbers(self, raw_ids: Collection[str]) -> dict[str, int]:
        """Ask the index."""
        standing = current(self._path).index.standing(bytes.fromhex(raw_id) for raw_id in raw_ids)
        return {raw_id.hex(): revision for raw_id, (revision, is_alive) in standing.items() if is_alive}

    def lineage(self, revision: RevisionLike) -> Lineage:
        """Tell what a commit was picked from, and its author's date."""
        raw_id = self.resolve(revision)
        return lineage_of(store_at(self._path), raw_id)

    def changesets(self, query: ChangesetQuery) -> Iterator[Changeset]:
        """Stream commits in the order of their numbers; see `Repository.changesets`."""
        if query.skip < 0 or (query.limit is not None and query.limit < 0):
            raise ValueError("skip and limit are not negative")
        index = current(self._path).index
        try:
            low = 0 if query.start is None else self._row(query.start).revision
            high = index.top() if query.end is None else self._row(query.end).revision
            reaching = [] if query.branch is None else [[self._row(f"branch:{query.branch}")]]
            reaching += [] if query.heads is None else [[self._row(head) for head in query.heads]]
        except EmptyRepository:
            return iter(())
        for rows in reaching:  # ancestors have lower numbers
            high = min(high, max((row.revision for row in rows), default=-1))
        tips = [frozenset(row.id for row in rows) for rows in reaching]
        return self._stream(query, bounds_of(query, low, high), tips)

    def _stream(self, query: ChangesetQuery, bounds: Bounds, tips: list[frozenset[bytes]]) -> Iterator[Changeset]:
        rows = select(self._path, query, bounds, tips)
        while part := list(itertools.islice(rows, _TOGETHER)):
            store = store_at(self._path)
            if not query.files:
                yield from (_changeset(store, row) for row in part)
                continue
            changed = differences.changed_by_each(self._path, (row.id.hex() for row in part))
            for row, files in zip(part, changed, strict=True):
                yield replace(_changeset(store, row), files=files)

    def ancestor(self, one: RevisionLike, other: RevisionLike) -> str | None:
        """Give a best common ancestor: the first of several, after criss-cross merges."""
        first, second = self.resolve(one), self.resolve(other)
        if first == second:
            return first
        code, output = self._git.run("merge-base", "--end-of-options", first, second, allowed=(0, 1))
        return None if code else output.decode("ascii").strip()

    def common_ancestors(self, one: RevisionLike, other: RevisionLike) -> list[str]:
        """Give every best common ancestor."""
        first, second = self.resolve(one), self.resolve(other)
        _, output = self._git.run("merge-base", "--all", "--end-of-options", first, second, allowed=(0, 1))
        return output.decode("ascii").split()

    def missing(self, base: RevisionLike, head: RevisionLike, most: int | None = None) -> list[str]:
        """Give what `head` reaches and `base` does not, parents first."""
        wanted = movement.range_of([self._row(head).id], [self._row(base).id])
        limit = [] if most is None else [f"--max-count={most}"]
        with self._git.stream("rev-list", "--date-order", "--reverse", *limit, "--stdin", stdin=wanted) as output:
            return [line.decode("ascii") for line in lines(output)]

    def distances(self, base: str, heads: Collection[str], seconds: float) -> dict[str, tuple[int, int]]:
        """Count with git, a head at a time."""
        return relations.distances(self._path, base, heads, seconds)

    def children(self, revision: RevisionLike) -> list[str]:
        """Give the commits that have this one as a parent."""
        return relations.children(self._path, self._row(revision))

    # Content

    def tree(
        self, revision: RevisionLike, path: str = "", *, recursive: bool = False, sizes: bool = False
    ) -> list[Entry]:
        """List a directory; see `Repository.tree`."""
        try:
            store, root = self._root(revision)
        except EmptyRepository:
            if path.strip("/") or revision not in (None, "", "tip", "HEAD", -1):
                raise
            return []
        return trees.list_directory(store, root, path, recursive=recursive, sizes=sizes)

    def entry(self, revision: RevisionLike, path: str) -> Entry:
        """Give what stands at a path."""
        store, root = self._root(revision)
        return trees.one_entry(store, root, path)

    def read(self, revision: RevisionLike, path: str, *, limit: int | None = None) -> bytes:
        """Give a file's content or its beginning."""
        store, root = self._root(revision)
        return trees.content(store, self._git, trees.blob_at(store, root, path), limit)

    def content(self, revision: RevisionLike, path: str) -> Iterator[bytes]:
        """Stream a file's content; a large one by git, as libgit2 holds whole objects."""
        store, root = self._root(revision)
        return trees.content_pieces(store, self._git, trees.blob_at(store, root, path))

    def annotate(self, revision: RevisionLike, path: str) -> list[AnnotatedBlock]:
        """Tell where each line came from, through renames."""
        raw_id = self.resolve(revision)
        store = store_at(self._path)
        content = store.read(trees.blob_at(store, trees.root_of(store, raw_id), path))[1]
        return annotate.annotate(self._path, raw_id, trees.encoded(path), content)

    def last_changed(self, revision: RevisionLike, path: str = "") -> dict[str, str]:
        """Map the names in a directory to the newest commits that touched them."""
        raw_id = self.resolve(revision)
        store = store_at(self._path)
        entries = trees.list_directory(store, trees.root_of(store, raw_id), path, recursive=False, sizes=False)
        names = {entry.name.encode("utf-8", "surrogateescape") for entry in entries}
        return annotate.last_changed(self._path, raw_id, trees.encoded(path), names)

    # Differences

    def diff(
        self,
        old: RevisionLike,
        new: RevisionLike,
        *,
        paths: tuple[str, ...] = (),
        context: int = 3,
        ignore_whitespace: bool = False,
        binary: bool = False,
        most: int | None = None,  # noqa: ARG002 -- whoever stops reading stops git
    ) -> Iterator[bytes]:
        """Stream the unified difference; see `Repository.diff`."""
        before, after = self._two_trees(old, new)
        wanted = tuple(trees.encoded(path) for path in paths)
        return differences.unified(
            self._path,
            before,
            after,
            paths=() if b"" in wanted else wanted,
            context=max(context, 0),
            ignore_whitespace=ignore_whitespace,
            binary=binary,
        )

    def file_changes(self, old: RevisionLike, new: RevisionLike) -> list[FileChange]:
        """Tell what happened to each file, renames detected."""
        return differences.file_changes(self._path, *self._two_trees(old, new))

    def line_counts(
        self, old: RevisionLike, new: RevisionLike, *, paths: tuple[str, ...] = (), ignore_whitespace: bool = False
    ) -> Iterator[LineCount]:
        """Stream the numbers of lines; see `Repository.line_counts`."""
        before, after = self._two_trees(old, new)
        wanted = tuple(trees.encoded(path) for path in paths)
        only = () if b"" in wanted else wanted
        return differences.line_counts(self._path, before, after, paths=only, ignore_whitespace=ignore_whitespace)

    def changed_paths(self, old: RevisionLike, new: RevisionLike) -> ChangedPaths:
        """Name what differs, renames detected."""
        before, after = self._two_trees(old, new)
        return differences.changed_between(self._path, store_at(self._path), before, after)

    def archive(
        self, revision: RevisionLike, archive_format: ArchiveFormat, *, prefix: str, path: str = ""
    ) -> Iterator[bytes]:
        """Stream the tree as an archive; `export-ignore` and `export-subst` attributes hold as for git itself."""
        raw_id = self.resolve(revision)
        store = store_at(self._path)
        raw, root = trees.encoded(path), trees.root_of(store, raw_id)
        tree = trees.directory(store, root, raw) if raw else None
        date = commit_date(store.read(raw_id)[1])
        below = "/".join(part for part in (prefix, path.strip("/")) if part)
        return archive.archive(self._path, raw_id, tree, date, archive_format, below)

    # Care

    def catch_up(self, names: tuple[str, ...] | None = None) -> Movement:
        """Give numbers to what is new and tell what moved; see `Repository.catch_up`."""
        wanted = None if names is None else tuple(name.encode("utf-8", "surrogateescape") for name in names)
        return movement.catch_up(self._path, store_at(self._path), wanted)

    def pull(self, source: Remote | Path, watch: Watch = unwatched) -> Movement:
        """Bring in all branches and tags, annotated ones as they are."""
        return pulling.pull(self._path, source, watch)

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
        """Put a commit on a branch; the author is the committer too. See `Repository.commit`."""
        return committing.commit(self._path, parent, changes, committing.Words(author, message, date), branch)

    def verify(self) -> list[str]:
        """Check with `git fsck`; reads every object."""
        return maintenance.verify(self._path)

    def maintain(self) -> None:
        """Pack references and objects, and write the commit-graph with changed-path filters."""
        maintenance.maintain(self._path)

    def _row(self, revision: RevisionLike) -> Row:
        return resolve(self._path, revision)

    def _root(self, revision: RevisionLike) -> tuple[Store, str]:
        row = self._row(revision)
        store = store_at(self._path)
        return store, trees.root_of(store, row.id.hex())

    def _two_trees(self, old: RevisionLike, new: RevisionLike) -> tuple[str, str]:
        before = None if old is None else self.resolve(old)
        return differences.trees_of(self._path, before, self.resolve(new))


def _changeset(store: Store, row: Row) -> Changeset:
    raw_id = row.id.hex()
    return changeset_from(raw_id, row.revision, store.read(raw_id)[1])
