"""Answers of the pool that hold until the repository changes: most of a page's questions were asked before."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from belvedere.vcs.hg import client, frames
from belvedere.vcs.hg.stamps import Stamp, stamp

MOST = 16 << 20
"""Bytes of answers that a process remembers."""

LARGEST = 4 << 20
"""Bytes of one answer, at most."""

EXPANSION = 5
"""How many times the bytes that it came in an answer takes in memory, about."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Answer:
    """What was answered when the repository was as the stamp says."""

    stamp: Stamp
    value: Any
    weight: int


@dataclass(slots=True)
class _Memory:
    """The latest used answers by the requests that asked for them; safe among threads."""

    answers: OrderedDict[bytes, _Answer] = field(default_factory=OrderedDict)
    held: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def known(self, request: bytes, now: Stamp) -> _Answer | None:
        with self.lock:
            found = self.answers.get(request)
            if found is None or found.stamp != now:
                return None
            self.answers.move_to_end(request)
            return found

    def keep(self, request: bytes, answer: _Answer) -> None:
        with self.lock:
            self._leave(request)
            if answer.weight > LARGEST:
                return
            self.answers[request] = answer
            self.held += answer.weight
            while self.held > MOST:
                self._leave(next(iter(self.answers)))

    def _leave(self, request: bytes) -> None:
        known = self.answers.pop(request, None)
        self.held -= known.weight if known else 0


_memory = _Memory()


def ask(make: Callable[[Any], T], name: str, path: str, *arguments: object) -> T:
    """Ask for what only the state of the repository decides, unless it was asked in this state; errors are not kept.

    `make` rebuilds the answer. Every asker gets the same object, so that nobody may change it.
    """
    request = frames.framed((name, path, arguments))
    now = stamp(path)  # before asking: a change in between is then noticed the next time
    known = _memory.known(request, now)
    if known is None:
        answer, size = client.ask(request)
        known = _Answer(now, make(answer), len(request) + size * EXPANSION)
        _memory.keep(request, known)
    value: T = known.value
    return value


def _forget() -> None:
    """Begin with nothing in a forked child: a thread of the parent's may have held the lock."""
    global _memory  # noqa: PLW0603 -- one for each process is the point
    _memory = _Memory()


os.register_at_fork(after_in_child=_forget)
