"""Directories, files and their bytes, read by libgit2 without a process."""

from __future__ import annotations

from collections.abc import Iterator

from belvedere.vcs.errors import PathNotFound, RepositoryBroken, named
from belvedere.vcs.git.objects import COMMIT, TREE, RawEntry, find_entry, parse_commit, parse_tree
from belvedere.vcs.git.process import Git, chunks
from belvedere.vcs.git.store import Store
from belvedere.vcs.model import Entry, EntryKind

LARGE = 8 << 20
"""Bytes from which a wanted beginning is streamed by git, as libgit2 holds whole objects in memory."""

_WITH_CONTENT = frozenset({EntryKind.FILE, EntryKind.EXECUTABLE, EntryKind.SYMLINK})


def encoded(path: str) -> bytes:
    """Give the stored bytes of a path, without slashes around it; `PathNotFound` for what no tree can hold."""
    try:
        raw = path.encode("utf-8", "surrogateescape").strip(b"/")
    except UnicodeEncodeError as error:
        raise PathNotFound(f"there is no path {named(path)}") from error
    if b"\0" in raw or (raw and any(part in (b"", b".", b"..") for part in raw.split(b"/"))):
        raise PathNotFound(f"there is no path {named(path)}")
    return raw


def decoded(path: bytes) -> str:
    """Give a path as the model writes it."""
    return path.decode("utf-8", "surrogateescape")


def root_of(store: Store, raw_id: str) -> str:
    """Give the hash of a commit's tree."""
    kind, data = store.read(raw_id)
    if kind != COMMIT:
        raise RepositoryBroken("a numbered object is no commit")
    return parse_commit(data).tree


def list_directory(store: Store, root: str, path: str, *, recursive: bool, sizes: bool) -> list[Entry]:
    """List a directory's entries in byte order of their paths."""
    raw = encoded(path)
    tree_id = directory(store, root, raw)
    found = list(_below(store, tree_id, raw, recursive=recursive))
    found.sort(key=lambda item: item[0])
    return [_entry(store, full, item, sizes=sizes) for full, item in found]


def directory(store: Store, root: str, raw: bytes) -> str:
    """Give the hash of the tree at a path."""
    if not raw:
        return root
    found = find(store, root, raw)
    if found.kind is not EntryKind.DIRECTORY:
        raise PathNotFound(f"{named(raw)} is not a directory")
    return found.id.hex()


def find(store: Store, root: str, raw: bytes) -> RawEntry:
    """Find the entry at a path that is not the root."""
    tree_id, found = root, None
    parts = raw.split(b"/")
    for depth, name in enumerate(parts):
        found = find_entry(_tree(store, tree_id), name)
        if found is None or (depth + 1 < len(parts) and found.kind is not EntryKind.DIRECTORY):
            raise PathNotFound(f"there is no path {named(raw)}")
        tree_id = found.id.hex()
    if found is None:
        raise PathNotFound("the root is not an entry")
    return found


def one_entry(store: Store, root: str, path: str) -> Entry:
    """Give the entry at a path, with its size; the root is a directory without a name."""
    raw = encoded(path)
    if not raw:
        return Entry("", EntryKind.DIRECTORY, root)
    return _entry(store, raw, find(store, root, raw), sizes=True)


def blob_at(store: Store, root: str, path: str) -> str:
    """Give the hash of a file's or symlink's content."""
    raw = encoded(path)
    found = find(store, root, raw) if raw else None
    if found is None or found.kind not in _WITH_CONTENT:
        raise PathNotFound(f"{named(path)} is not a file")
    return found.id.hex()


def content(store: Store, git: Git, blob: str, limit: int | None) -> bytes:
    """Give a blob's bytes or their beginning."""
    if limit is None:
        return store.read(blob)[1]
    if store.header(blob)[1] <= max(LARGE, limit):
        return store.read(blob)[1][:limit]
    with git.stream("cat-file", "blob", blob) as output:
        parts, missing = [], limit
        while missing > 0 and (part := output.read(missing)):
            parts.append(part)
            missing -= len(part)
    return b"".join(parts)


def content_pieces(store: Store, git: Git, blob: str) -> Iterator[bytes]:
    """Stream a blob's bytes."""
    if store.header(blob)[1] <= LARGE:
        return iter((store.read(blob)[1],))
    return _streamed(git, blob)


def _streamed(git: Git, blob: str) -> Iterator[bytes]:
    with git.stream("cat-file", "blob", blob) as output:
        yield from chunks(output)


def _below(store: Store, tree_id: str, prefix: bytes, *, recursive: bool) -> Iterator[tuple[bytes, RawEntry]]:
    waiting = [(prefix, tree_id)]
    while waiting:
        folder, tree_id = waiting.pop()
        start = folder + b"/" if folder else b""
        for item in parse_tree(_tree(store, tree_id)):
            full = start + item.name
            yield full, item
            if recursive and item.kind is EntryKind.DIRECTORY:
                waiting.append((full, item.id.hex()))


def _tree(store: Store, tree_id: str) -> bytes:
    kind, data = store.read(tree_id)
    if kind != TREE:
        raise RepositoryBroken("a directory is no tree")
    return data


def _entry(store: Store, full: bytes, item: RawEntry, *, sizes: bool) -> Entry:
    raw_id = item.id.hex()
    size = store.header(raw_id)[1] if sizes and item.kind in _WITH_CONTENT else None
    return Entry(decoded(full), item.kind, raw_id, size)
