"""What was answered before is not answered again once the repository is another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from belvedere.vcs.errors import EmptyRepository, RevisionNotFound
from belvedere.vcs.model import ChangesetQuery, RefKind
from belvedere.vcs.repository import Repository
from tests.vcs.scribe import Scribe

LATEST = ChangesetQuery(limit=10, newest_first=True)

QUESTIONS: dict[str, Callable[[Repository], Any]] = {
    "whether it is empty": lambda repository: repository.is_empty(),
    "the names": lambda repository: repository.refs(),
    "the tip": lambda repository: repository.resolve("tip"),
    "how many": lambda repository: repository.count(),
    "the newest": lambda repository: list(repository.changesets(LATEST)),
    "the tip's files": lambda repository: repository.tree("tip", sizes=True),
    "one of them": lambda repository: (repository.entry("tip", "a.txt"), repository.read("tip", "a.txt")),
    "what the tip changed": lambda repository: (
        repository.file_changes(None, "tip"),
        b"".join(repository.diff(None, "tip")),
    ),
    "who changed what last": lambda repository: repository.last_changed("tip"),
}


def answers(repository: Repository) -> dict[str, Any]:
    """Ask everything twice: what is remembered has to be what was answered."""
    found = [{what: _answer(repository, ask) for what, ask in QUESTIONS.items()} for _ in range(2)]
    assert found[0] == found[1]
    return found[0]


def _answer(repository: Repository, ask: Callable[[Repository], Any]) -> Any:
    try:
        return ask(repository)
    except (EmptyRepository, RevisionNotFound) as error:
        return type(error)


def changed(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    return {what for what in QUESTIONS if before[what] != after[what]}


def test_a_push_changes_every_answer(repository: Repository, scribe: Scribe) -> None:
    empty = answers(repository)
    first = scribe.write("a.txt", "one\n").commit("first")
    scribe.push(repository.path)
    one = answers(repository)
    second = scribe.write("a.txt", "one and two\n").commit("second")
    scribe.push(repository.path)
    two = answers(repository)

    assert changed(empty, one) == set(QUESTIONS)
    assert changed(one, two) == set(QUESTIONS) - {"whether it is empty"}
    assert (one["the tip"], two["the tip"], two["how many"]) == (first, second, 2)
    assert two["one of them"][1] == b"one and two\n"


def test_names_that_come_move_and_go(repository: Repository, scribe: Scribe) -> None:
    first = scribe.write("a.txt", "one\n").commit("first")
    second = scribe.write("a.txt", "two\n").commit("second")
    scribe.push(repository.path)
    kind = RefKind.BOOKMARK if scribe.scheme == "hg" else RefKind.BRANCH
    with pytest.raises(RevisionNotFound):
        repository.resolve("moving")

    repository.set_ref(kind, "moving", first)
    assert repository.resolve("moving") == first
    repository.set_ref(kind, "moving", second)
    assert repository.resolve("moving") == second
    names = repository.refs()
    assert {**names.branches, **names.bookmarks}["moving"] == second
    repository.delete_ref(kind, "moving")
    with pytest.raises(RevisionNotFound):
        repository.resolve("moving")
    names = repository.refs()
    assert "moving" not in {**names.branches, **names.bookmarks}
