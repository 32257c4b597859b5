"""Changesets made without a working copy."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from belvedere.vcs.errors import CommitRefused, MergeConflict, PathNotFound, RevisionNotFound, Unsupported, VcsError
from belvedere.vcs.model import EntryKind, Movement, Phase
from belvedere.vcs.repository import Repository
from tests.vcs.history import LATIN
from tests.vcs.scribe import ANN, BOB, START, Scribe

SAID = {"author": ANN, "message": "change"}
REFUSED = [
    "",
    "/",
    "/a",
    "a/",
    "a//b",
    ".",
    "..",
    "../a",
    "a/../b",
    "a/./b",
    ".git/config",
    "a/.GIT/hooks/x",
    ".hg",
    ".Hg/hgrc",
    "a/.hg/hgrc",
    ".git ./x",
    "git~1",
    ".g\u200cit/x",
    ".git::$INDEX_ALLOCATION/x",
    "a\\.git\\config",
    "a\\..\\b",
    ".. /b",
    "a\0b",
    "a\nb",
    "\ud800",
    "x" * 256,
    "d/" * 2100 + "x",
    "link",
    "link/x",
    "README/x",
    "src",
    "src/deep",
    "run.sh/x/y",
]
"""Paths that lead elsewhere, are no path, or are taken."""


def paths(repository: Repository, revision: str) -> dict[str, EntryKind]:
    found = repository.tree(revision, recursive=True)
    return {entry.path: entry.kind for entry in found if entry.kind is not EntryKind.DIRECTORY}


@pytest.fixture
def head(repository: Repository, scribe: Scribe) -> str:
    """Files, an executable one and a link, pushed by a real client."""
    scribe.write("README", "one\n").write("src/deep/a.c", "a\n").write("src/b.c", "b\n").write("run.sh", "#!/bin/sh\n")
    scribe.make_executable("run.sh").link("link", "src").write(LATIN, b"\xff\x00")
    raw_id = scribe.commit("by a client")
    scribe.push(repository.path)
    repository.catch_up()
    return raw_id


def test_the_first_changeset(repository: Repository, scribe: Scribe) -> None:
    raw_id = repository.commit(
        None,
        {"a.txt": b"a\n", "deep/er/b": b"\x00\xff", LATIN: b"", "empty": b""},
        author=BOB,
        message="  Begin\n\nwith Grüße, 世界\n\n",
        date=START + 0.5,
    )
    found = repository.changeset("tip", files=True)
    assert (found.raw_id, found.parents, found.author, found.message) == (
        raw_id,
        (),
        BOB,
        "Begin\n\nwith Grüße, 世界",
    )
    assert (found.date, found.offset, found.phase, found.revision) == (START, 0, Phase.PUBLIC, 0)
    assert found.files
    assert set(found.files.added) == {"a.txt", "deep/er/b", LATIN, "empty"}
    assert repository.refs().branches == {scribe.default_branch: raw_id}
    assert repository.refs().default == scribe.default_branch
    assert repository.read("tip", "deep/er/b") == b"\x00\xff"
    assert repository.verify() == []


def test_files_are_added_changed_and_removed(repository: Repository, head: str) -> None:
    changes = {
        "src/deep/a.c": None,
        "src/b.c": b"b2\n",
        "src/new/c.c": b"c\n",
        LATIN: b"\xfe",
        "run.sh": b"#!/bin/sh\nls\n",
    }
    raw_id = repository.commit(head, changes, author=BOB, message="on it")
    found = repository.changeset(raw_id, files=True)
    assert found.files
    assert (found.files.added, found.files.removed) == (("src/new/c.c",), ("src/deep/a.c",))
    assert set(found.files.changed) == {"src/b.c", LATIN, "run.sh"}
    assert found.parents == (head,)
    assert abs(found.date - time.time()) < 600
    assert paths(repository, raw_id) == {
        "README": EntryKind.FILE,
        LATIN: EntryKind.FILE,
        "link": EntryKind.SYMLINK,
        "run.sh": EntryKind.EXECUTABLE,
        "src/b.c": EntryKind.FILE,
        "src/new/c.c": EntryKind.FILE,
    }
    assert repository.read(raw_id, "src/b.c") == b"b2\n"
    assert repository.read(raw_id, "README") == b"one\n"
    assert repository.verify() == []


def test_clients_go_on_from_it(repository: Repository, scribe: Scribe, head: str) -> None:
    raw_id = repository.commit(head, {"README": b"two\n"}, **SAID)
    scribe("pull", "-q", *(("-u",) if scribe.scheme == "hg" else ()), str(repository.path))  # type: ignore[operator]
    assert (scribe.root / "README").read_text() == "two\n"
    following = scribe.write("README", "three\n").commit("by a client again")
    scribe.push(repository.path)
    assert repository.changeset("tip").parents == (raw_id,)
    assert repository.resolve("tip") == following


def test_the_movement_is_told_once(repository: Repository, scribe: Scribe, head: str) -> None:
    raw_id = repository.commit(head, {"x": b""}, **SAID)
    moved = repository.catch_up()
    assert (moved.first_revision, moved.last_revision) == (1, 1)
    assert [(ref.name, ref.old, ref.new) for ref in moved.refs] == [(scribe.default_branch, head, raw_id)]
    assert repository.catch_up() == Movement()


def test_a_head_that_moved_is_a_conflict(repository: Repository, head: str) -> None:
    second = repository.commit(head, {"README": b"two\n"}, **SAID)
    for parent in (head, None):
        with pytest.raises(MergeConflict):
            repository.commit(parent, {"README": b"mine\n"}, **SAID)
    assert repository.refs().heads == (second,)
    assert repository.commit(second, {"README": b"three\n"}, **SAID)


def test_one_of_many_wins(repository: Repository, head: str) -> None:
    made: list[str] = []
    refused: list[str] = []

    def write(number: int) -> None:
        try:
            made.append(repository.commit(head, {"README": b"%d\n" % number}, **SAID))
        except MergeConflict:
            refused.append(str(number))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), len(refused)) == (1, 3)
    assert repository.refs().heads == (made[0],)


def test_another_branch(repository: Repository, scribe: Scribe, head: str) -> None:
    side = repository.commit(head, {"side": b"1\n"}, branch="topic/é", **SAID)
    assert repository.refs().branches == {scribe.default_branch: head, "topic/é": side}
    with pytest.raises(MergeConflict):
        repository.commit(head, {"side": b"2\n"}, branch="topic/é", **SAID)
    further = repository.commit(side, {"side": b"2\n"}, branch="topic/é", **SAID)
    main = repository.commit(head, {"README": b"2\n"}, branch=scribe.default_branch, **SAID)
    assert repository.refs().branches == {scribe.default_branch: main, "topic/é": further}
    with pytest.raises(MergeConflict):
        repository.commit(further, {"README": b"3\n"}, branch=scribe.default_branch, **SAID)
    for name in ("a..b\n", "tip\0", ""):
        with pytest.raises(Unsupported):
            repository.commit(main, {"x": b""}, branch=name, **SAID)


def test_a_parent_that_is_not_there(repository: Repository, head: str) -> None:
    for parent in ("0" * 40, "f" * 40, "g" * 40, "tip", "x", "", head[:12]):
        with pytest.raises(RevisionNotFound):
            repository.commit(parent, {"x": b""}, **SAID)


def test_paths_that_are_refused(repository: Repository, head: str) -> None:
    for path in REFUSED:
        with pytest.raises(CommitRefused):
            repository.commit(head, {"fine": b"", path: b"x"}, **SAID)
    assert repository.refs().heads == (head,)


def test_what_is_not_there_cannot_be_removed(repository: Repository, head: str) -> None:
    for path in ("nothing", "src", "src/deep/nothing", "README/x", "link/b.c"):
        with pytest.raises(PathNotFound):
            repository.commit(head, {"fine": b"", path: None}, **SAID)
    assert repository.refs().heads == (head,)


def test_a_file_and_a_directory_take_each_others_place(repository: Repository, head: str) -> None:
    changes = {"src/deep/a.c": None, "src/deep": b"a file\n", "README": None, "README/en": b"one\n", "link": None}
    raw_id = repository.commit(head, changes, **SAID)
    assert set(paths(repository, raw_id)) == {"README/en", LATIN, "run.sh", "src/b.c", "src/deep"}
    for refused in ({"src/b.c": None, "src": b""}, {"n": b"", "n/n": b""}, {"n/n": b"", "n": b""}):
        with pytest.raises(CommitRefused):
            repository.commit(raw_id, refused, **SAID)
    empty = repository.commit(raw_id, dict.fromkeys(paths(repository, raw_id)), **SAID)
    assert repository.tree(empty) == []
    assert repository.verify() == []


def test_names_are_sorted_as_the_system_does(repository: Repository) -> None:
    names = ["a", "a-", "a.b/x", "a0", "ab/y", "a b/z", "ä", "A"]
    first = repository.commit(None, {name.replace("a0", "a0/deep"): b"" for name in names}, **SAID)
    repository.commit(first, {"a.b/more": b"", "ab/y": None}, **SAID)
    assert repository.verify() == []


def test_nothing_to_commit(repository: Repository, head: str) -> None:
    nothing: tuple[dict[str, bytes | None], ...] = ({}, {"README": b"one\n"}, {"README": b"one\n", "src/b.c": b"b\n"})
    for changes in nothing:
        with pytest.raises(CommitRefused):
            repository.commit(head, changes, **SAID)
    assert repository.refs().heads == (head,)


def test_words_that_are_refused(repository: Repository) -> None:
    for author, message in (("A\nb", "x"), (" ", "x"), (ANN, "a\0b")):
        with pytest.raises(CommitRefused):
            repository.commit(None, {"x": b""}, author=author, message=message)
    assert repository.is_empty()


def test_strange_authors(repository: Repository) -> None:
    head = None
    for author in ("ann", "ann@example.org", "Ann <", "A < B > C", "<>", "\ud800", "é <é@é>"):
        head = repository.commit(head, {"x": author.encode("utf-8", "replace")}, author=author, message="")
        found = repository.changeset("tip")
        assert found.author
        assert found.message == ""
    assert repository.verify() == []


def test_nothing_inside_is_run(repository: Repository, tmp_path: Path, head: str) -> None:
    told = tmp_path / "told"
    hooks = repository.path / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("reference-transaction", "update", "pre-commit", "post-commit"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {told}\n")
        (hooks / name).chmod(0o755)
    if (repository.path / ".hg").is_dir():
        names = ("precommit", "pretxncommit", "commit", "txnclose", "pretxnopen")
        (repository.path / ".hg" / "hgrc").write_text(
            "[hooks]\n" + "".join(f"{name} = touch {told}\n" for name in names)
        )
    repository.commit(head, {"x": b""}, **SAID)
    assert not told.exists()


def test_a_missing_repository(repository: Repository) -> None:
    repository.path.rename(repository.path.with_name("gone"))
    with pytest.raises(VcsError):
        repository.commit(None, {"x": b""}, **SAID)
