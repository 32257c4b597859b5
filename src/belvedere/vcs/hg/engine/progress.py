"""What Mercurial says of its progress, told to whoever waits."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mercurial import scmutil

from belvedere.vcs.progress import SECONDS_BETWEEN_LOOKS, Progress, Step

Tell = Callable[[Progress], None]

_WRITTEN = Path("/proc/self/io")
_TOPICS = {
    b"searching": (Step.PREPARING, ""),
    b"changesets": (Step.RECEIVING, "changesets"),
    b"manifests": (Step.CHECKING, "manifests"),
    b"files": (Step.CHECKING, "files"),
}


class Telling:
    """Passes on about one word a second, with the bytes that this process has written since it was made."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._before = _written()
        self._next = 0.0

    def listen_to(self, ui: Any) -> None:
        """Hear what is done with a `ui`, which shows progress nowhere by itself."""

        def made(topic: bytes, unit: bytes = b"", total: int | None = None) -> Any:
            return scmutil.progress(ui, self._heard, topic, unit, total)

        ui.makeprogress = made

    def copied(self, files: int, size: int) -> None:
        """Tell of files that are copied as they are."""
        self._say(Step.RECEIVING, files, 0, "files", size)

    def recording(self) -> None:
        """Tell that everything is here, and gets its numbers."""
        self._tell(Progress(Step.RECORDING, size=_written() - self._before))

    def _heard(self, topic: bytes, done: int | None, _item: bytes, _unit: bytes, total: int | None) -> None:
        step, unit = _TOPICS.get(topic, (None, ""))
        if step is not None and done is not None:
            self._say(step, done if unit else 0, total or 0, unit, None)

    def _say(self, step: Step, done: int, total: int, unit: str, size: int | None) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + SECONDS_BETWEEN_LOOKS
            self._tell(Progress(step, done, total, unit, _written() - self._before if size is None else size))


def _written() -> int:
    """Give the bytes that this process has written; 0 where the system does not tell."""
    try:
        lines = _WRITTEN.read_bytes().splitlines()
    except OSError:
        return 0
    return next((int(line.partition(b":")[2]) for line in lines if line.startswith(b"wchar:")), 0)
