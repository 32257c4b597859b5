"""Data that only git can hold, and repositories that are not whole."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from belvedere.vcs.errors import MergeConflict, PathNotFound, RepositoryBroken, Unsupported
from belvedere.vcs.git import BACKEND, GitRepository, maintenance, trees
from belvedere.vcs.git.objects import parse_signature
from belvedere.vcs.model import ChangesetQuery, EntryKind, RefKind
from tests.vcs.scribe import GitScribe


def commit_object(scribe: GitScribe, text: bytes) -> str:
    raw_id = scribe("hash-object", "-t", "commit", "-w", "--literally", "--stdin", stdin=text)
    scribe("update-ref", "refs/heads/odd", raw_id)
    return raw_id


def test_encodings_and_stamps(repository: GitRepository, scribe: GitScribe) -> None:
    tree = scribe("mktree").encode()
    latin = commit_object(
        scribe,
        b"tree " + tree + b"\nauthor J\xfcrgen <j@x> 5 -0330\ncommitter J\xfcrgen <j@x> 5 -0330\n"
        b"encoding ISO-8859-1\n\nGr\xfc\xdfe\n",
    )
    scribe.push(repository.path)
    found = repository.changeset(latin)
    assert (found.author, found.message) == ("Jürgen <j@x>", "Grüße")
    assert (found.date, found.offset) == (5.0, -(3 * 3600 + 1800))
    assert [item.raw_id for item in repository.changesets(ChangesetQuery(author="jürgen"))] == [latin]
    broken = commit_object(
        scribe,
        b"tree "
        + tree
        + b"\nauthor nobody\ncommitter \xff <\n x> 99999999999999999999 +9999\nencoding punycode\n\n\xff\xfe",
    )
    scribe.push(repository.path)
    found = repository.changeset(broken)
    assert (found.author, found.date, found.offset, found.message) == ("nobody", 0.0, 0, "\ufffd\ufffd")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"A <a> 10 +0200", (b"A <a>", 10, 7200)),
        (b"A <a> -10 -0001", (b"A <a>", -10, -60)),
        (b"A <a> 10 +9999", (b"A <a>", 10, 0)),
        (b"A <a>", (b"A <a>", 0, 0)),
        (b"", (b"", 0, 0)),
    ],
)
def test_signatures(value: bytes, expected: tuple[bytes, int, int]) -> None:
    assert parse_signature(value) == expected


def test_submodules_and_tags_of_trees(repository: GitRepository, scribe: GitScribe) -> None:
    pinned = "1" * 40
    tree = scribe("mktree", "--missing", stdin=f"160000 commit {pinned}\tsub\n".encode())
    one = scribe("commit-tree", "-m", "with a submodule", tree)
    scribe("update-ref", "refs/heads/main", one)
    scribe("tag", "of-a-tree", tree)
    scribe("tag", "-a", "-m", "x", "twice", one)
    scribe("tag", "-a", "-m", "x", "thrice", "twice")
    scribe.push(repository.path)
    entry = repository.entry(None, "sub")
    assert (entry.kind, entry.id, entry.size) == (EntryKind.SUBREPOSITORY, pinned, None)
    assert repository.refs().tags == {"thrice": one, "twice": one}
    assert f"+Subproject commit {pinned}".encode() in b"".join(repository.diff(None, one))
    with pytest.raises(PathNotFound):
        repository.read(None, "sub")
    assert [change.name for change in repository.catch_up().refs] == ["main", "thrice", "twice"]


def test_criss_cross_has_one_answer(repository: GitRepository, scribe: GitScribe) -> None:
    scribe.write("x", "0\n").commit("base")
    scribe("branch", "other")
    left = scribe.write("a", "1\n").commit("left")
    scribe.switch("other")
    right = scribe.write("b", "1\n").commit("right")
    scribe.merge("main", "right takes left")
    scribe.switch("main")
    scribe.merge(right, "left takes right")
    scribe.push(repository.path)
    assert repository.ancestor("main", "other") in (left, right)
    assert repository.ancestor("main", "other") == repository.ancestor("main", "other")


def test_a_path_changed_on_a_side_that_lost(repository: GitRepository, scribe: GitScribe) -> None:
    scribe.write("x", "0\n").commit("base")
    scribe.branch("side").write("x", "side\n").commit("side changes x")
    scribe.switch("main").write("y", "1\n").commit("main")
    scribe("merge", "-q", "-s", "ours", "-m", "ours", "side")
    scribe.push(repository.path)
    messages = [found.message for found in repository.changesets(ChangesetQuery(path="x"))]
    assert messages == ["base", "side changes x"]


def test_large_files_are_read_by_their_beginning(
    monkeypatch: pytest.MonkeyPatch, repository: GitRepository, scribe: GitScribe
) -> None:
    monkeypatch.setattr(trees, "LARGE", 1000)
    scribe.write("big", b"0123456789" * 100_000).commit("big")
    scribe.push(repository.path)
    assert repository.read(None, "big", limit=15) == b"012345678901234"
    assert len(repository.read(None, "big")) == 1_000_000


def test_thousands_of_names(repository: GitRepository, scribe: GitScribe) -> None:
    one = scribe.write("a", "1\n").commit("one")
    scribe(
        "update-ref", "--stdin", stdin=b"".join(b"create refs/heads/n%d %s\n" % (n, one.encode()) for n in range(300))
    )
    scribe.push(repository.path)
    assert len(repository.refs().branches) == 301
    repository.maintain()
    assert len(repository.refs().branches) == 301
    assert not (repository.path / "refs" / "heads" / "n5").exists()
    assert len(repository.catch_up().refs) == 301


@pytest.mark.parametrize(
    "name", ["", "a..b", "-x", "a b", "a.lock", "/a", "a/", "a//b", "a~1", "a\x7f", "@", "x/.y", "a@{b", "a\n"]
)
def test_names_that_git_forbids(repository: GitRepository, scribe: GitScribe, name: str) -> None:
    one = scribe.write("a", "1\n").commit("one")
    scribe.push(repository.path)
    with pytest.raises(Unsupported):
        repository.set_ref(RefKind.BRANCH, name, one)


def test_a_name_in_the_way_of_another(repository: GitRepository, scribe: GitScribe) -> None:
    one = scribe.write("a", "1\n").commit("one")
    scribe.push(repository.path)
    with pytest.raises(MergeConflict):
        repository.set_ref(RefKind.BRANCH, "main/below", one)


def test_annotated_tags_are_compared_by_their_commit(repository: GitRepository, scribe: GitScribe) -> None:
    one = scribe.write("a", "1\n").commit("one")
    scribe("tag", "-a", "-m", "x", "v1")
    two = scribe.write("a", "2\n").commit("two")
    scribe.push(repository.path)
    repository.set_ref(RefKind.TAG, "v1", two, expected=one)
    assert repository.resolve("tag:v1") == two


@pytest.mark.parametrize("damage", ["HEAD", "objects", "empty HEAD", "odd HEAD"])
def test_damage_is_named(repository: GitRepository, scribe: GitScribe, damage: str) -> None:
    scribe.write("a", "1\n").commit("one")
    scribe.push(repository.path)
    if damage == "objects":
        (repository.path / "objects").rename(repository.path / "gone")
    elif damage == "HEAD":
        (repository.path / "HEAD").unlink()
    else:
        (repository.path / "HEAD").write_bytes(b"" if damage == "empty HEAD" else b"\x00\xff")
    with pytest.raises(RepositoryBroken):
        BACKEND.open(repository.path).refs()
    with pytest.raises(RepositoryBroken):
        repository.changeset("tip")


def test_missing_objects_are_named_where_they_are_met(repository: GitRepository, scribe: GitScribe) -> None:
    scribe.write("a", "1\n").write("b", "2\n").commit("one")
    scribe.push(repository.path)
    blob = repository.entry(None, "a").id
    (repository.path / "objects" / blob[:2] / blob[2:]).unlink()
    assert repository.read(None, "b") == b"2\n"
    with pytest.raises(RepositoryBroken):
        GitRepository(repository.path).read(None, "a")
    assert any(blob in fault for fault in repository.verify())


def test_an_empty_reference_hides_no_other(repository: GitRepository, scribe: GitScribe) -> None:
    scribe.write("a", "1\n").commit("one")
    scribe.push(repository.path)
    (repository.path / "refs" / "heads" / "torn").write_bytes(b"")
    assert list(repository.refs().branches) == ["main"]


def test_replaced_objects_do_not_deceive(repository: GitRepository, scribe: GitScribe) -> None:
    one = scribe.write("a", "true\n").commit("one")
    two = scribe.write("a", "false\n").commit("two")
    scribe.push(repository.path)
    scribe("push", "-q", str(repository.path), f"{two}:refs/replace/{one}")
    assert repository.changeset(one).message == "one"
    assert b"".join(repository.diff(None, one)).count(b"+true") == 1


def test_leftovers_of_killed_pushes_go_when_old(
    repository: GitRepository, scribe: GitScribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = scribe.write("a", "1\n").commit("one")
    scribe.push(repository.path)
    half = repository.path / "objects" / "tmp_objdir-incoming-x"
    half.mkdir()
    (half / "tmp_pack_1").write_bytes(b"PACK")
    lock = repository.path / "refs" / "heads" / "main.lock"
    lock.write_bytes(b"")
    repository_before = sorted(repository.refs().branches)
    maintenance._remove_leftovers(repository.path)
    assert half.exists()
    assert lock.exists()
    monkeypatch.setattr(maintenance, "LEFTOVER_AGE", -10.0)
    repository.maintain()
    assert not half.exists()
    assert not lock.exists()
    assert sorted(repository.refs().branches) == repository_before
    assert repository.resolve("tip") == one


def test_maintenance_keeps_what_nothing_reaches(
    repository: GitRepository, scribe: GitScribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maintenance, "MANY_LOOSE", 0)
    for number in range(3):
        scribe.write("a", f"{number}\n").commit(str(number))
        scribe.push(repository.path)
    lost = repository.resolve("tip")
    repository.set_ref(RefKind.BRANCH, "main", repository.resolve(0))
    repository.catch_up()
    repository.maintain()
    assert list((repository.path / "objects" / "pack").glob("*.bitmap"))
    assert (repository.path / "objects" / "info" / "commit-graphs").is_dir()
    repository.set_ref(RefKind.BRANCH, "main", lost)
    assert repository.changeset("tip").raw_id == lost
    assert repository.read("tip", "a") == b"2\n"


def test_readers_while_pushes_and_maintenance_run(
    repository: GitRepository, scribe: GitScribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maintenance, "MANY_LOOSE", 0)
    scribe.write("a", "0\n").commit("0")
    scribe.push(repository.path)
    faults: list[BaseException] = []
    is_over = threading.Event()

    def look() -> None:
        try:
            while not is_over.is_set():
                tip = repository.changeset("tip", files=True)
                assert repository.read(tip.raw_id, "a") == f"{tip.message}\n".encode()
                assert next(repository.changesets(ChangesetQuery(limit=1))).revision >= tip.revision
        except BaseException as error:  # noqa: BLE001 -- told to the test's own thread
            faults.append(error)

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(1, 5):
        scribe.write("a", f"{number}\n").commit(str(number))
        scribe.push(repository.path)
        repository.catch_up()
        repository.maintain()
    time.sleep(0.05)
    is_over.set()
    for thread in threads:
        thread.join()
    assert faults == []


def test_hostile_configuration_in_a_repository_is_idle(
    repository: GitRepository, scribe: GitScribe, tmp_path: Path
) -> None:
    one = scribe.write("a", "1\n").commit("one")
    scribe.push(repository.path)
    touch = f"touch {tmp_path}/ran"
    for key in ("core.fsmonitor", "core.sshCommand", "diff.external", "core.pager", "uploadpack.packObjectsHook"):
        scribe("--git-dir", str(repository.path), "config", key, touch)
    (repository.path / "info" / "attributes").write_text("* diff=evil\n")
    scribe("--git-dir", str(repository.path), "config", "diff.evil.textconv", touch)
    b"".join(repository.diff(None, one))
    repository.annotate(None, "a")
    b"".join(repository.archive(None, "tar", prefix="x"))
    repository.maintain()
    assert not (tmp_path / "ran").exists()


def test_a_path_with_odd_characters(tmp_path: Path, scribe: GitScribe) -> None:
    repository = BACKEND.create(tmp_path / 'a:b "c" \\d')
    scribe.write("d/a", "1\n").commit("one")
    scribe.push(repository.path)
    repository.maintain()
    assert b"".join(repository.archive(None, "zip", prefix="x", path="d")).startswith(b"PK")
