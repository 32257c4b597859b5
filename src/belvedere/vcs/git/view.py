"""What readers see of a repository's names: numbered, and looked up again only when files on disk have changed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from pathlib import Path

from belvedere.vcs.git import movement
from belvedere.vcs.git.refs import HEADS, TAGS, Snapshot, is_ours, read_snapshot
from belvedere.vcs.git.store import Store, store_at
from belvedere.vcs.model import Refs

KEPT_VIEWS = 64

_lock = threading.Lock()
_views: OrderedDict[Path, _View] = OrderedDict()


@dataclass(slots=True)
class _View:
    store_stamp: tuple[int, ...]
    snapshot: Snapshot
    generation: int
    refs: Refs | None = None


def current(path: Path) -> Store:
    """Give this thread's store, its numbers up to date with the references on disk; usually three or four `stat`s."""
    store = store_at(path)
    _view(path, store)
    return store


def refs_of(path: Path) -> Refs:
    """Give all names; made once for each state of the references, and copied."""
    store = store_at(path)
    view = _view(path, store)
    if view.refs is None:
        view.refs = _refs(store, view.snapshot.head)
    return replace(view.refs, branches=dict(view.refs.branches), tags=dict(view.refs.tags))


def _view(path: Path, store: Store) -> _View:
    with _lock:
        known = _views.get(path)
    if known is not None and known.store_stamp == store.identity and known.snapshot.is_current():
        return known
    fresh = _look(path, store, known)
    with _lock:
        _views[path] = fresh
        _views.move_to_end(path)
        while len(_views) > KEPT_VIEWS:
            _views.popitem(last=False)
    return fresh


def _look(path: Path, store: Store, known: _View | None) -> _View:
    """Read the references; while they are too fresh to be trusted to their time, most reads find the same again."""
    generation = store.index.generation()
    if known is not None and (known.store_stamp, known.generation) == (store.identity, generation):
        snapshot = read_snapshot(path)
        if (snapshot.head, snapshot.targets) == (known.snapshot.head, known.snapshot.targets):
            return _View(store.identity, snapshot, generation, known.refs)
    # The generation of before: should another process record in between, the next look compares once more.
    return _View(store.identity, movement.number(path, store), generation)


def _refs(store: Store, head: bytes) -> Refs:
    branches: dict[str, str] = {}
    tags: dict[str, str] = {}
    numbers: dict[str, int] = {}
    for name, target, revision in store.index.targets():
        raw_id = target.hex()
        numbers[raw_id] = revision
        if name.startswith(HEADS):
            branches[_decode(name.removeprefix(HEADS))] = raw_id
        elif name.startswith(TAGS):
            tags[_decode(name.removeprefix(TAGS))] = raw_id
    default = _decode(head.removeprefix(HEADS)) if is_ours(head) else None
    return Refs(
        branches=branches,
        tags=tags,
        default=default if default in branches else None,
        heads=tuple(sorted(numbers, key=numbers.__getitem__, reverse=True)),
    )


def _decode(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")
