"""What moved: new commits get numbers, unreachable ones die, and each movement of a name is told once."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from belvedere.vcs.git import refs as disk
from belvedere.vcs.git.index import Index, RecordedRef
from belvedere.vcs.git.objects import COMMIT, LAST_DATE, TAG, commit_date, is_full_id, parse_commit
from belvedere.vcs.git.process import Git, lines
from belvedere.vcs.git.store import Store
from belvedere.vcs.model import Movement, RefChange, RefKind

FEW = 2000
"""New commits up to this many are found by reading them; above, git's own walk is worth its start."""

_DEPTH = 20


def catch_up(path: Path, store: Store, names: tuple[bytes, ...] | None) -> Movement:
    """Give numbers to what is new and tell what nobody was told yet, in one transaction."""
    index = store.index
    with index.transaction():
        _number(path, store, names)
        wanted = None if names is None else set(names)
        refs = [ref for ref in index.untold() if wanted is None or ref.name in wanted]
        _choose_head(path, index, refs)
        before, top = index.tell(refs)
    changes = tuple(_change(ref) for ref in refs)
    return Movement(changes, before + 1, top) if top > before else Movement(changes)


def number(path: Path, store: Store) -> disk.Snapshot:
    """Give numbers to what is new without telling: what a reader needs before it shows a commit that it found."""
    snapshot = disk.read_snapshot(path)
    if store.index.is_built() and store.index.stored() == snapshot.targets:
        return snapshot
    with store.index.transaction():
        return _number(path, store, None) or snapshot


def _number(path: Path, store: Store, names: tuple[bytes, ...] | None) -> disk.Snapshot | None:
    """Bring the recorded references to what is on disk now; the caller holds the transaction."""
    index = store.index
    snapshot = None if names is not None and index.is_built() else disk.read_snapshot(path)
    before = index.stored() if snapshot is not None else {}
    if snapshot is not None:
        now: dict[bytes, bytes | None] = {**dict.fromkeys(before), **snapshot.targets}
    else:
        now = disk.read_some(path, tuple(name for name in names or () if disk.is_ours(name)))
        before = {name: ref.stored for name in now if (ref := index.ref(name)) and ref.stored is not None}
    moved = {name: stored for name, stored in now.items() if before.get(name) != stored}
    if moved:
        index.begin_generation()
        _follow(path, store, moved)
    index.set_built()
    return snapshot


def _follow(path: Path, store: Store, moved: dict[bytes, bytes | None]) -> None:
    index = store.index
    left: set[bytes] = set()
    reached: dict[bytes, bytes] = {}  # in the order of names: git breaks ties by the order of the tips
    for name in sorted(moved):
        stored, recorded = moved[name], index.ref(name)
        if recorded is not None and recorded.target is not None:
            left.add(recorded.target)
        if stored is not None and (target := peel(store, stored)) is not None:
            reached[name] = target
    seen = _number_below(path, store, list(dict.fromkeys(reached.values())))
    numbers = index.standing(set(reached.values()))
    for name, stored in moved.items():
        target = reached.get(name)
        index.record(name, stored, target, None if target is None else numbers[target][0])
    # A tip that new commits build upon is an ancestor of a living one: an ordinary push ends here.
    lost = left - seen
    if lost and (lost := lost - set(index.tips())):
        _bury(path, store, lost)


def _number_below(path: Path, store: Store, tips: list[bytes]) -> set[bytes]:
    """Give numbers to what the tips reach and revive what was dead; give the commits seen on the way."""
    index, git = store.index, Git(path)
    walk = _explore(store, tips)
    if walk is None:
        for part in _batches(_listed(git, tips, set(index.tips()) - set(tips))):
            known = index.standing(raw_id for raw_id, _ in part)
            index.add((raw_id, date) for raw_id, date in part if raw_id not in known)
            index.mark((raw_id for raw_id, (_, is_alive) in known.items() if not is_alive), alive=True)
        return set()
    if len(walk.new) == 1:
        index.add(walk.new.items())
    elif walk.new:
        index.add(item for item in _listed(git, tips, walk.edge) if item[0] in walk.new)
    index.mark(walk.dead, alive=True)
    return walk.seen


@dataclass(slots=True)
class _Walk:
    """Commits found from tips downward: new ones with their dates, dead ones, and the living ones where it ended."""

    new: dict[bytes, int] = field(default_factory=dict)
    dead: list[bytes] = field(default_factory=list)
    edge: set[bytes] = field(default_factory=set)
    seen: set[bytes] = field(default_factory=set)


