"""The pool under stress: killed workers, broken repositories, many requests."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from belvedere.vcs.errors import (
    BackendUnavailable,
    EmptyRepository,
    MergeConflict,
    PathNotFound,
    RepositoryBroken,
    RevisionNotFound,
    Unsupported,
    VcsError,
)
from belvedere.vcs.hg import BACKEND, client, frames, private
from belvedere.vcs.hg.places import READ, STREAM, VARIABLE
from belvedere.vcs.hg.repository import HgRepository
from belvedere.vcs.model import ChangesetQuery, RefKind
from tests.vcs.hg.site import Hg, crash_in_transaction


@pytest.fixture
def pool(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[subprocess.Popen[bytes]]:
    """A pool of its own, with two readers and two streams."""
    directory = tmp_path_factory.mktemp("p")
    command = [sys.executable, "-m", "belvedere.vcs.hg.pool", "--directory", str(directory), "--grace", "2"]
    process = subprocess.Popen([*command, "--workers", "2", "--streams", "2"], stderr=subprocess.DEVNULL)
    monkeypatch.setenv(VARIABLE, str(directory))
    client.call("ping", "")
    yield process
    process.terminate()
    process.wait(10)


def children(pid: int) -> set[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return {int(line) for line in found.stdout.split()}


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def asked(repository: HgRepository, name: str, *arguments: object) -> Any:
    """Ask the pool itself: what a repository answers may be remembered."""
    return client.call(name, repository.path, *arguments)


@pytest.fixture
def opened(work: Hg) -> HgRepository:
    return BACKEND.open(work.root)


def test_a_killed_worker_is_replaced(pool: subprocess.Popen[bytes], opened: HgRepository) -> None:
    before = children(pool.pid)
    for pid in before:
        os.kill(pid, signal.SIGKILL)

    assert opened.changeset("tip").message == "second"
    until(lambda: len(children(pool.pid)) == 2)
    assert not before & children(pool.pid)


def test_a_short_request_survives_the_death_of_its_worker(pool: subprocess.Popen[bytes], opened: HgRepository) -> None:
    answers: list[str] = []
    asking = threading.Thread(target=lambda: answers.extend(asked(opened, "resolve", "tip") for _ in range(300)))
    asking.start()
    for _ in range(3):
        time.sleep(0.02)
        for pid in list(children(pool.pid))[:1]:
            os.kill(pid, signal.SIGKILL)
    asking.join()

    assert len(answers) == 300


def test_requests_are_shared_between_workers(pool: subprocess.Popen[bytes], opened: HgRepository) -> None:
    def busy() -> None:
        for _ in range(60):
            asked(opened, "get_tree", "tip", "", True, False)

    threads = [threading.Thread(target=busy) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    used = [_cpu_ticks(pid) for pid in children(pool.pid)]

    assert len(used) == 2
    assert min(used) > 0


def _cpu_ticks(pid: int) -> int:
    return sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]))


def test_hundreds_of_requests_leak_nothing(pool: subprocess.Popen[bytes], opened: HgRepository) -> None:
    def descriptors() -> list[int]:
        return [len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in (pool.pid, *sorted(children(pool.pid)))]

    for _ in range(20):
        asked(opened, "get_refs")
    before = descriptors()
    for number in range(200):
        asked(opened, "resolve", "tip")
        with pytest.raises(RevisionNotFound):
            opened.resolve(f"nothing-{number}")
    for _ in range(10):
        stream = opened.archive("tip", "tar", prefix="x")
        next(stream)
        del stream
    until(lambda: len(children(pool.pid)) == 2)

    assert max(descriptors()) <= max(before) + 4  # files that a repository keeps open
    assert descriptors()[0] == before[0]


def test_the_master_ends_with_its_work_done(pool: subprocess.Popen[bytes], opened: HgRepository) -> None:
    directory = Path(os.environ[VARIABLE])
    opened.refs()
    workers = children(pool.pid)
    pool.terminate()

    assert pool.wait(10) == 0
    assert not list(directory.glob("*.sock"))
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers)


def test_the_pool_ends_with_its_parent(tmp_path: Path) -> None:
    directory = tmp_path / "p"
    code = (
        "import subprocess, sys, time;"
        f"subprocess.Popen([sys.executable, '-m', 'belvedere.vcs.hg.pool', '--directory', {str(directory)!r}]);"
        "time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    until((directory / READ).exists)
    (master,) = children(parent.pid)
    parent.kill()
    parent.wait()

    until(lambda: not Path(f"/proc/{master}").exists() or _is_zombie(master))
    assert not (directory / READ).exists()


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_nobody_else_can_reach_the_sockets(pool: subprocess.Popen[bytes]) -> None:
    assert Path(os.environ[VARIABLE]).stat().st_mode & 0o777 == 0o700


def test_a_client_that_says_nothing_blocks_no_stream(
    pool: subprocess.Popen[bytes], opened: HgRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = [client.connect(STREAM) for _ in range(2)]
    monkeypatch.setattr(client, "PATIENCE", 0.3)

    with pytest.raises(BackendUnavailable):
        b"".join(opened.archive("tip", "tar", prefix="x"))
    for connection in silent:
        connection.close()


def test_no_pool_is_said_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, opened: HgRepository) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    monkeypatch.setattr(client, "RESTART", 0.1)

    with pytest.raises(BackendUnavailable):
        opened.refs()


def test_a_forked_process_gets_a_pool_of_its_own(opened: HgRepository) -> None:
    opened.refs()
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            os.write(writing, (private.directory() + "\n" + opened.resolve("tip")).encode())
            private.stop()
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(pid, 0)
    with os.fdopen(reading) as pipe:
        directory, tip = pipe.read().split("\n")

    assert tip == opened.resolve("tip")
    assert directory != private.directory()
    assert not Path(directory).exists()


@pytest.mark.parametrize(
    ("ask", "error"),
    [
        (lambda r: r.resolve("nothing"), RevisionNotFound),
        (lambda r: r.read("tip", "nothing"), PathNotFound),
        (lambda r: next(r.archive("nothing", "zip", prefix="x")), RevisionNotFound),
        (lambda r: r.set_ref(RefKind.TAG, "x", "tip"), Unsupported),
        (lambda r: r.set_ref(RefKind.BOOKMARK, "x", r.resolve("tip"), expected="0" * 40), MergeConflict),
        (lambda r: r.changesets(ChangesetQuery(branch="nothing")), RevisionNotFound),
    ],
)
def test_errors_travel(opened: HgRepository, ask: Callable[[HgRepository], object], error: type[Exception]) -> None:
    with pytest.raises(error):
        ask(opened)


def test_an_empty_repository_says_so(tmp_path: Path) -> None:
    repository = BACKEND.create(tmp_path / "new")

    with pytest.raises(EmptyRepository):
        repository.changeset("tip")


def test_creating_twice_is_refused(tmp_path: Path) -> None:
    BACKEND.create(tmp_path / "new")

    with pytest.raises(FileExistsError):
        BACKEND.create(tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_a_repository_without_hgrc_and_working_copy_is_created(tmp_path: Path) -> None:
    repository = BACKEND.create(tmp_path / "group" / "new")

    assert BACKEND.is_repository(repository.path)
    assert [path.name for path in repository.path.iterdir()] == [".hg"]
    assert not (repository.path / ".hg" / "hgrc").exists()
    assert "zstd" in (repository.path / ".hg" / "store" / "requires").read_text()


@pytest.mark.parametrize("place", ["repo/inner", "repo/.hg/inner", "link/inner", "repo/../x"])
def test_a_repository_is_not_created_inside_another(tmp_path: Path, place: str) -> None:
    BACKEND.create(tmp_path / "repo")
    (tmp_path / "link").symlink_to(tmp_path / "repo")

    with pytest.raises(VcsError, match="cannot be created there"):
        BACKEND.create(tmp_path / place)


def test_the_storage_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "storage").symlink_to(tmp_path / "disk")

    assert BACKEND.create(tmp_path / "storage" / "group" / "repo").is_empty()


def test_damage_is_told_and_not_fatal(opened: HgRepository, work: Hg) -> None:
    for file in (work.root / ".hg" / "store" / "data").glob("one*"):
        file.write_bytes(b"\xff" * 100)

    with pytest.raises(RepositoryBroken):
        opened.read("tip", "one.txt")
    assert opened.read("tip", "sub/two.txt") == b"two\n"
    assert opened.verify()


def test_what_is_no_repository_is_broken(tmp_path: Path) -> None:
    with pytest.raises(RepositoryBroken):
        BACKEND.open(tmp_path).refs()


def test_a_share_of_another_repository_is_refused(tmp_path: Path, work: Hg) -> None:
    Hg(tmp_path).here("share", "--config", "extensions.share=", "-U", "work", "shared")

    with pytest.raises(RepositoryBroken):
        BACKEND.open(tmp_path / "shared").refs()


def test_a_frame_is_whole_or_nothing() -> None:
    ours, theirs = socket.socketpair()
    ours.sendall(b"\0\0\0\x09half")
    ours.close()

    with theirs, pytest.raises(frames.HungUp):
        frames.receive(theirs)


def test_names_that_are_not_utf8_travel() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        frames.send(ours, ("caf\udce9", b"\xe9", None, 1 << 40))

        assert frames.receive(theirs) == ("caf\udce9", b"\xe9", None, 1 << 40)


def test_an_interrupted_transaction_is_rolled_back_before_the_next_write(opened: HgRepository, work: Hg) -> None:
    crash_in_transaction(work.root)

    opened.set_ref(RefKind.BOOKMARK, "after", opened.resolve("tip"))

    assert not (work.root / ".hg" / "store" / "journal").exists()
    assert opened.refs().bookmarks == {"after": opened.resolve("tip")}
    assert opened.verify() == []
