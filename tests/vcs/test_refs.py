"""Names, and what a changeset may be called by."""

from __future__ import annotations

import pytest

from belvedere.vcs.errors import MergeConflict, RevisionNotFound, Unsupported
from belvedere.vcs.model import Capability, RefKind
from belvedere.vcs.repository import Backend, Repository
from tests.vcs.history import History
from tests.vcs.scribe import Scribe


def test_refs_of_a_history(history: History) -> None:
    refs = history.repository.refs()
    assert refs.branches == {history.default_branch: history.ids[6], "feature/x": history.ids[3]} or (
        history.repository.scheme == "hg" and refs.branches[history.default_branch] == history.ids[6]
    )
    assert refs.default == history.default_branch
    assert refs.heads[0] == history.ids[6]
    assert refs.tags == {}
    assert refs.bookmarks == {}


@pytest.mark.parametrize("revision", [None, "", "tip", -1, "-1", 6, "6", "rev:6", "HEAD"])
def test_names_of_the_tip(history: History, revision: str | int | None) -> None:
    assert history.repository.resolve(revision) == history.ids[6]


def test_resolve_by_hash_prefix_branch_and_number(history: History) -> None:
    repository, ids = history.repository, history.ids
    assert repository.resolve(ids[2]) == ids[2]
    assert repository.resolve(ids[2][:12]) == ids[2]
    assert repository.resolve("feature/x") == ids[3]
    assert repository.resolve("branch:feature/x") == ids[3]
    assert repository.resolve(f"rev:{ids[4]}") == ids[4]
    assert repository.resolve(0) == ids[0]
    assert repository.resolve("4") == ids[4]


@pytest.mark.parametrize(
    "revision",
    [
        "nothing",
        "--all",
        "@{0}",
        "HEAD^",
        "a..b",
        "0" * 40,
        "f" * 40,
        "f" * 12,
        "ffff",
        "abc",
        7,
        -99,
        "tag:tip",
        "branch:",
        "book:x",
        "\0",
        "\udce9",
    ],
)
def test_what_is_no_revision(history: History, revision: str | int) -> None:
    with pytest.raises(RevisionNotFound):
        history.repository.resolve(revision)


def test_empty_refs(repository: Repository) -> None:
    refs = repository.refs()
    assert (refs.branches, refs.tags, refs.bookmarks, refs.heads) == ({}, {}, {}, ())


def pointable(repository: Repository) -> RefKind:
    return RefKind.BOOKMARK if Capability.BOOKMARKS in repository.capabilities else RefKind.BRANCH


def test_names_are_set_moved_and_deleted(repository: Repository, scribe: Scribe) -> None:
    one = scribe.write("a", "1\n").commit("one")
    two = scribe.write("a", "2\n").commit("two")
    scribe.push(repository.path)
    kind = pointable(repository)
    repository.set_ref(kind, "topic/é", one)
    assert repository.resolve("topic/é") == one
    repository.set_ref(kind, "topic/é", two, expected=one)
    with pytest.raises(MergeConflict):
        repository.set_ref(kind, "topic/é", one, expected=one)
    assert repository.resolve("topic/é") == two
    repository.delete_ref(kind, "topic/é")
    with pytest.raises(RevisionNotFound):
        repository.resolve("topic/é")
    with pytest.raises(RevisionNotFound):
        repository.delete_ref(kind, "topic/é")
    with pytest.raises(RevisionNotFound):
        repository.set_ref(kind, "new", "1" * 40)


def test_what_a_system_has_not_is_unsupported(history: History) -> None:
    other = RefKind.BRANCH if Capability.BOOKMARKS in history.repository.capabilities else RefKind.BOOKMARK
    with pytest.raises(Unsupported):
        history.repository.set_ref(other, "x", history.ids[0])
    with pytest.raises(Unsupported):
        history.repository.delete_ref(other, "x")


def test_backends_tell_their_repositories_apart(backend: Backend, history: History) -> None:
    assert backend.is_repository(history.repository.path)
    assert not backend.is_repository(history.repository.path.parent)
    with pytest.raises(FileExistsError):
        backend.create(history.repository.path)