def _explore(store: Store, tips: Iterable[bytes]) -> _Walk | None:
    """Walk from the tips to what is alive; None when there is too much to read one by one.

    Stopping at a living commit is right because all of its ancestors are alive and numbered.
    """
    walk, layer = _Walk(), set(tips)
    while layer:
        walk.seen |= layer
        if len(walk.seen) > FEW + len(layer):
            return None
        standing = store.index.standing(layer)
        walk.edge.update(raw_id for raw_id, (_, is_alive) in standing.items() if is_alive)
        walk.dead += [raw_id for raw_id, (_, is_alive) in standing.items() if not is_alive]
        below: set[bytes] = set()
        for raw_id in layer - walk.edge:
            data = store.read(raw_id.hex())[1]
            below.update(bytes.fromhex(parent) for parent in parse_commit(data).parents)
            if raw_id not in standing:
                walk.new[raw_id] = commit_date(data)
        layer = below - walk.seen
    return walk


def _listed(git: Git, tips: Iterable[bytes], standing: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    """List hash and date of what the tips reach and the others do not, each after its parents."""
    arguments = ("rev-list", "--date-order", "--reverse", "--timestamp", "--ignore-missing", "--stdin")
    with git.stream(*arguments, stdin=range_of(tips, standing)) as output:
        for line in lines(output):
            date, _, raw_id = line.partition(b" ")
            yield bytes.fromhex(raw_id.decode()), min(int(date), LAST_DATE)


def _bury(path: Path, store: Store, lost: set[bytes]) -> None:
    """Mark as dead what only the lost tips reached."""
    git, index = Git(path), store.index
    if all(store.has(raw_id.hex()) for raw_id in lost):
        with git.stream("rev-list", "--ignore-missing", "--stdin", stdin=range_of(lost, index.tips())) as output:
            index.mark(map(_binary, lines(output)), alive=False)
        return
    # Someone removed objects by hand, so there is nothing to walk along: count the living anew.
    index.mark_all_dead()
    with git.stream("rev-list", "--ignore-missing", "--stdin", stdin=range_of(index.tips(), ())) as output:
        index.mark(map(_binary, lines(output)), alive=True)


def range_of(tips: Iterable[bytes], standing: Iterable[bytes]) -> bytes:
    """Say to `rev-list --stdin`: what these reach, without what those reach."""
    wanted = "".join(f"{raw_id.hex()}\n" for raw_id in tips)
    return (wanted + "".join(f"^{raw_id.hex()}\n" for raw_id in standing)).encode()


def peel(store: Store, stored: bytes) -> bytes | None:
    """Follow tags to a commit; None for a tag of something else, and for what is not there."""
    raw_id = stored.decode("ascii")
    for _ in range(_DEPTH):
        if not store.has(raw_id):
            return None
        kind, _ = store.header(raw_id)
        if kind == COMMIT:
            return bytes.fromhex(raw_id)
        if kind != TAG:
            return None
        first = store.read(raw_id)[1].partition(b"\n")[0]
        raw_id = first.removeprefix(b"object ").decode("ascii", "replace")
        if not is_full_id(raw_id):
            return None
    return None


def _choose_head(path: Path, index: Index, refs: list[RecordedRef]) -> None:
    """Let HEAD name a branch of the first push, if it names none that exists: git clones what HEAD says."""
    fresh = [ref.name for ref in refs if ref.name.startswith(disk.HEADS) and ref.told is None and ref.target]
    if not fresh or index.has_told(disk.HEADS):
        return
    head = disk.read_head(path)
    if disk.read_some(path, (head,))[head] is not None or not head.startswith(b"refs/"):
        return
    usual = [name for name in (disk.HEADS + b"main", disk.HEADS + b"master") if name in fresh]
    Git(path).output("symbolic-ref", "HEAD", (usual or fresh)[0])


def _change(ref: RecordedRef) -> RefChange:
    kind = RefKind.BRANCH if ref.name.startswith(disk.HEADS) else RefKind.TAG
    name = ref.name.removeprefix(disk.HEADS).removeprefix(disk.TAGS)
    old, new = (value.hex() if value is not None else None for value in (ref.told, ref.target))
    return RefChange(kind, name.decode("utf-8", "surrogateescape"), old, new)


def _batches(items: Iterator[tuple[bytes, int]]) -> Iterator[list[tuple[bytes, int]]]:
    while part := list(itertools.islice(items, 5000)):
        yield part


def _binary(line: bytes) -> bytes:
    return bytes.fromhex(line.decode("ascii"))
