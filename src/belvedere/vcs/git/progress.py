"""What git says of its progress, read while it runs."""

from __future__ import annotations

import os
import re
import selectors
import subprocess
import time

from belvedere.vcs.git.process import CHUNK
from belvedere.vcs.progress import SECONDS_BETWEEN_LOOKS, Progress, Step, Watch

SHOWN = "--progress"
"""Has a command tell its progress though nobody sits at a terminal."""

LONGEST_LINE = 4096
MOST_COMPLAINTS = 16_384
_UNITS = {b"K": 1 << 10, b"M": 1 << 20, b"G": 1 << 30}
_LINE = re.compile(
    rb"(?P<title>Receiving objects|Resolving deltas|Checking objects|(?:remote: )?[A-Z][a-z]+ objects): +"
    rb"(?:\d{1,3}% \((?P<done>\d{1,15})/(?P<total>\d{1,15})\)|(?P<count>\d{1,15}))"
    rb"(?:, (?P<size>\d{1,9}(?:\.\d+)?) (?P<unit>[KMG])?i?B|, (?P<bytes>\d{1,15}) bytes)?"
)
_TABLE = re.compile(rb"From | [ *+t=-] ")
"""What `fetch` says of each name that moves: no complaint."""


def watched(process: subprocess.Popen[bytes], seconds: float, watch: Watch) -> tuple[bytes, str]:
    """Wait for the end of a process, and give its output and its complaints; `TimeoutExpired` if it takes longer.

    Its progress goes to the watch. Nobody reads what it says any more once this process is gone, which ends git too.
    """
    reading = _Reading(watch, time.monotonic() + seconds, seconds)
    with selectors.DefaultSelector() as selector:
        for pipe, take in ((process.stdout, reading.take_output), (process.stderr, reading.take_words)):
            if pipe is not None:
                selector.register(pipe, selectors.EVENT_READ, take)
        while selector.get_map():
            for key, _ in selector.select(SECONDS_BETWEEN_LOOKS):
                piece = os.read(key.fd, CHUNK)
                if piece:
                    key.data(piece)
                else:
                    selector.unregister(key.fileobj)
            reading.look(process)
    while True:
        try:
            process.wait(SECONDS_BETWEEN_LOOKS)
        except subprocess.TimeoutExpired:
            reading.look(process)
        else:
            return bytes(reading.output), reading.complaints.decode("utf-8", "replace").strip()


def progress_in(line: bytes, known_size: int = 0) -> Progress | None:
    """Read one line; None if it is about something else. What the other side says of itself is preparing."""
    match = _LINE.match(line)
    if match is None:
        return None
    size = int(match["bytes"] or 0)
    if match["size"]:
        size = int(float(match["size"]) * _UNITS.get(match["unit"], 1))
    done, total = int(match["done"] or match["count"]), int(match["total"] or 0)
    title = match["title"]
    if title == b"Receiving objects":
        return Progress(Step.RECEIVING, done, total, "objects", size)
    if title in (b"Resolving deltas", b"Checking objects"):
        return Progress(Step.CHECKING, done, total, "deltas" if title[0] == ord("R") else "objects", known_size)
    return Progress(Step.PREPARING, done, total, "objects")


class _Reading:
    """What was read so far of one process."""

    def __init__(self, watch: Watch, deadline: float, seconds: float) -> None:
        self.output = bytearray()
        self.complaints = bytearray()
        self._watch, self._deadline, self._seconds = watch, deadline, seconds
        self._rest = b""
        self._known: Progress | None = None
        self._size = 0
        self._next = 0.0

    def take_output(self, piece: bytes) -> None:
        self.output += piece

    def take_words(self, piece: bytes) -> None:
        *lines, self._rest = re.split(rb"[\r\n]", self._rest + piece)
        self._rest = self._rest[:LONGEST_LINE]
        for line in lines:
            found = progress_in(line, self._size)
            if found is not None:
                self._known, self._size = found, max(self._size, found.size)
            elif line and not _TABLE.match(line) and len(self.complaints) < MOST_COMPLAINTS:
                self.complaints += line[:LONGEST_LINE] + b"\n"

    def look(self, process: subprocess.Popen[bytes]) -> None:
        """Tell the watch, once in a while; the deadline counts too."""
        now = time.monotonic()
        if now > self._deadline:
            raise subprocess.TimeoutExpired(process.args, self._seconds)
        if now >= self._next:
            self._next = now + SECONDS_BETWEEN_LOOKS
            known, self._known = self._known, None
            self._watch(known)
