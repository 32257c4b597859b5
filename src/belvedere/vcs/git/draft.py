"""A tree that is being changed: only the directories on the way to what changes are read and written."""

from __future__ import annotations

from collections.abc import Mapping

from belvedere.vcs.changes import ancestors, in_the_way
from belvedere.vcs.errors import PathNotFound, named
from belvedere.vcs.git.objects import BLOB, TREE, RawEntry, parse_tree
from belvedere.vcs.git.store import Store
from belvedere.vcs.model import EntryKind

_DIRECTORY, _FILE = b"40000", b"100644"
_UNWRITTEN = bytes(20)
_WRITABLE = frozenset({EntryKind.FILE, EntryKind.EXECUTABLE})
_REMOVABLE = _WRITABLE | {EntryKind.SYMLINK}


class Draft:
    """The directories that were looked at, by path; each a map from name to entry."""

    def __init__(self, store: Store, root: str | None) -> None:
        self._store = store
        self._folders: dict[bytes, dict[bytes, RawEntry]] = {b"": self._entries(root) if root else {}}

    def change(self, changes: Mapping[bytes, bytes | None]) -> None:
        """Remove files, then write files: so a file can take the place of a directory that becomes empty."""
        for path, content in changes.items():
            if content is None:
                self._remove(path)
        self._drop_empty()
        for path, content in changes.items():
            if content is not None:
                self._put(path, content)

    def write(self) -> str:
        """Store every directory, the deepest first, and give the hash of the root."""
        for path in sorted(self._folders, key=_depth, reverse=True):
            raw_id = self._store.write(TREE, _tree_of(self._folders[path]))
            if not path:
                return raw_id
            above, name = _split(path)
            self._folders[above][name] = self._folders[above][name]._replace(id=bytes.fromhex(raw_id))
        raise AssertionError("the root is always there")

    def _remove(self, path: bytes) -> None:
        above, name = _split(path)
        is_there = all(self._enter(folder) for folder in ancestors(path))
        found = self._folders[above].get(name) if is_there else None
        if found is None or found.kind not in _REMOVABLE:
            raise PathNotFound(f"there is no file {named(path)}")
        del self._folders[above][name]

    def _drop_empty(self) -> None:
        for path in sorted(self._folders, key=_depth, reverse=True):
            if path and not self._folders[path]:
                above, name = _split(path)
                del self._folders[path], self._folders[above][name]

    def _put(self, path: bytes, content: bytes) -> None:
        for folder in ancestors(path):
            if not self._enter(folder):
                self._make(folder)
        above, name = _split(path)
        found = self._folders[above].get(name)
        if found is not None and found.kind not in _WRITABLE:
            raise in_the_way(path)
        blob = bytes.fromhex(self._store.write(BLOB, content))
        self._folders[above][name] = RawEntry(found.mode if found else _FILE, name, blob)

    def _enter(self, folder: bytes) -> bool:
        """Read a directory whose parent was read; False if there is nothing of its name, or no directory."""
        if folder in self._folders:
            return True
        above, name = _split(folder)
        found = self._folders[above].get(name)
        if found is None or found.kind is not EntryKind.DIRECTORY:
            return False
        self._folders[folder] = self._entries(found.id.hex())
        return True

    def _make(self, folder: bytes) -> None:
        above, name = _split(folder)
        found = self._folders[above].get(name)
        if found is not None:
            raise in_the_way(folder)
        self._folders[above][name] = RawEntry(_DIRECTORY, name, _UNWRITTEN)
        self._folders[folder] = {}

    def _entries(self, tree: str) -> dict[bytes, RawEntry]:
        return {entry.name: entry for entry in parse_tree(self._store.read(tree)[1])}


def _tree_of(entries: Mapping[bytes, RawEntry]) -> bytes:
    """Write a tree as git does: in the order of names, where a directory's ends with a slash."""
    ordered = sorted(
        entries.values(), key=lambda entry: entry.name + (b"/" if entry.kind is EntryKind.DIRECTORY else b"")
    )
    return b"".join(b"%s %s\0%s" % (entry.mode, entry.name, entry.id) for entry in ordered)


def _split(path: bytes) -> tuple[bytes, bytes]:
    above, _, name = path.rpartition(b"/")
    return above, name


def _depth(path: bytes) -> int:
    return path.count(b"/") + 1 if path else 0
