"""What moved is told once, and numbers stay."""

from __future__ import annotations

import importlib
import multiprocessing
import random
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from belvedere.vcs.errors import RepositoryBroken
from belvedere.vcs.model import ChangesetQuery, RefKind
from belvedere.vcs.repository import Backend, Repository
from tests.vcs.scribe import Scribe


def test_a_push_is_told_once(repository: Repository, scribe: Scribe) -> None:
    assert not repository.catch_up()
    one = scribe.write("a", "1\n").commit("one")
    scribe.push(repository.path)
    movement = repository.catch_up()
    assert (movement.first_revision, movement.last_revision, movement.count) == (0, 0, 1)
    branch = next(change for change in movement.refs if change.kind is RefKind.BRANCH)
    assert (branch.name, branch.old, branch.new) == (scribe.default_branch, None, one)
    assert not repository.catch_up()


def test_readers_do_not_swallow_movements(repository: Repository, scribe: Scribe) -> None:
    scribe.write("a", "1\n").commit("one")
    scribe.push(repository.path)
    assert repository.changeset("tip").revision == 0
    assert len(list(repository.changesets(ChangesetQuery()))) == 1
    assert repository.catch_up().count == 1


def test_numbers_follow_pushes(repository: Repository, scribe: Scribe) -> None:
    made = [scribe.write("a", "0\n").commit("0")]
    scribe.push(repository.path)
    repository.catch_up()
    for number in range(1, 4):
        made.append(scribe.write("a", f"{number}\n").commit(str(number), date=1000 - number))
        scribe.push(repository.path)
        movement = repository.catch_up()
        assert (movement.first_revision, movement.last_revision) == (number, number)
    assert [repository.resolve(number) for number in range(4)] == made


def test_each_movement_is_told_to_one_of_many(repository: Repository, scribe: Scribe) -> None:
    scribe.write("a", "1\n").commit("one")
    scribe.write("a", "2\n").commit("two")
    scribe.push(repository.path)
    told: list[int] = []
    start = threading.Barrier(6)

    def ask() -> None:
        start.wait()
        told.append(repository.catch_up().count)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [0, 0, 0, 0, 0, 2]


def _catch_up(scheme: str, path: Path) -> int:
    module = importlib.import_module(f"belvedere.vcs.{scheme}")
    repository: Repository = module.BACKEND.open(path)
    return repository.catch_up().count


def test_two_processes_share_a_movement(repository: Repository, scribe: Scribe) -> None:
    if repository.scheme == "hg":
        pytest.skip("its processes share one pool")
    for number in range(3):
        scribe.write("a", f"{number}\n").commit(str(number))
    scribe.push(repository.path)
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        told = pool.starmap(_catch_up, [(repository.scheme, repository.path)] * 4)
    assert sorted(told) == [0, 0, 0, 3]


def test_missing_directory_is_broken(tmp_path: Path, backend: Backend) -> None:
    with pytest.raises(RepositoryBroken):
        backend.open(tmp_path / "nowhere").refs()
    (tmp_path / "plain").mkdir()
    with pytest.raises(RepositoryBroken):
        backend.open(tmp_path / "plain").resolve("tip")


def test_verify_maintain_and_size(repository: Repository, scribe: Scribe) -> None:
    one = scribe.write("a", random.Random(0).randbytes(50_000)).commit("one")
    scribe.push(repository.path)
    assert repository.size() > 50_000
    repository.maintain()
    repository.maintain()
    assert repository.verify() == []
    assert repository.resolve("tip") == one


def test_another_repository_at_the_same_path(
    backend: Backend, repository: Repository, make_scribe: Callable[..., Scribe]
) -> None:
    first, second = make_scribe("one"), make_scribe("two")
    first.write("a", "1\n").commit("one")
    first.push(repository.path)
    assert repository.changeset("tip").message == "one"
    shutil.rmtree(repository.path)
    again = backend.create(repository.path)
    assert again.is_empty()
    second.write("b", "2\n").commit("two")
    second.push(again.path)
    assert again.changeset("tip").message == "two"
    assert again.catch_up().count == 1
