"""Point reads through libgit2: open repositories, kept one per thread, and their raw objects."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import pygit2
from pygit2.enums import ConfigLevel, RepositoryOpenFlag

from belvedere.vcs.errors import BackendUnavailable, RepositoryBroken
from belvedere.vcs.git.index import INDEX_NAME, Index

KEPT_OPEN = 8
"""Open repositories a thread; each holds some megabytes of warm objects and a few file descriptors."""

_Stamp = tuple[int, ...]


def _distrust_the_machine() -> None:
    """Let libgit2 read no configuration but the repository's own, which only `create` wrote."""
    # Repositories may belong to whoever imported them; nothing inside is trusted, so their owner does not matter.
    pygit2.settings.owner_validation = False
    for level in (ConfigLevel.PROGRAMDATA, ConfigLevel.SYSTEM, ConfigLevel.XDG, ConfigLevel.GLOBAL):
        pygit2.settings.search_path[level] = ""
    pygit2.settings.cache_max_size(64 << 20)
    pygit2.settings.enable_fsync_gitdir(True)  # what is committed here survives a power cut, as what is pushed


_distrust_the_machine()


@dataclass(slots=True)
class Store:
    """One repository, open in one thread."""

    repository: pygit2.Repository
    index: Index
    stamp: _Stamp

    @property
    def identity(self) -> _Stamp:
        """Tell this directory and index from another that took the same path."""
        return (*self.stamp[:2], *self.stamp[4:])

    def read(self, raw_id: str) -> tuple[int, bytes]:
        """Give the type and bytes of an object; `RepositoryBroken` if it is missing or damaged."""
        try:
            kind, data = self.repository.read(raw_id)[:2]
        except (KeyError, ValueError, pygit2.GitError) as error:
            raise RepositoryBroken(f"object {raw_id} cannot be read") from error
        return int(kind), data

    def has(self, raw_id: str) -> bool:
        """Tell whether an object is there."""
        return self.repository.odb.exists(pygit2.Oid(hex=raw_id))  # asking the repository would parse it too

    def header(self, raw_id: str) -> tuple[int, int]:
        """Give the type and size of an object without reading it."""
        try:
            kind, size = self.repository.odb.read_header(pygit2.Oid(hex=raw_id))
        except (KeyError, ValueError, pygit2.GitError) as error:
            raise RepositoryBroken(f"object {raw_id} cannot be read") from error
        return int(kind), size

    def write(self, kind: int, data: bytes) -> str:
        """Store an object durably, unless it is there, and give its hash."""
        try:
            return str(self.repository.write(kind, data))
        except (ValueError, pygit2.GitError) as error:
            raise BackendUnavailable("an object cannot be stored") from error

    def close(self) -> None:
        """Let go of files and memory."""
        self.repository.free()
        self.index.close()


class _Kept(threading.local):
    """The open repositories of this thread, the least recently used first."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self.stores: OrderedDict[Path, Store] = OrderedDict()
        self.of_parent: list[OrderedDict[Path, Store]] = []


_kept = _Kept()


def store_at(path: Path) -> Store:
    """Give this thread's open repository, opened anew after a repack or when another took its place."""
    if _kept.process != os.getpid():
        _kept.of_parent.append(_kept.stores)  # a child must not even close its parent's SQLite connections
        _kept.stores = OrderedDict()
        _kept.process = os.getpid()
    known = _kept.stores.get(path)
    if known is not None:
        if known.stamp == _stamp(path):
            _kept.stores.move_to_end(path)
            return known
        del _kept.stores[path]
        known.close()
    return _keep(path, _open(path))


def forget(path: Path) -> None:
    """Close this thread's open repository, if there is one."""
    known = _kept.stores.pop(path, None)
    if known is not None:
        known.close()


def _keep(path: Path, store: Store) -> Store:
    _kept.stores[path] = store
    if len(_kept.stores) > KEPT_OPEN:
        _kept.stores.popitem(last=False)[1].close()
    return store


def _open(path: Path) -> Store:
    flags = RepositoryOpenFlag.NO_SEARCH | RepositoryOpenFlag.BARE
    try:
        repository = pygit2.Repository(os.fspath(path), flags)
    except (KeyError, ValueError, pygit2.GitError) as error:
        raise RepositoryBroken("not a readable git repository") from error
    index = Index(path / INDEX_NAME)
    return Store(repository, index, _stamp(path))  # libgit2 looks for packs at the first read: after the stamp


def _stamp(path: Path) -> _Stamp:
    """Tell apart this state of the packs and of the index's file from a later one, in three system calls."""
    place = os.fspath(path)
    try:
        root = os.stat(place)  # noqa: PTH116 -- several times for each request, and Paths cost more than the looks
        packs = os.stat(f"{place}/objects/pack")  # noqa: PTH116 -- likewise
        index = os.stat(f"{place}/{INDEX_NAME}")  # noqa: PTH116 -- likewise
    except OSError:
        return ()  # equals no stamp of a whole repository: opening tells what is wrong
    return (root.st_dev, root.st_ino, packs.st_ino, packs.st_mtime_ns, index.st_ino)
