"""Changesets: one, many, and which ones a query keeps."""

from __future__ import annotations

import pytest

from belvedere.vcs.errors import EmptyRepository, RevisionNotFound
from belvedere.vcs.model import ChangesetQuery, Phase
from belvedere.vcs.repository import Repository
from tests.vcs.history import LATIN, ZONE, History
from tests.vcs.scribe import ANN, BOB, START, Scribe


def numbers(history: History, **query: object) -> list[int]:
    """Give positions in the history's list, so that both systems say the same."""
    return [history.ids.index(found.raw_id) for found in history.repository.changesets(ChangesetQuery(**query))]


def test_changeset_tells_who_when_and_what(history: History) -> None:
    found = history.repository.changeset(history.ids[0])
    assert (found.raw_id, found.revision, found.parents) == (history.ids[0], 0, ())
    assert (found.author, found.author_name, found.author_email) == (ANN, "Ann Example", "ann@example.org")
    assert (found.date, found.offset) == (START, ZONE)
    assert (found.message, found.short_id, found.files) == ("first: say hello", history.ids[0][:12], None)


def test_message_and_merge_parents(history: History) -> None:
    ids = history.ids
    assert history.repository.changeset(ids[2]).message == "third: Grüße, 世界"
    assert history.repository.changeset(ids[1]).message == "second\n\nwith a body about Penguins"
    assert history.repository.changeset(ids[5]).parents == (ids[4], ids[3])


def test_changesets_are_counted(history: History, repository: Repository) -> None:
    assert [history.repository.count(until) for until in (None, 99, 2, -1)] == [7, 7, 3, 0]
    assert repository.count() == 0


def test_pushed_changesets_of_git_are_public(history: History) -> None:
    found = history.repository.changeset("tip")
    assert found.phase in (Phase.PUBLIC, Phase.DRAFT)
    assert not found.is_obsolete


def test_files_of_changesets(history: History) -> None:
    repository, ids = history.repository, history.ids
    first = repository.changeset(ids[0], files=True).files
    assert first is not None
    assert first.added == ("README", "src/a.c", "src/deep/b.c")
    second = repository.changeset(ids[1], files=True).files
    assert second is not None
    assert (second.added, second.changed, second.removed) == (("run.sh",), ("README",), ())
    third = repository.changeset(ids[2], files=True).files
    assert third is not None
    assert third.added == (LATIN, "empty", "link")
    fourth = repository.changeset(ids[4], files=True).files
    assert fourth is not None
    assert (fourth.added, fourth.removed) == (("src/moved.c",), ("empty", "src/a.c"))
    assert fourth.renamed == {"src/moved.c": "src/a.c"}


def test_files_in_a_stream_are_those_of_single_changesets(history: History) -> None:
    for found in history.repository.changesets(ChangesetQuery(files=True)):
        alone = history.repository.changeset(found.raw_id, files=True).files
        assert found.files is not None
        assert alone is not None
        assert (found.files.added, found.files.changed, found.files.removed) == (
            alone.added,
            alone.changed,
            alone.removed,
        )


def test_order_and_pages(history: History) -> None:
    assert numbers(history) == [0, 1, 2, 3, 4, 5, 6]
    assert numbers(history, newest_first=True) == [6, 5, 4, 3, 2, 1, 0]
    assert numbers(history, limit=2) == [5, 6]
    assert numbers(history, limit=2, skip=1) == [4, 5]
    assert numbers(history, limit=2, skip=1, newest_first=True) == [5, 4]
    assert numbers(history, skip=5) == [0, 1]
    assert numbers(history, limit=0) == []
    assert numbers(history, limit=50, skip=7) == []


def test_start_and_end_are_inclusive(history: History) -> None:
    ids = history.ids
    assert numbers(history, start=ids[1], end=ids[3]) == [1, 2, 3]
    assert numbers(history, start=ids[5]) == [5, 6]
    assert numbers(history, end=1) == [0, 1]
    assert numbers(history, start=4, limit=1) == [6]
    assert numbers(history, end=4, limit=1) == [4]
    assert numbers(history, start=4, end=2) == []


def test_dates_are_inclusive(history: History) -> None:
    assert numbers(history, since=START + 3600, until=START + 2 * 3600) == [1, 2]
    assert numbers(history, since=START + 3600.5) == [2, 3, 4, 5, 6]
    assert numbers(history, until=START + 3599.5) == [0]
    assert numbers(history, since=START + 3600, limit=1, skip=1) == [5]
    assert numbers(history, since=START + 10**9) == []


def test_path_means_what_changesets_touch(history: History) -> None:
    assert numbers(history, path="README") == [0, 1]
    assert numbers(history, path="src/") == [0, 3, 4, 6]
    assert numbers(history, path="src/deep") == [0]
    assert numbers(history, path=LATIN) == [2]
    assert numbers(history, path="src/a.c") == [0, 4]
    assert numbers(history, path="never") == []
    assert numbers(history, path="*.txt") == []
    assert numbers(history, path="") == [0, 1, 2, 3, 4, 5, 6]


def test_words_are_found_without_regard_to_case(history: History) -> None:
    assert numbers(history, author="BOB") == [1, 3]
    assert numbers(history, author="bob@EXAMPLE") == [1, 3]
    assert numbers(history, text="penguins") == [1]
    assert numbers(history, text="hello") == [0]
    assert numbers(history, text="body about") == [1]
    assert numbers(history, text=".*") == []
    assert numbers(history, author="-x") == []
    assert numbers(history, text="nobody said this") == []


