"""Directories, files, and which changeset their lines came with."""

from __future__ import annotations

import pytest

from belvedere.vcs.errors import PathNotFound, RevisionNotFound
from belvedere.vcs.model import EntryKind
from belvedere.vcs.repository import Repository
from tests.vcs.history import LATIN, History
from tests.vcs.scribe import Scribe


def test_directory_in_byte_order(history: History) -> None:
    entries = history.repository.tree(None)
    assert [(entry.path, entry.kind) for entry in entries] == [
        ("README", EntryKind.FILE),
        (LATIN, EntryKind.FILE),
        ("link", EntryKind.SYMLINK),
        ("no-newline", EntryKind.FILE),
        ("run.sh", EntryKind.EXECUTABLE),
        ("src", EntryKind.DIRECTORY),
    ]
    assert {entry.size for entry in entries} == {None}


def test_below_a_directory(history: History) -> None:
    entries = history.repository.tree(history.ids[6], "src", sizes=True)
    assert [(entry.path, entry.name, entry.size) for entry in entries] == [
        ("src/deep", "deep", None),
        ("src/feature.c", "feature.c", 7),
        ("src/moved.c", "moved.c", 17),
    ]


def test_recursive_has_directories_before_what_they_hold(history: History) -> None:
    paths = [entry.path for entry in history.repository.tree(history.ids[0], recursive=True)]
    assert paths == ["README", "src", "src/a.c", "src/deep", "src/deep/b.c"]
    assert [entry.path for entry in history.repository.tree(None, "src/deep", recursive=True)] == ["src/deep/b.c"]


def test_entry_and_content(history: History) -> None:
    repository = history.repository
    assert repository.entry(None, "README").size == len(b"one\n2\nthree\nfour\n")
    assert repository.entry(None, "src").kind is EntryKind.DIRECTORY
    assert repository.entry(None, "link").kind is EntryKind.SYMLINK
    assert repository.read(None, "link") == b"README"
    assert repository.read(None, LATIN) == b"\xff\xfe\x00binary\n"
    assert repository.read(history.ids[0], "README") == b"one\ntwo\nthree\n"
    assert repository.read(None, "README", limit=5) == b"one\n2"
    assert repository.read(None, "README", limit=0) == b""
    assert repository.read(history.ids[2], "empty") == b""


def test_same_content_has_the_same_id(history: History) -> None:
    repository, ids = history.repository, history.ids
    assert repository.entry(ids[1], "README").id == repository.entry(ids[6], "README").id
    assert repository.entry(ids[0], "README").id != repository.entry(ids[6], "README").id


@pytest.mark.parametrize(
    "path", ["never", "README/x", "src/never", "../README", "src/../README", ":(top)README", "a\0b", "*"]
)
def test_what_is_no_path(history: History, path: str) -> None:
    for act in (
        history.repository.entry,
        history.repository.read,
        history.repository.tree,
        history.repository.annotate,
    ):
        with pytest.raises(PathNotFound):
            act(None, path)


def test_kinds_must_fit(history: History) -> None:
    with pytest.raises(PathNotFound):
        history.repository.read(None, "src")
    with pytest.raises(PathNotFound):
        history.repository.tree(None, "README")
    with pytest.raises(PathNotFound):
        history.repository.annotate(None, "src")
    with pytest.raises(RevisionNotFound):
        history.repository.tree("never", "src")


def test_annotate_tells_every_line(history: History) -> None:
    ids = history.ids
    blocks = history.repository.annotate(None, "README")
    assert [(block.raw_id, block.line, block.lines) for block in blocks] == [
        (ids[0], 1, (b"one\n",)),
        (ids[1], 2, (b"2\n",)),
        (ids[0], 3, (b"three\n",)),
        (ids[1], 4, (b"four\n",)),
    ]


def test_annotate_follows_renames(history: History) -> None:
    blocks = history.repository.annotate(None, "src/moved.c")
    assert [(block.raw_id, block.origin_path, block.origin_line) for block in blocks] == [
        (history.ids[0], "src/a.c", 1),
        (history.ids[6], "src/moved.c", 2),
    ]


def test_annotate_at_the_edges(history: History) -> None:
    assert history.repository.annotate(history.ids[2], "empty") == []
    assert history.repository.annotate(None, "no-newline")[0].lines == (b"x",)


def test_last_changed(history: History) -> None:
    ids = history.ids
    assert history.repository.last_changed(None) == {
        "README": ids[1],
        LATIN: ids[2],
        "link": ids[2],
        "no-newline": ids[6],
        "run.sh": ids[1],
        "src": ids[6],
    }
    assert history.repository.last_changed(ids[6], "src") == {
        "deep": ids[0],
        "feature.c": ids[3],
        "moved.c": ids[6],
    }
    with pytest.raises(PathNotFound):
        history.repository.last_changed(None, "never")


def test_names_that_look_like_options(repository: Repository, scribe: Scribe) -> None:
    one = scribe.write("-p", "x\n").write("--output=z", "y\n").write(":(glob)*", "z\n").commit("hostile names")
    scribe.push(repository.path)
    assert repository.read(None, "--output=z") == b"y\n"
    assert repository.annotate(None, "-p")[0].raw_id == one
    assert repository.last_changed(None)[":(glob)*"] == one
    assert b"+z" in b"".join(repository.diff(None, one, paths=(":(glob)*",)))


def test_large_content_comes_in_pieces(repository: Repository, scribe: Scribe) -> None:
    large = bytes(range(256)) * (40 << 10)
    scribe.write("large", large).write("small", "small\n").write("empty", "").commit("Add much")
    scribe.push(repository.path)
    pieces = list(repository.content(None, "large"))
    assert b"".join(pieces) == large
    assert len(pieces) > 4
    assert b"".join(repository.content(None, "small")) == b"small\n"
    assert b"".join(repository.content(None, "empty")) == b""
    with pytest.raises(PathNotFound):
        list(repository.content(None, "absent"))
