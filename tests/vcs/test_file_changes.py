"""What happened to each file without its lines, the numbers of lines, and relatives beside parents."""

from __future__ import annotations

from belvedere.vcs.diffs import ChangeKind, parse_diff
from belvedere.vcs.model import Kin, Kinship
from belvedere.vcs.repository import Repository
from tests.vcs.history import LATIN, START, ZONE, History
from tests.vcs.scribe import BOB, GitScribe, HgScribe, Scribe


def test_file_changes_say_what_the_diff_says(history: History) -> None:
    repository, ids = history.repository, history.ids
    for old, new in (
        (None, ids[0]),
        (None, ids[2]),
        (None, ids[4]),
        (None, ids[5]),
        (ids[0], ids[6]),
        (ids[6], ids[0]),
    ):
        told = [(each.kind, each.old_path, each.new_path) for each in repository.file_changes(old, new)]
        assert told == [(each.kind, each.old_path, each.new_path) for each in parse_diff(repository.diff(old, new))]
    assert repository.file_changes(ids[1], ids[1]) == []


def test_file_changes_tell_modes(history: History) -> None:
    found = {each.path: each for each in history.repository.file_changes(history.ids[0], history.ids[2])}
    assert (found["run.sh"].kind, found["run.sh"].old_mode, found["run.sh"].new_mode) == ("added", None, "100755")
    assert found["link"].new_mode == "120000"
    assert (found["README"].old_mode, found["README"].new_mode) == ("100644", "100644")
    moved = {each.path: each for each in history.repository.file_changes(None, history.ids[4])}
    assert (moved["src/moved.c"].old_path, moved["src/moved.c"].kind) == ("src/a.c", ChangeKind.RENAMED)
    assert (moved["empty"].old_mode, moved["empty"].new_mode) == ("100644", None)


def test_line_counts(history: History) -> None:
    repository, ids = history.repository, history.ids
    found = {each.path: (each.added, each.removed) for each in repository.line_counts(ids[0], ids[6])}
    assert found["README"] == (2, 1)
    assert found[LATIN] == (None, None)
    assert found["no-newline"] == (1, 0)
    only = [each.path for each in repository.line_counts(ids[0], ids[6], paths=("README",))]
    assert only == ["README"]
    assert list(repository.line_counts(ids[0], ids[6], paths=("",)))


def test_line_counts_without_whitespace(scribe: Scribe, repository: Repository) -> None:
    scribe.write("a", "one\ntwo\n").write("b", "x\n")
    scribe.commit("first")
    scribe.write("a", "  one\ntwo!\n").write("b", " x\n")
    scribe.commit("second")
    scribe.push(repository.path)
    plain = {each.path: (each.added, each.removed) for each in repository.line_counts(None, "tip")}
    assert plain == {"a": (2, 2), "b": (1, 1)}
    spaceless = {each.path: each.added for each in repository.line_counts(None, "tip", ignore_whitespace=True)}
    assert spaceless["a"] == 1
    assert not spaceless.get("b")


def test_many_line_counts_come_in_pieces(scribe: Scribe, repository: Repository) -> None:
    for number in range(450):
        scribe.write(f"{number:03}", "x\n" * number)
    scribe.commit("many")
    scribe.push(repository.path)
    counts = list(repository.line_counts(None, "tip"))
    assert sum(each.added or 0 for each in counts) == sum(range(450))


def test_a_diff_can_hold_binary_files(history: History) -> None:
    plain = b"".join(history.repository.diff(None, history.ids[2]))
    whole = b"".join(history.repository.diff(None, history.ids[2], binary=True))
    assert b"GIT binary patch" not in plain
    assert b"GIT binary patch" in whole
    assert next(each for each in parse_diff([plain]) if each.path == LATIN).is_binary


def test_a_reader_may_want_only_the_beginning(scribe: Scribe, repository: Repository) -> None:
    for number in range(30):
        scribe.write(f"{number:02}", f"line of {number}\n" * 20_000)
    scribe.commit("large")
    scribe.push(repository.path)
    whole = b"".join(repository.diff(None, "tip"))
    pieces = repository.diff(None, "tip", most=300_000)
    found = b""
    for piece in pieces:
        found += piece
        if len(found) > 300_000:
            break
    assert len(found) > 300_000
    assert whole.startswith(found)


def test_a_file_that_becomes_a_link(scribe: Scribe, repository: Repository) -> None:
    scribe.write("x", "content\n").write("target", "there\n")
    scribe.commit("first")
    scribe.remove("x").link("x", "target")
    scribe.commit("second")
    scribe.push(repository.path)
    (found,) = repository.file_changes(None, "tip")
    assert (found.kind, found.old_mode, found.new_mode) == (ChangeKind.MODIFIED, "100644", "120000")


def test_several(history: History) -> None:
    wanted = [history.ids[4], history.ids[0], history.ids[2]]
    assert [each.raw_id for each in history.repository.several(wanted)] == wanted
    assert history.repository.several([]) == []


def test_common_ancestors(scribe: Scribe, repository: Repository) -> None:
    scribe.write("a", "a\n")
    root = scribe.commit("root")
    scribe.branch("side").write("b", "b\n")
    side = scribe.commit("side")
    scribe.switch(scribe.default_branch).write("c", "c\n")
    main = scribe.commit("main")
    crossed = scribe.merge(side, "main takes side")
    scribe.switch("side")
    other = scribe.merge(main, "side takes main")
    scribe.push(repository.path)
    assert set(repository.common_ancestors(crossed, other)) == {side, main}
    assert repository.common_ancestors(crossed, other)[0] == repository.ancestor(crossed, other)
    assert repository.common_ancestors(side, main) == [root]
    assert repository.common_ancestors(root, main) == [root]


def test_lineage_has_the_authors_date(history: History) -> None:
    found = history.repository.lineage(history.ids[0])
    assert (found.date, found.offset, found.kin) == (START, ZONE, ())


def test_lineage_knows_where_it_was_taken_from(scribe: Scribe, repository: Repository) -> None:
    scribe.write("a", "a\n")
    scribe.commit("root")
    scribe.branch("side").write("b", "b\n")
    source = scribe.commit("side", author=BOB)
    scribe.switch(scribe.default_branch).write("c", "c\n")
    scribe.commit("main")
    if isinstance(scribe, HgScribe):
        scribe("graft", "-q", "-r", source)
    elif isinstance(scribe, GitScribe):
        scribe("cherry-pick", "-x", source)
    scribe.push(repository.path)
    kinship = Kinship.GRAFTED if scribe.scheme == "hg" else Kinship.PICKED
    assert repository.lineage("tip").kin == (Kin(kinship, source),)
