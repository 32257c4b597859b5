"""Mercurial's own program, started once for all tests: to start it for every command takes a third of a second."""

from __future__ import annotations

import atexit
import os
import struct
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

HG = Path(sys.executable).with_name("hg")
ENVIRONMENT = {"HGRCPATH": "", "HGPLAIN": "1", "HGENCODING": "utf-8"}
ASKING = (b"I", b"L")


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str


class CommandServer:
    """`hg serve --cmdserver`: each command works in the directory that it is given, as a program of its own would."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, place: Path, *arguments: str) -> Done:
        """Run one command to its end."""
        with self._lock:
            words = ("--cwd", str(place), *arguments)
            data = b"\0".join(word.encode("utf-8", "surrogateescape") for word in words)
            self._send(b"runcommand\n" + struct.pack(">I", len(data)) + data)
            return self._answer()

    def _answer(self) -> Done:
        written = {b"o": b"", b"e": b""}
        while True:
            channel, length = struct.unpack(">cI", self._read(5))
            if channel in ASKING:
                self._send(struct.pack(">I", 0))  # nobody is there to answer
                continue
            payload = self._read(length)
            if channel == b"r":
                code: int = struct.unpack(">i", payload)[0]
                return Done(code, written[b"o"].decode("utf-8", "surrogateescape"), written[b"e"].decode())
            if channel in written:
                written[channel] += payload

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            kept = {name: value for name, value in os.environ.items() if not name.startswith("HG")}
            self._process = subprocess.Popen(
                [HG, "serve", "--cmdserver", "pipe"],
                cwd="/",
                env=kept | ENVIRONMENT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            atexit.register(self._process.communicate)  # ends it, and waits for that
            channel, length = struct.unpack(">cI", self._read(5))
            assert channel == b"o", self._read(length)
            self._read(length)
        return self._process

    def _send(self, data: bytes) -> None:
        stream = self._running().stdin
        assert stream
        stream.write(data)
        stream.flush()

    def _read(self, size: int) -> bytes:
        assert self._process
        assert self._process.stdout
        return self._process.stdout.read(size)


_SERVER = CommandServer()


def hg(place: Path, *arguments: str) -> Done:
    """Run a command of Mercurial in `place`."""
    return _SERVER.run(place, *arguments)
