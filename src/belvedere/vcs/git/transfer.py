"""One transfer of a pack: a request's body into git, git's output to the client, and nothing left behind."""

from __future__ import annotations

import logging
import os
import tempfile
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from subprocess import DEVNULL, PIPE
from typing import IO

from belvedere.vcs.git.pktlines import MalformedRequest
from belvedere.vcs.git.process import CHUNK, interrupt, start, stop
from belvedere.vcs.wire import BodyReader

log = logging.getLogger(__name__)

MOST_TRANSFERS = max(2, 2 * (os.cpu_count() or 1))
"""Packs that a process makes or takes at once: each can take half a gigabyte and a core. Others wait."""
LONGEST_WAIT = 300.0
MOST_DISCARDED = 1 << 30
"""Bytes of a push that git has refused already which are read on, so that its client comes to read the reason."""
LINGER = 10.0

_slots = threading.BoundedSemaphore(MOST_TRANSFERS)


def limit_transfers(most: int) -> None:
    """Set how many packs this process moves at once, before it serves."""
    global _slots  # noqa: PLW0603 -- one number a process, set while nothing runs
    _slots = threading.BoundedSemaphore(most)


def take_slot() -> Callable[[], None] | None:
    """Wait for one of the places for transfers; give what frees it (any number of times), or None after too long."""
    slots = _slots
    if not slots.acquire(timeout=LONGEST_WAIT):
        return None
    freed = threading.Lock()

    def free() -> None:
        if freed.acquire(blocking=False):
            slots.release()

    return free


class Body:
    """A request's body, unpacked where it is compressed; never asks for more than its declared length."""

    def __init__(self, reader: BodyReader, headers: Mapping[str, str]) -> None:
        self._reader = reader
        length = headers.get("content-length", "")
        self._left = int(length) if length.isascii() and length.isdigit() else None
        coding = headers.get("content-encoding", "identity").lower()
        if coding not in ("identity", "", "gzip", "x-gzip"):
            raise MalformedRequest("an unknown content encoding")
        self._unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS) if "gzip" in coding else None

    def read(self, size: int, /) -> bytes:
        """Give at most `size` bytes; `b""` at the end. `MalformedRequest` for broken compression."""
        if self._unpacker is None:
            return self._raw(size)
        while not self._unpacker.eof:
            packed = self._unpacker.unconsumed_tail or self._raw(size)
            if not packed:
                raise MalformedRequest("the compressed body ends too early")
            try:
                data = self._unpacker.decompress(packed, size)
            except zlib.error as error:
                raise MalformedRequest("the compressed body is broken") from error
            if data:
                return data
        return b""

    def exactly(self, size: int) -> bytes:
        """Give just so many bytes, or fewer at the end."""
        parts = []
        while size > 0 and (part := self.read(size)):
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _raw(self, size: int) -> bytes:
        if self._left is not None:
            size = min(size, self._left)
        data = self._reader.read(size) if size else b""
        if self._left is not None:
            if size and not data:
                raise MalformedRequest("the body ends too early")
            self._left -= len(data)
        return data


class Transfer(Iterator[bytes]):
    """Git's answer as it comes; `close` ends git and all its children at any time.

    The body is pumped in by a thread, as git may answer before it has read everything: neither side waits for the
    other, and memory stays at some pieces of 64 KiB.
    """

    def __init__(
        self,
        arguments: list[str | bytes],
        env: Mapping[str, str],
        *,
        head: bytes = b"",
        body: Body | None = None,
        free: Callable[[], None] = lambda: None,
    ) -> None:
        self._free = free
        self._is_over = True
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 -- closed with the transfer
        try:
            self._process = start(arguments, env=env, stdin=DEVNULL if body is None else PIPE, stderr=self._complaints)
        except BaseException:
            self._complaints.close()
            free()
            raise
        self._is_over = False
        self._first: bytes | None = None
        self._pump: threading.Thread | None = None
        # The pump alone owns git's input: closing a descriptor while another thread writes could hit another file.
        sink, self._process.stdin = self._process.stdin, None
        if body is not None and sink is not None:
            self._pump = threading.Thread(target=self._pump_in, args=(sink, head, body), daemon=True)
            self._pump.start()

    def prime(self) -> int | None:
        """Wait for the first piece: None when there is one, else git's exit code."""
        self._first = self._read()
        if self._first:
            return None
        return self._finish()

    def __iter__(self) -> Transfer:
        return self

    def __next__(self) -> bytes:
        piece, self._first = self._first, None
        piece = piece or (b"" if self._is_over else self._read())
        if piece:
            return piece
        self._finish()
        raise StopIteration

    def close(self) -> None:
        """End whatever still runs; git gets the chance to remove its temporary files."""
        if not self._is_over:
            self._is_over, self._first = True, None
            stop(self._process, is_gentle=True)
            self._complaints.close()
            self._free()

    def __del__(self) -> None:
        self.close()

    def _read(self) -> bytes:
        assert self._process.stdout is not None
        return self._process.stdout.read(CHUNK) or b""

    def _finish(self) -> int:
        """Reap git after its last word, so that all it did is done when the answer's end is told."""
        if self._is_over:
            return self._process.returncode
        code = self._process.wait()
        if self._pump is not None:
            self._pump.join(LINGER)  # the server must not reuse the connection while its body is being read
        self._is_over = True
        stop(self._process)
        self._free()
        with self._complaints as complaints:
            if code:
                complaints.seek(0)
                log.info("git ended a transfer with %s: %r", code, complaints.read(1000))
        return code

    def _pump_in(self, sink: IO[bytes], head: bytes, body: Body) -> None:
        try:
            with sink:
                is_heard = _write(sink.fileno(), head)
                while is_heard and (piece := body.read(CHUNK)):
                    is_heard = _write(sink.fileno(), piece)
            discarded = 0
            while not is_heard and discarded < MOST_DISCARDED and not self._is_over and (piece := body.read(CHUNK)):
                discarded += len(piece)
        except Exception as error:  # noqa: BLE001 -- whatever a server's reader raises means: the client is gone
            log.info("a transfer's body ended early: %s", error)
            interrupt(self._process)


def _write(descriptor: int, data: bytes) -> bool:
    """Write all of it; tell whether git still listens."""
    view = memoryview(data)
    try:
        while view:
            view = view[os.write(descriptor, view) :]
    except BrokenPipeError:
        return False
    return True
