"""Numbers that never change, whatever is pushed, deleted, killed or damaged."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
from pathlib import Path

import pytest

from belvedere.vcs.errors import EmptyRepository, RevisionNotFound
from belvedere.vcs.git import BACKEND, GitRepository, movement, process
from belvedere.vcs.git.index import INDEX_NAME, Index
from belvedere.vcs.git.store import store_at
from belvedere.vcs.model import ChangesetQuery, RefKind
from tests.vcs.scribe import START, GitScribe


def listed(repository: GitRepository) -> list[tuple[int, str]]:
    return [(found.revision, found.message) for found in repository.changesets(ChangesetQuery())]


def test_first_import_is_in_git_s_own_order(repository: GitRepository, scribe: GitScribe) -> None:
    for number in range(5):
        scribe.write("a", f"{number}\n").commit(f"a{number}", date=START + number * 100)
        if number == 1:
            scribe("branch", "side")
    scribe.switch("side")
    for number in range(4):
        scribe.write("b", f"{number}\n").commit(f"b{number}", date=START + 150 + number * 100)
    scribe.push(repository.path)
    order = scribe("rev-list", "--all", "--date-order", "--reverse").split()
    assert [found.raw_id for found in repository.changesets(ChangesetQuery())] == order


def test_many_commits_are_numbered_by_git(
    monkeypatch: pytest.MonkeyPatch, repository: GitRepository, scribe: GitScribe
) -> None:
    monkeypatch.setattr(movement, "FEW", 3)
    for number in range(8):
        scribe.write("a", f"{number}\n").commit(str(number))
    scribe.push(repository.path)
    assert repository.catch_up().last_revision == 7
    for number in range(8, 16):
        scribe.write("a", f"{number}\n").commit(str(number))
    scribe.push(repository.path)
    assert (repository.catch_up().first_revision, repository.catch_up().last_revision) == (8, None)
    assert listed(repository) == [(number, str(number)) for number in range(16)]


def test_force_push_leaves_gaps_and_revival_the_old_numbers(repository: GitRepository, scribe: GitScribe) -> None:
    for number in range(4):
        scribe.write("a", f"{number}\n").commit(str(number))
    scribe.push(repository.path)
    repository.catch_up()
    lost = scribe("rev-parse", "HEAD")
    scribe("reset", "-q", "--hard", "HEAD~2")
    scribe.write("a", "new\n").commit("new")
    scribe.push(repository.path)
    told = repository.catch_up()
    assert (told.first_revision, told.last_revision) == (4, 4)
    assert listed(repository) == [(0, "0"), (1, "1"), (4, "new")]
    assert [repository.count(until) for until in (None, 3, 1)] == [3, 2, 2]
    for hidden in (lost, lost[:12], 2, 3):
        with pytest.raises(RevisionNotFound):
            repository.resolve(hidden)
    assert [c.revision for c in repository.changesets(ChangesetQuery(limit=2, skip=1))] == [0, 1]
    assert [c.revision for c in repository.changesets(ChangesetQuery(limit=2, newest_first=True))] == [4, 1]
    repository.set_ref(RefKind.BRANCH, "again", lost)
    assert repository.catch_up().count == 0
    assert [revision for revision, _ in listed(repository)] == [0, 1, 2, 3, 4]
    repository.delete_ref(RefKind.BRANCH, "again")
    repository.delete_ref(RefKind.BRANCH, "main")
    assert [(change.name, change.new) for change in repository.catch_up().refs] == [("again", None), ("main", None)]
    assert repository.is_empty()
    with pytest.raises(EmptyRepository):
        repository.resolve("tip")


def test_what_another_branch_reaches_stays_alive(repository: GitRepository, scribe: GitScribe) -> None:
    one = scribe.write("a", "1\n").commit("one")
    scribe.write("a", "2\n").commit("two")
    scribe("tag", "-a", "-m", "keep", "keep")
    scribe.push(repository.path)
    repository.catch_up()
    repository.set_ref(RefKind.BRANCH, "main", one)
    repository.catch_up()
    assert listed(repository) == [(0, "one"), (1, "two")]


def test_only_branches_and_tags_count(repository: GitRepository, scribe: GitScribe) -> None:
    one = scribe.write("a", "1\n").commit("one")
    two = scribe.write("a", "2\n").commit("two")
    scribe("push", "-q", str(repository.path), f"{one}:refs/heads/main", f"{two}:refs/pull/1/head")
    assert repository.catch_up(("refs/pull/1/head", "refs/heads/main")).count == 1
    assert listed(repository) == [(0, "one")]
    with pytest.raises(RevisionNotFound):
        repository.resolve(two)


def test_names_limit_what_is_looked_at(repository: GitRepository, scribe: GitScribe) -> None:
    scribe.write("a", "1\n").commit("one")
    scribe.push(repository.path)
    repository.catch_up()
    scribe("push", "-q", str(repository.path), "HEAD:refs/heads/b1", "HEAD:refs/heads/b2")
    assert [change.name for change in repository.catch_up(("refs/heads/b2",)).refs] == ["b2"]
    assert [change.name for change in repository.catch_up().refs] == ["b1"]
    assert not repository.catch_up(("refs/heads/b1", "refs/heads/never", "../../etc/passwd"))


def test_point_reads_start_no_process(
    monkeypatch: pytest.MonkeyPatch, repository: GitRepository, scribe: GitScribe
) -> None:
    one = scribe.write("d/a", "1\n").commit("one")
    scribe("tag", "-a", "-m", "annotated", "v1")
    scribe.write("d/b", "2\n").commit("two")
    scribe.push(repository.path)
    repository.catch_up()

    def never(*_: object, **__: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(process, "start", never)
    assert repository.refs().tags == {"v1": one}
    assert repository.changeset("v1", files=True).raw_id == one
    assert repository.resolve(one[:8]) == one
    assert len(repository.tree(None, recursive=True, sizes=False)) == 3
    assert repository.entry(None, "d/b").size == 2
    assert repository.read(one, "d/a") == b"1\n"
    assert len(list(repository.changesets(ChangesetQuery(start=0, limit=50, newest_first=True)))) == 2


def test_a_push_of_one_commit_starts_no_process(
    monkeypatch: pytest.MonkeyPatch, repository: GitRepository, scribe: GitScribe
) -> None:
    scribe.write("a", "1\n").commit("one")
    scribe.push(repository.path)
    repository.catch_up()
    scribe.write("a", "2\n").commit("two")
    scribe.push(repository.path)
    monkeypatch.setattr(process, "start", None)
    assert repository.catch_up(("refs/heads/main",)).count == 1


def test_damaged_index_is_rebuilt_without_telling_twice(repository: GitRepository, scribe: GitScribe) -> None:
    for number in range(3):
        scribe.write("a", f"{number}\n").commit(str(number))
    scribe.push(repository.path)
    repository.catch_up()
    file = repository.path / INDEX_NAME
    before = listed(repository)
    file.unlink()
    file.write_bytes(b"this is no database" * 1000)
    assert listed(repository) == before
    assert not repository.catch_up()
    assert repository.verify() == []


def test_missing_index_is_built_again(repository: GitRepository, scribe: GitScribe) -> None:
    scribe.write("a", "1\n").commit("one")
    scribe.push(repository.path)
    repository.catch_up()
    (repository.path / INDEX_NAME).unlink()
    assert listed(repository) == [(0, "one")]


def _die_in_the_middle(path: Path) -> None:
    index = store_at(path).index
    with index.transaction():
        index.add((bytes([number % 256, number // 256]) * 10, number) for number in range(20_000))
        os.kill(os.getpid(), signal.SIGKILL)


def test_killed_writer_leaves_no_trace(repository: GitRepository, scribe: GitScribe) -> None:
    scribe.write("a", "1\n").commit("one")
    scribe.push(repository.path)
    repository.catch_up()
    dying = multiprocessing.get_context("spawn").Process(target=_die_in_the_middle, args=(repository.path,))
    dying.start()
    dying.join()
    assert dying.exitcode == -signal.SIGKILL
    scribe.write("a", "2\n").commit("two")
    scribe.push(repository.path)
    assert repository.catch_up().last_revision == 1
    assert listed(repository) == [(0, "one"), (1, "two")]


def test_index_of_the_future_is_left_alone(repository: GitRepository) -> None:
    Index(repository.path / INDEX_NAME).close()
    with sqlite3.connect(repository.path / INDEX_NAME) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(Exception, match="newer version"):
        BACKEND.open(repository.path).refs()


def test_skipping_over_many_dead(tmp_path: Path) -> None:
    index = Index(tmp_path / "index")
    ids = [number.to_bytes(20, "big") for number in range(100)]
    with index.transaction():
        index.add((raw_id, 0) for raw_id in ids)
        index.mark((raw_id for number, raw_id in enumerate(ids) if number % 3), alive=False)
    living = [number for number in range(100) if number % 3 == 0]
    for skip in (0, 1, 5, 33, 34, 50):
        high = index.count_back(99, skip)
        rows = index.page(0, high, -1, 1, 100, descending=True)
        assert [row.revision for row in rows] == list(reversed(living))[skip:]
    index.close()