def test_filters_narrow_each_other(history: History) -> None:
    assert numbers(history, author="bob", path="README") == [1]
    assert numbers(history, author="ann", path="src", start=4) == [4, 6]
    assert numbers(history, path="src", limit=1, skip=1, newest_first=True) == [4]
    assert numbers(history, path="src", limit=2) == [4, 6]
    assert numbers(history, path="src", skip=2) == [0, 3]
    assert numbers(history, text="second", since=START + 9000) == []


def test_branch_filter(history: History) -> None:
    on_side = numbers(history, branch="feature/x")
    if history.repository.scheme == "git":  # reachable from it; in Mercurial those that carry its name
        assert on_side == [0, 1, 2, 3]
        assert numbers(history, branch="feature/x", newest_first=True, limit=2) == [3, 2]
    else:
        assert on_side == [3]
    assert numbers(history, branch="feature/x", author="bob", start=2) == [3]


def test_heads_reach_what_is_kept(history: History) -> None:
    ids = history.ids
    assert numbers(history, heads=(ids[3],)) == [0, 1, 2, 3]
    assert numbers(history, heads=(ids[3], ids[4]), newest_first=True) == [4, 3, 2, 1, 0]
    assert numbers(history, heads=(ids[3], ids[4]), newest_first=True, limit=2, skip=1) == [3, 2]
    assert numbers(history, heads=(f"rev:{ids[4][:12]}",), path="src") == [0, 4]
    assert numbers(history, heads=(ids[4],), end=ids[1]) == [0, 1]
    assert numbers(history, heads=()) == []


def test_numbers_need_not_exist(history: History) -> None:
    every = [found.revision for found in history.repository.changesets(ChangesetQuery())]
    assert numbers(history, numbers=(every[2], every[4])) == [2, 3, 4]
    assert numbers(history, numbers=(every[2], 10**9), newest_first=True, limit=2) == [6, 5]
    assert numbers(history, numbers=(-5, every[1]), author="bob") == [1]
    assert numbers(history, numbers=(-9, -1)) == []
    assert numbers(history, numbers=(10**6, 10**7)) == []
    assert numbers(history, numbers=(every[5], every[2])) == []


@pytest.mark.parametrize(
    "query", [{"start": "nothing"}, {"end": 999}, {"branch": "nothing"}, {"heads": ("tip", "nothing")}]
)
def test_mistakes_raise_before_the_first_item(history: History, query: dict[str, object]) -> None:
    with pytest.raises(RevisionNotFound):
        history.repository.changesets(ChangesetQuery(**query))


def test_ancestor_and_missing(history: History) -> None:
    repository, ids = history.repository, history.ids
    assert repository.ancestor(ids[3], ids[4]) == ids[2]
    assert repository.ancestor(ids[3], ids[6]) == ids[3]
    assert repository.ancestor(ids[1], ids[1]) == ids[1]
    assert repository.missing(ids[4], ids[6]) == [ids[3], ids[5], ids[6]]
    assert repository.missing(ids[6], ids[0]) == []
    assert repository.missing(ids[4], ids[6], 3) == [ids[3], ids[5], ids[6]]
    assert repository.missing(ids[4], ids[6], 2) == [ids[5], ids[6]]
    assert repository.missing(ids[4], ids[6], 0) == []


def test_children(history: History) -> None:
    repository, ids = history.repository, history.ids
    assert repository.children(ids[0]) == [ids[1]]
    assert repository.children(ids[2]) == [ids[3], ids[4]]
    assert repository.children(ids[3]) == [ids[5]]
    assert repository.children("tip") == []


def test_numbers_and_distances_of_many_at_once(history: History) -> None:
    repository, ids = history.repository, history.ids
    found = repository.numbers([*ids, "0" * 40])
    assert found == {each.raw_id: each.revision for each in repository.changesets(ChangesetQuery())}
    assert repository.numbers([]) == {}
    assert repository.distances(ids[4], [ids[3], ids[6], ids[1]], 60) == {
        ids[3]: (1, 1),
        ids[6]: (3, 0),
        ids[1]: (0, 2),
    }
    assert repository.distances(ids[4], [ids[3]], -1) == {}


def test_unrelated_histories_have_no_ancestor(repository: Repository, scribe: Scribe) -> None:
    one = scribe.write("a", "a\n").commit("one")
    if repository.scheme == "git":
        scribe("checkout", "-q", "--orphan", "other")
    else:
        scribe("update", "-q", "-r", "null")
    other = scribe.write("b", "b\n").commit("other")
    scribe.push(repository.path)
    assert repository.ancestor(one, other) is None


def test_empty_repository_has_nothing(repository: Repository) -> None:
    assert repository.is_empty()
    assert list(repository.changesets(ChangesetQuery(newest_first=True, path="x", limit=3))) == []
    assert repository.tree(None) == []
    for revision in (None, "tip", "anything", 0):
        with pytest.raises(EmptyRepository):
            repository.resolve(revision)


def test_authors_and_messages_that_are_hostile(repository: Repository, scribe: Scribe) -> None:
    scribe.write("a", "a\n")
    raw_id = scribe.commit("line\r\nbreak \x1b[31m red", author="-Name O'Brien <o@x>")
    scribe.push(repository.path)
    found = repository.changeset(raw_id)
    assert found.message.startswith("line")
    assert found.message.endswith("\x1b[31m red")
    assert found.author_name == "-Name O'Brien"
    assert [item.raw_id for item in repository.changesets(ChangesetQuery(author="-Name"))] == [raw_id]
    assert BOB not in found.author
