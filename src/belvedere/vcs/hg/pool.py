"""The pool of Mercurial processes: `python -m belvedere.vcs.hg.pool --directory DIR`."""

from __future__ import annotations

import argparse
import contextlib
import gc
import logging
import os
import selectors
import signal
import socket
import stat
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from belvedere.vcs.hg import worker
from belvedere.vcs.hg.engine import configuration
from belvedere.vcs.hg.places import READ, STREAM

log = logging.getLogger("belvedere.vcs.hg.pool")

BACKLOG = 1024
TICK = 1.0
"""Seconds after which the master looks around even if nothing happens."""

LONGEST_PAUSE = 30.0
"""Seconds between two starts of a worker that dies at once, at most."""


class Master:
    """One thread that starts processes and never reads a repository itself, so that nothing can kill it."""

    def __init__(self, directory: Path, workers: int, streams: int, grace: float, parent: int | None) -> None:
        self._directory = directory
        self._workers = workers
        self._streams = streams
        self._grace = grace
        self._parent = parent or os.getppid()
        self._pid = os.getpid()
        self._readers: dict[int, float] = {}
        self._streaming: set[int] = set()
        self._failures = 0
        self._not_before = 0.0
        self._stopping = False
        self._selector = selectors.DefaultSelector()

    def run(self) -> None:
        """Serve until SIGTERM, SIGINT or the end of the parent process."""
        self._signals = _wake_on_signals(self._stop)
        self._selector.register(self._signals, selectors.EVENT_READ)
        self._read = _open_door(self._directory / READ)
        self._stream = _open_door(self._directory / STREAM)
        try:
            while not self._stopping and os.getppid() == self._parent:
                self._reap()
                self._start_readers()
                self._wait()
        finally:
            self._shut_down()

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _wait(self) -> None:
        """Sleep until a stream is asked for (and one more is allowed), a signal comes, or a tick passes."""
        accepting = self._stream.listener in self._selector.get_map()
        if accepting and len(self._streaming) >= self._streams:
            self._selector.unregister(self._stream.listener)  # the kernel keeps the others waiting
        elif not accepting and len(self._streaming) < self._streams:
            self._selector.register(self._stream.listener, selectors.EVENT_READ)
        for key, _ in self._selector.select(TICK):
            if key.fileobj is self._signals:
                with contextlib.suppress(BlockingIOError):
                    self._signals.recv(4096)
            elif key.fileobj is self._stream.listener:
                self._start_stream()

    def _start_stream(self) -> None:
        try:
            connection, _ = self._stream.listener.accept()
        except BlockingIOError:
            return
        with connection:
            self._streaming.add(self._fork(lambda: self._serve_stream(connection)))

    def _serve_stream(self, connection: socket.socket) -> None:
        # A transfer may outlive a killed master, and must not keep its door open without anybody behind it.
        self._read.listener.close()
        worker.serve_stream(connection)

    def _start_readers(self) -> None:
        if time.monotonic() < self._not_before:
            return
        while len(self._readers) < self._workers:
            reader = worker.Reader(self._read.listener, self._pid)
            self._readers[self._fork(reader.run)] = time.monotonic()

    def _reap(self) -> None:
        """Take note of ended processes; a worker that failed young makes the next start later."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            self._streaming.discard(pid)
            started = self._readers.pop(pid, None)
            if started is not None and status:
                log.error("worker %d ended with status %d", pid, os.waitstatus_to_exitcode(status))
                self._hold_back(time.monotonic() - started)

    def _hold_back(self, age: float) -> None:
        self._failures = self._failures + 1 if age < LONGEST_PAUSE else 0
        # The first few come back at once: as many as there are may be killed together by an operator.
        excess = self._failures - self._workers
        self._not_before = time.monotonic() + (min(0.1 * 2**excess, LONGEST_PAUSE) if excess > 0 else 0.0)

    def _fork(self, run: Callable[[], None]) -> int:
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid:
            return pid
        code = 1
        try:
            self._become_child()
            run()
            code = 0
        except SystemExit as ending:
            code = ending.code if isinstance(ending.code, int) else 1
        except BaseException:
            log.exception("a process of the pool failed")
        finally:
            logging.shutdown()
            os._exit(code)

    def _become_child(self) -> None:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        self._selector.close()
        self._signals.close()
        self._stream.listener.close()

    def _shut_down(self) -> None:
        """Take no more requests, let the running ones finish within the grace period, then end them."""
        self._selector.close()
        self._read.close()
        self._stream.close()
        self._tell(signal.SIGTERM)
        if not self._all_gone(self._grace):
            self._tell(signal.SIGUSR1)
            self._tell(signal.SIGTERM)
            if not self._all_gone(3.0):
                self._tell(signal.SIGKILL)
                self._all_gone(1.0)

    def _tell(self, number: signal.Signals) -> None:
        targets = self._streaming if number == signal.SIGUSR1 else {*self._readers, *self._streaming}
        for pid in targets:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def _all_gone(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while True:
            self._reap()
            if not self._readers and not self._streaming:
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)


def _wake_on_signals(stop: Callable[..., None]) -> socket.socket:
    """Give a socket that becomes readable when a signal arrives."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.setblocking(False)
    signal.set_wakeup_fd(theirs.detach(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return ours


@dataclass(frozen=True, slots=True)
class Door:
    """A listening socket and the file that leads to it."""

    path: Path
    listener: socket.socket
    inode: int

    def close(self) -> None:
        """Listen no more; the file goes too, unless a newer pool has put its own there."""
        with contextlib.suppress(OSError):
            if self.path.stat().st_ino == self.inode:
                self.path.unlink()
        self.listener.close()


def _open_door(path: Path) -> Door:
    """Listen under another name first: whoever sees the name can connect."""
    draft = path.with_suffix(f".{os.getpid()}")
    draft.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(draft))
    listener.listen(BACKLOG)
    listener.setblocking(False)
    inode = draft.stat().st_ino
    draft.rename(path)
    return Door(path, listener, inode)


def _private(directory: Path) -> Path:
    """Make the directory ours alone: whoever can connect can read every repository."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise SystemExit(f"{directory} does not belong to this user")
    directory.chmod(0o700)
    return directory.resolve()


def main(arguments: list[str] | None = None) -> None:
    """Run the pool until it is told to stop."""
    parser = argparse.ArgumentParser(prog="belvedere.vcs.hg.pool", description=__doc__)
    parser.add_argument("--directory", type=Path, required=True, help="where the sockets are")
    parser.add_argument("--workers", type=int, default=max(os.cpu_count() or 1, 2), help="processes that read")
    parser.add_argument("--streams", type=int, default=max(4 * (os.cpu_count() or 1), 16), help="transfers at once")
    parser.add_argument("--grace", type=float, default=10.0, help="seconds for running requests at the end")
    parser.add_argument("--parent", type=int, help="end with this process (default: the one that started this)")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s[%(process)d] %(levelname)s: %(message)s")
    directory = _private(options.directory)
    configuration.base_ui()  # before the first fork: what is loaded now is shared by all
    gc.collect()
    gc.freeze()  # a collection in a child would copy every page that it marks
    Master(directory, options.workers, options.streams, options.grace, options.parent).run()


if __name__ == "__main__":
    main()
