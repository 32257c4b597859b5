"""Pulls tell how far they are, and end when whoever listens wants it."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

import pytest

from belvedere.vcs.git.progress import progress_in
from belvedere.vcs.model import ChangesetQuery
from belvedere.vcs.progress import Progress, Step
from belvedere.vcs.remote import Remote
from belvedere.vcs.repository import Backend, Repository
from tests.vcs.elsewhere import elsewhere
from tests.vcs.history import History


class EnoughError(Exception):
    """Somebody does not want to wait."""


@pytest.fixture
def target(tmp_path: Path, backend: Backend) -> Repository:
    return backend.create(tmp_path / "target")


def count(repository: Repository) -> int:
    return len(list(repository.changesets(ChangesetQuery())))


def test_a_pull_from_elsewhere_tells_how_far_it_is(history: History, target: Repository, backend: Backend) -> None:
    heard: list[Progress | None] = []
    with elsewhere(backend.scheme, history.repository.path.parent) as other:
        remote = Remote("http", "code.example.test", other.port, "/repository", ("127.0.0.1",))
        target.pull(remote, heard.append)
    assert count(target) == count(history.repository)
    told = [each for each in heard if each is not None]
    assert told
    for each in told:
        assert 0 <= each.done <= (each.total or each.done)


def test_a_copy_tells_how_far_it_is(history: History, target: Repository) -> None:
    heard: list[Progress | None] = []
    target.pull(history.repository.path, heard.append)
    assert [each for each in heard if each is not None]


def test_who_raises_ends_the_pull(history: History, target: Repository) -> None:
    def refuse(_progress: Progress | None) -> None:
        raise EnoughError

    with pytest.raises(EnoughError):
        target.pull(history.repository.path, refuse)
    assert target.verify() == []
    target.pull(history.repository.path)
    assert count(target) == count(history.repository)


def test_a_silent_server_keeps_nobody_from_ending_it(target: Repository) -> None:
    asked = threading.Event()

    def enough(_progress: Progress | None) -> None:
        if asked.is_set():
            raise EnoughError

    with socket.create_server(("127.0.0.1", 0)) as listener:

        def listen() -> None:
            held.append(listener.accept()[0])
            asked.set()

        held: list[socket.socket] = []
        threading.Thread(target=listen, daemon=True).start()
        remote = Remote("http", "code.example.test", listener.getsockname()[1], "/x", ("127.0.0.1",))
        began = time.monotonic()
        with pytest.raises(EnoughError):
            target.pull(remote, enough)
        assert time.monotonic() - began < 10
        held[0].close()
    assert target.is_empty()


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b"Receiving objects:  45% (123/273), 1.50 MiB | 1.10 MiB/s", (Step.RECEIVING, 123, 273, "objects", 3 << 19)),
        (b"Receiving objects: 100% (5/5), 432 bytes | 432.00 KiB/s, done.", (Step.RECEIVING, 5, 5, "objects", 432)),
        (b"Resolving deltas:   2% (1/50)", (Step.CHECKING, 1, 50, "deltas", 7)),
        (b"remote: Counting objects: 100% (9/9)", (Step.PREPARING, 9, 9, "objects", 0)),
        (b"remote: Enumerating objects: 1234", (Step.PREPARING, 1234, 0, "objects", 0)),
    ],
)
def test_what_git_says(line: bytes, found: tuple[object, ...]) -> None:
    progress = progress_in(line, 7)
    assert progress is not None
    assert (progress.step, progress.done, progress.total, progress.unit, progress.size) == found


@pytest.mark.parametrize(
    "line", [b"", b"fatal: repository not found", b"remote: Receiving stolen goods: 3", b"Receiving objects: x% (1/2)"]
)
def test_what_is_no_progress(line: bytes) -> None:
    assert progress_in(line) is None
