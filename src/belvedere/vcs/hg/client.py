"""Talking to the pool: from any thread, one connection for each request."""

from __future__ import annotations

import math
import os
import select
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from belvedere.vcs import errors
from belvedere.vcs.hg import frames, private
from belvedere.vcs.hg.places import READ, STREAM, VARIABLE
from belvedere.vcs.progress import SECONDS_BETWEEN_LOOKS, Progress, Step, Watch

PATIENCE = 60.0
"""Seconds without a sign of life after which the pool counts as unavailable."""

PUT_BACK = 30.0
"""Seconds that a worker gets to put back what it has half written."""

RESTART = 5.0
"""Seconds that a pool may take to come back before connecting to it fails."""

_PAUSE = 0.02


def call(name: str, path: Path | str, *arguments: object) -> Any:
    """Ask for what takes a moment."""
    return ask(frames.framed((name, str(path), arguments)))[0]


def ask(request: bytes) -> tuple[Any, int]:
    """Send a request in its frame for what takes a moment; give the answer, and how many bytes it came in.

    Asked once more if the worker ended before it answered (reading twice does no harm).
    """
    with faults_said():
        try:
            return _ask(request)
        except ConnectionError:
            return _ask(request)


def call_slowly(name: str, path: Path | str, *arguments: object) -> Any:
    """Ask for what takes long or writes, from a process of its own; never asked twice."""
    with faults_said(), closing(connect(STREAM)) as connection:
        frames.send(connection, (name, str(path), arguments))
        return receive(connection)[1]


def call_within(seconds: float, name: str, path: Path | str, *arguments: object) -> Any:
    """As `call_slowly`, for what a stranger can drag out: after so many seconds it is called off."""
    with faults_said(), closing(connect(STREAM)) as connection:
        frames.send(connection, (name, str(path), arguments))
        deadline = time.monotonic() + seconds
        try:
            return receive(connection, deadline)[1]
        except TimeoutError:
            if time.monotonic() < deadline:
                raise
            raise errors.RemoteUnusable(f"it took more than {seconds:.0f} seconds") from None


def call_watched(seconds: float, watch: Watch, name: str, path: Path | str, *arguments: object) -> Any:
    """As `call_within`, with somebody who hears how far the work is, and who ends it by raising."""
    with faults_said(), closing(connect(STREAM)) as connection:
        frames.send(connection, (name, str(path), arguments))
        deadline = time.monotonic() + seconds
        heard = time.monotonic()
        while True:
            if select.select([connection], [], [], SECONDS_BETWEEN_LOOKS)[0]:
                answer, heard = frames.receive(connection), time.monotonic()
            elif time.monotonic() - heard > PATIENCE:
                raise TimeoutError
            else:
                answer = (frames.ALIVE,)
            if answer[0] != frames.ALIVE:
                return _result(answer)[1]
            with _calling_off(connection):
                watch(_progress(*answer[1]) if len(answer) > 1 else None)
                if time.monotonic() > deadline:
                    raise errors.RemoteUnusable(f"it took more than {seconds:.0f} seconds")


@contextmanager
def _calling_off(connection: socket.socket) -> Iterator[None]:
    """Tell the worker to stop if the block fails, and wait until it has put everything back."""
    try:
        yield
    except BaseException:
        with suppress(OSError, errors.VcsError):  # HungUp among them: that is its answer
            connection.shutdown(socket.SHUT_WR)
            receive(connection, time.monotonic() + PUT_BACK)
        raise


def stream(name: str, path: Path, *arguments: object) -> Iterator[Any]:
    """Ask for items; errors come before the first. Closing the iterator stops the work."""
    connection = connect(STREAM)
    try:
        with faults_said():
            frames.send(connection, (name, str(path), arguments))
            first = receive(connection)
    except BaseException:
        connection.close()
        raise
    return items(connection, first)


def items(connection: socket.socket, answer: tuple[Any, ...]) -> Iterator[Any]:
    """Give the items from `answer` on, and close the connection at the end."""
    with closing(connection), faults_said():
        while answer[0] == frames.ITEM:
            yield answer[1]
            answer = receive(connection)


def _ask(request: bytes) -> tuple[Any, int]:
    with closing(connect(READ)) as connection:
        connection.sendall(request)
        answer, size = frames.measured(connection)
        return _result(answer)[1], size


def connect(door: str) -> socket.socket:
    """Connect to the pool, which may be just restarting."""
    deadline = time.monotonic() + RESTART
    while True:
        address = os.path.join(directory(), door)  # noqa: PTH118 -- for every request, and a Path costs more
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(PATIENCE)
        try:
            connection.connect(address)
        except OSError:  # no socket, nobody listening, or (EAGAIN) too many waiting already
            connection.close()
            if time.monotonic() > deadline:
                raise errors.BackendUnavailable("the Mercurial workers cannot be reached") from None
            time.sleep(_PAUSE)
        else:
            return connection


def receive(connection: socket.socket, deadline: float = math.inf) -> tuple[Any, ...]:
    """Wait for the next answer, at most until the deadline; an error that the worker tells is raised here."""
    answer: tuple[Any, ...] = (frames.ALIVE,)
    while answer[0] == frames.ALIVE:
        connection.settimeout(min(PATIENCE, max(deadline - time.monotonic(), 0.001)))
        answer = frames.receive(connection)
    return _result(answer)


def _result(answer: tuple[Any, ...]) -> tuple[Any, ...]:
    if answer[0] == frames.ERROR:
        raise _told(str(answer[1]), str(answer[2]))
    return answer


def _progress(step: str, done: int, total: int, unit: str, size: int) -> Progress:
    return Progress(Step(step), done, total, unit, size)


def directory() -> str:
    """Give the directory of the pool: the supervisor's, or this process's own."""
    return os.environ.get(VARIABLE) or private.directory()


def _told(kind: str, message: str) -> Exception:
    if kind == "FileExistsError":
        return FileExistsError(message)
    known = getattr(errors, kind, None)
    if isinstance(known, type) and issubclass(known, errors.VcsError):
        return known(message)
    return errors.BackendUnavailable(message)


@contextmanager
def faults_said() -> Iterator[None]:
    """Say what a broken connection means."""
    try:
        yield
    except TimeoutError:
        raise errors.BackendUnavailable("the Mercurial workers did not answer in time") from None
    except ConnectionError:
        raise errors.BackendUnavailable("the Mercurial worker ended before it answered") from None
