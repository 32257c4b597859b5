"""What moved in a repository since it was last told."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from belvedere.vcs.hg.engine.refs import refs
from belvedere.vcs.model import Movement, RefChange, RefKind, Refs

STATE = "belvedere-state"
LOCK = "belvedere-state.lock"


@dataclass(slots=True)
class State:
    """What was told so far: the first `length` changesets, of which `tip` is the last, and where names stood.

    `pending` holds movements by token that were measured, but that nobody was told yet.
    """

    length: int = 0
    tip: str = ""
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    pending: dict[str, dict[str, Any]] = field(default_factory=dict)


def catch_up(repo: Any) -> Movement:
    """Tell what moved, once; `repo` is unfiltered and fresh.

    If earlier movements of which nobody heard (their server died) do not join with the newest one, the oldest is told
    and the others wait for the next call.
    """
    with _locked(repo) as state:
        moved = _advance(repo, state)
        queue = [_movement(found) for found in state.pending.values()] + ([moved] if moved else [])
        told = Movement()
        while queue and _joins(told, queue[0]):
            told = _join(told, queue.pop(0))
        state.pending = {secrets.token_hex(8): asdict(left) for left in queue}
    return told


def measure(repo: Any) -> tuple[str, Movement] | None:
    """Take down what just moved for whoever claims it with the token; call it while the repository is locked.

    Under the lock no other push can be among it. If the server dies before the claim, `catch_up` tells it.
    """
    with _locked(repo) as state:
        moved = _advance(repo, state)
        if not moved:
            return None
        token = secrets.token_hex(8)
        state.pending[token] = asdict(moved)
    return token, moved


def claim(repo: Any, token: str) -> Movement:
    """Tell a measured movement; empty if `catch_up` told it to somebody already."""
    with _locked(repo) as state:
        found = state.pending.pop(token, None)
    return _movement(found) if found else Movement()


def _advance(repo: Any, state: State) -> Movement:
    """Bring the state up to what is on disk."""
    log = repo.changelog
    length = len(log)
    stripped = state.length > length or (state.length and log.node(state.length - 1).hex() != state.tip)
    grown = length > state.length and not stripped
    current = _names(refs(repo.filtered(b"served")))
    moved = Movement(
        tuple(_changes(state.names, current)),
        state.length if grown else None,
        length - 1 if grown else None,
    )
    state.length, state.tip, state.names = length, log.node(length - 1).hex() if length else "", current
    return moved


def _names(found: Refs) -> dict[str, dict[str, str]]:
    """Give each kind's names; a branch that is closed still stands where its last changeset is."""
    return {
        RefKind.BRANCH.value: found.branches | found.closed_branches,
        RefKind.BOOKMARK.value: found.bookmarks,
        RefKind.TAG.value: found.tags,
    }


def _changes(before: dict[str, dict[str, str]], now: dict[str, dict[str, str]]) -> Iterator[RefChange]:
    for kind, names in now.items():
        known = before.get(kind, {})
        for name in sorted(known.keys() | names.keys()):
            old, new = known.get(name), names.get(name)
            if old != new:
                yield RefChange(RefKind(kind), name, old, new)


def _joins(told: Movement, following: Movement) -> bool:
    return not told or None in {told.last_revision, following.first_revision} or _touch(told, following)


def _touch(told: Movement, following: Movement) -> bool:
    return told.last_revision is not None and following.first_revision == told.last_revision + 1


def _join(one: Movement, two: Movement) -> Movement:
    """Make one movement of two; a name that moved twice moved once, from its first place to its last."""
    changes = {(change.kind, change.name): change for change in one.refs}
    for change in two.refs:
        earlier = changes.pop((change.kind, change.name), None)
        old = earlier.old if earlier else change.old
        if old != change.new:
            changes[change.kind, change.name] = RefChange(change.kind, change.name, old, change.new)
    numbers = [
        n for n in (one.first_revision, one.last_revision, two.first_revision, two.last_revision) if n is not None
    ]
    return Movement(tuple(changes.values()), min(numbers, default=None), max(numbers, default=None))


def _movement(stored: dict[str, Any]) -> Movement:
    changes = tuple(RefChange(**{**change, "kind": RefKind(change["kind"])}) for change in stored["refs"])
    return Movement(changes, stored["first_revision"], stored["last_revision"])


@contextmanager
def _locked(repo: Any) -> Iterator[State]:
    """Give the state to one process at a time, and store it durably if it was changed."""
    folder = Path(os.fsdecode(repo.path))
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        stored = _load(folder / STATE)
        state = State(**json.loads(stored)) if stored else State()
        yield state
        now = json.dumps(asdict(state)).encode()
        if now != stored:
            _store(folder / STATE, now)
    finally:
        os.close(descriptor)  # unlocks


def _load(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _store(path: Path, content: bytes) -> None:
    draft = path.with_suffix(".new")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
