"""A line to another server that stalls when a test wants it to."""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.scenarios.clients import Checkout

CHUNK = 1 << 16
PASSED = 300_000
"""Bytes of an answer that a line lets through while it stalls, unless a test says otherwise."""


def write_noise(checkout: Checkout, seed: int = 7) -> None:
    """Commit what takes much more than that, however well it is packed."""
    noise = random.Random(seed)
    for number in range(3):
        checkout.commit(f"part {number}", **{f"part{number}": noise.randbytes(400_000).hex()})


class SlowLine:
    """Passes everything on; while it stalls, no more than `most` bytes of each answer."""

    def __init__(self, goal: tuple[str, int], most: int = PASSED) -> None:
        self._goal = goal
        self._most = most
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._flows = threading.Event()
        self.stalled = threading.Event()
        self.port: int = self._listener.getsockname()[1]

    def stall(self) -> None:
        """Hold back from now on; `stalled` tells when somebody waits for more."""
        self.stalled.clear()
        self._flows.clear()

    def let_through(self, most: int) -> None:
        """Let no more than so many bytes through while it stalls."""
        self._most = most

    def flow(self) -> None:
        """Let everything through."""
        self._flows.set()

    def serve(self) -> None:
        """Take connections until closed."""
        with suppress(OSError):
            while True:
                caller = self._listener.accept()[0]
                threading.Thread(target=self._join, args=(caller,), daemon=True).start()

    def close(self) -> None:
        """Take no more, and let go of those who wait."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # whoever waits in accept would keep it open
        self._listener.close()
        self._flows.set()

    def _join(self, caller: socket.socket) -> None:
        with caller, socket.create_connection(self._goal) as called:
            threading.Thread(target=self._pass, args=(caller, called), daemon=True).start()
            self._pass(called, caller, most=self._most)

    def _pass(self, source: socket.socket, sink: socket.socket, most: int | None = None) -> None:
        passed = 0
        with suppress(OSError):
            while piece := source.recv(CHUNK):
                passed += len(piece)
                if most is not None and passed > most and not self._flows.is_set():
                    self.stalled.set()
                    self._flows.wait()
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)


@contextmanager
def slow_line(goal: tuple[str, int], most: int = PASSED) -> Iterator[SlowLine]:
    """Give a line to an address."""
    line = SlowLine(goal, most)
    threading.Thread(target=line.serve, daemon=True).start()
    try:
        yield line
    finally:
        line.close()
