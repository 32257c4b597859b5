"""What a process of the pool does with its connections."""

from __future__ import annotations

import logging
import os
import select
import signal
import socket
from collections.abc import Callable
from types import FrameType

from belvedere.vcs.hg import frames, operations
from belvedere.vcs.hg.engine import serving
from belvedere.vcs.hg.engine.faults import translate
from belvedere.vcs.hg.engine.opening import Shelf

log = logging.getLogger(__name__)

REQUESTS = 10_000
"""A reading worker is replaced after this many."""

GROWTH = 256 << 20
"""Bytes of memory that a reading worker may gain before it is replaced."""

WEIGHED_EVERY = 32
"""Requests between two looks at that memory."""

LOOK_AROUND = 5.0
"""Seconds after which a worker without requests sees whether its master is still there."""

PATIENCE = 60.0
"""Seconds that a reading worker waits for a client to send its request or to take its answer."""

LOOK_AFTER = 1.0
"""Seconds between two looks at whether the client of a running request is still there."""

NICENESS = 10

BEAT = 10.0
"""Seconds between two signs of life of a long request; they also find out that nobody waits for it any more."""


class Reader:
    """A worker that answers short requests one after the other."""

    def __init__(self, listener: socket.socket, master: int) -> None:
        self._listener = listener
        self._master = master
        self._shelf = Shelf()
        self._idle = True
        self._stopping = False

    def run(self) -> None:
        """Serve until told to stop, orphaned or worn out; a request that runs is always finished."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's ^C reaches all; the master decides
        serving.prepare()
        waits = _waiting_for(self._listener)
        allowed = _resident() + GROWTH
        for count in range(REQUESTS):
            connection = self._next(waits)
            if connection is None:
                return
            with connection:
                connection.settimeout(PATIENCE)
                self._serve(connection)
            if self._stopping or (not count % WEIGHED_EVERY and _resident() > allowed):
                return

    def _next(self, waits: Callable[[float], bool]) -> socket.socket | None:
        while not self._stopping and os.getppid() == self._master:
            self._idle = True
            is_ready = waits(LOOK_AROUND)
            self._idle = False
            if is_ready:
                try:
                    return self._listener.accept()[0]
                except BlockingIOError:  # another worker was quicker
                    continue
        return None

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        if self._idle:
            raise SystemExit(0)
        self._stopping = True

    def _serve(self, connection: socket.socket) -> None:
        path = ""
        try:
            name, path, arguments = frames.receive(connection)
            with _Watch(connection):
                answer = _outcome(lambda: operations.answer(self._shelf, name, path, arguments))
            frames.send(connection, answer)
            if answer[0] == frames.ERROR:
                self._shelf.drop(path)
        except operations.ClientGone:
            self._shelf.drop(path)  # interrupted anywhere, so what it remembers may be half of something
        except OSError:
            pass  # the client went away, or does not take its answer


def serve_stream(connection: socket.socket) -> None:
    """Serve one long request, then return; SIGUSR1 ends it early, and undoes what it has not finished writing."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the master waits for it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGUSR1, _abort)
    os.nice(NICENESS)
    serving.prepare()
    line = operations.Line(connection)
    signal.signal(signal.SIGALRM, line.beat)
    with connection:
        try:
            connection.settimeout(PATIENCE)
            name, path, arguments = frames.receive(connection)
            connection.settimeout(None)  # how slow a client may be is for the web server to say
            signal.setitimer(signal.ITIMER_REAL, BEAT, BEAT)
            line.send(_outcome(lambda: operations.answer_slowly(line, name, path, arguments)))
        except (OSError, operations.ClientGone):
            log.debug("a client went away")
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)


def _outcome(work: operations.Work) -> tuple[object, ...]:
    try:
        return frames.END, work()
    except FileExistsError as fault:
        return frames.ERROR, "FileExistsError", str(fault)
    except ConnectionError:
        raise
    except Exception as fault:  # noqa: BLE001 -- the border of the process: every fault becomes an answer
        said = translate(fault)
        return frames.ERROR, type(said).__name__, str(said)


def _abort(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(1)


class _Watch:
    """Interrupts the work for a client that is gone: the only one that waits for a reading worker's answer."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        signal.signal(signal.SIGALRM, self._look)
        signal.setitimer(signal.ITIMER_REAL, LOOK_AFTER, LOOK_AFTER)

    def __exit__(self, *_exception: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _look(self, _signal: int, _frame: FrameType | None) -> None:
        try:
            gone = not self._connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            gone = False
        except OSError:
            gone = True
        if gone:
            signal.setitimer(signal.ITIMER_REAL, 0)
            raise operations.ClientGone


def _waiting_for(listener: socket.socket) -> Callable[[float], bool]:
    """Give what waits for a connection for some seconds: it wakes one worker and not all, where the system can."""
    if not hasattr(select, "epoll"):
        return lambda seconds: bool(select.select([listener], [], [], seconds)[0])
    poll = select.epoll()
    poll.register(listener, select.EPOLLIN | select.EPOLLEXCLUSIVE)
    return lambda seconds: bool(poll.poll(seconds))


def _resident() -> int:
    """Give this process's resident memory in bytes; 0 where `/proc` is missing."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 -- each request asks, and a Path costs more
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
