"""What is remembered of a repository: asked once for each state of it, and never taken for another state's."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

import pytest

from belvedere.vcs.errors import RevisionNotFound
from belvedere.vcs.hg import BACKEND, client, remembered
from belvedere.vcs.hg.repository import HgRepository
from belvedere.vcs.model import ChangesetQuery, Phase
from tests.vcs.hg.site import Hg


@pytest.fixture
def opened(work: Hg) -> HgRepository:
    return BACKEND.open(work.root)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Every request that goes to the pool."""
    requests: list[bytes] = []
    ask = client.ask
    monkeypatch.setattr(client, "ask", lambda request: requests.append(request) or ask(request))
    return requests


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A memory of its own, with nothing in it."""
    found = remembered._Memory()
    monkeypatch.setattr(remembered, "_memory", found)
    return found


def look(repository: HgRepository) -> dict[str, Any]:
    """Read all that a client's commands could have changed."""
    latest = list(repository.changesets(ChangesetQuery(limit=9, newest_first=True)))
    return {
        "refs": repository.refs(),
        "count": repository.count(),
        "tip": repository.changeset("tip"),
        "latest": [(each.raw_id, each.phase, each.instabilities) for each in latest],
        "names": [entry.path for entry in repository.tree("tip")],
    }


def test_a_question_is_asked_once(opened: HgRepository, asked: list[bytes], work: Hg) -> None:
    first = look(opened)
    count = len(asked)
    assert count == 5
    assert look(BACKEND.open(work.root)) == first
    assert len(asked) == count


def test_like_questions_are_told_apart(opened: HgRepository) -> None:
    assert opened.changeset(1).message == "second"
    assert opened.changeset("0").message == "first"
    assert opened.tree("tip", sizes=False)[0].size is None
    assert opened.tree("tip", sizes=True)[0].size == 4
    assert opened.changeset("tip", files=True).files is not None
    assert opened.changeset("tip").files is None


def test_a_list_is_the_askers_own(opened: HgRepository) -> None:
    opened.tree("tip").clear()
    opened.file_changes(None, "tip").clear()
    opened.last_changed("tip").clear()

    assert len(opened.tree("tip")) == 2
    assert opened.file_changes(None, "tip")
    assert opened.last_changed("tip")


COMMANDS: dict[str, tuple[tuple[str, ...], Callable[[dict[str, Any]], bool]]] = {
    "commit": (("commit", "-q", "-m", "third", "--config", "ui.allowemptycommit=1"), lambda it: it["count"] == 3),
    "strip": (
        ("strip", "-q", "--config", "extensions.strip=", "--no-backup", "tip"),
        lambda it: it["count"] == 1 and it["tip"].message == "first",
    ),
    "phase": (("phase", "--public", "0"), lambda it: it["latest"][1][1] is Phase.PUBLIC),
    "bookmark": (("bookmark", "-r", "0", "mark"), lambda it: list(it["refs"].bookmarks) == ["mark"]),
    "tag": (("tag", "-q", "-r", "0", "v1"), lambda it: list(it["refs"].tags) == ["v1"] and it["count"] == 3),
    "local tag": (("tag", "-q", "--local", "-r", "0", "mine"), lambda it: list(it["refs"].tags) == ["mine"]),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_in_the_directory_is_seen(command: str, opened: HgRepository, work: Hg) -> None:
    arguments, is_seen = COMMANDS[command]
    assert not is_seen(look(opened))
    work(*arguments)

    assert is_seen(look(opened))


def test_what_is_hidden_and_shown_again_is_seen(opened: HgRepository, work: Hg) -> None:
    evolving = ("--config", "experimental.evolution=all")
    tip = opened.resolve("tip")
    work("update", "-q", "0")
    work("debugobsolete", *evolving, tip)
    with pytest.raises(RevisionNotFound):
        opened.changeset(tip)
    assert opened.count() == 1

    work("update", "-q", "--hidden", *evolving, tip)
    assert opened.changeset(tip).is_obsolete
    assert opened.count() == 2
    work("update", "-q", "0", *evolving)
    assert opened.count() == 1


def test_a_mistake_is_not_remembered(opened: HgRepository, asked: list[bytes]) -> None:
    for _ in range(2):
        with pytest.raises(RevisionNotFound):
            opened.resolve("nothing")

    assert len(asked) == 2


def test_memory_is_bounded(opened: HgRepository, memory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST", 5000)
    monkeypatch.setattr(remembered, "LARGEST", 3000)
    for number in range(300):
        opened.changesets(ChangesetQuery(limit=number % 200 + 1, text="first"))
    assert 0 < memory.held <= 5000
    assert memory.held == sum(each.weight for each in memory.answers.values())

    opened.changesets(ChangesetQuery(limit=1, text="x" * 4000))
    assert all(each.weight <= 3000 for each in memory.answers.values())


def test_an_answer_of_another_state_makes_room(opened: HgRepository, memory: Any, work: Hg) -> None:
    opened.refs()
    for number in range(2):
        work("bookmark", "-r", "0", f"mark-{number}")
        assert len(opened.refs().bookmarks) == number + 1

    assert len(memory.answers) == 1
    assert memory.held == sum(each.weight for each in memory.answers.values())


def test_many_threads_get_the_same(opened: HgRepository, memory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST", 2000)
    found: list[str] = []

    def ask() -> None:
        found.extend(opened.resolve(str(number % 2)) for number in range(200))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 800
    assert len(set(found)) == 2
    assert memory.held == sum(each.weight for each in memory.answers.values())


def test_a_fork_begins_with_nothing(opened: HgRepository, memory: Any) -> None:
    opened.refs()
    memory.lock.acquire()
    pid = os.fork()
    if not pid:
        os._exit(0 if not remembered._memory.answers and not remembered._memory.lock.locked() else 1)
    memory.lock.release()

    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
