"""What differs, and archives."""

from __future__ import annotations

import bz2
import gzip
import io
import tarfile
import zipfile

import pytest
import zstandard

from belvedere.vcs.diffs import ChangeKind, parse_diff
from belvedere.vcs.errors import PathNotFound, RevisionNotFound
from belvedere.vcs.model import ArchiveFormat
from tests.vcs.history import LATIN, START, History


def test_diff_of_a_changeset_with_its_first_parent(history: History) -> None:
    text = b"".join(history.repository.diff(None, history.ids[1]))
    (readme, run) = parse_diff([text])
    assert (readme.path, readme.added, readme.removed) == ("README", 2, 1)
    assert readme.new_id is not None
    assert len(readme.new_id) == 40
    assert (run.path, run.kind, run.new_mode) == ("run.sh", ChangeKind.ADDED, "100755")


def test_diff_of_a_root_is_all_new(history: History) -> None:
    files = list(parse_diff(history.repository.diff(None, history.ids[0])))
    assert [file.kind for file in files] == [ChangeKind.ADDED] * 3


def test_diff_finds_renames_and_binaries(history: History) -> None:
    moved = {file.path: file for file in parse_diff(history.repository.diff(None, history.ids[4]))}
    assert (moved["src/moved.c"].kind, moved["src/moved.c"].old_path) == (ChangeKind.RENAMED, "src/a.c")
    assert moved["empty"].kind is ChangeKind.REMOVED
    third = {file.path: file for file in parse_diff(history.repository.diff(history.ids[1], history.ids[2]))}
    assert third[LATIN].is_binary
    assert third["link"].new_mode == "120000"


def test_diff_limits(history: History) -> None:
    repository, ids = history.repository, history.ids
    only = list(parse_diff(repository.diff(ids[0], ids[6], paths=("src",))))
    assert only
    assert all(file.path.startswith("src/") for file in only)
    narrow = next(parse_diff(repository.diff(ids[0], ids[1], paths=("README",), context=0)))
    assert all(line.kind != " " for hunk in narrow.hunks for line in hunk.lines)
    assert list(repository.diff(ids[1], ids[1])) == []
    with pytest.raises(RevisionNotFound):
        repository.diff(None, "never")


def test_changed_paths(history: History) -> None:
    found = history.repository.changed_paths(history.ids[2], history.ids[6])
    assert found.added == ("no-newline", "src/feature.c", "src/moved.c")
    assert found.removed == ("empty", "src/a.c")
    assert history.repository.changed_paths(None, history.ids[4]).renamed == {"src/moved.c": "src/a.c"}


def archived(history: History, kind: ArchiveFormat, **options: str) -> bytes:
    return b"".join(history.repository.archive(history.ids[6], kind, prefix="project-1", **options))


def unpacked(data: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompressobj().decompress(data)


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz", "tar.bz2", "tar.zst"])
def test_archives_hold_the_tree_and_are_repeatable(history: History, kind: ArchiveFormat) -> None:
    data = archived(history, kind)
    assert data == archived(history, kind)
    if kind == "zip":
        names = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
    else:
        unpack = {"tar": bytes, "tar.gz": gzip.decompress, "tar.bz2": bz2.decompress, "tar.zst": unpacked}[kind]
        plain = unpack(data)
        with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
            names = set(tar.getnames())
            member = tar.getmember("project-1/run.sh")
            assert member.mode & 0o100
            assert member.mtime == START + 6 * 3600
            assert tar.getmember("project-1/link").issym()
    assert {"project-1/README", "project-1/src/moved.c", "project-1/run.sh"} <= names


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_archive_of_a_directory(history: History, kind: ArchiveFormat) -> None:
    data = archived(history, kind, path="src")
    assert data == archived(history, kind, path="src")
    if kind == "zip":
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    else:
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            names = tar.getnames()
            assert {member.mtime for member in tar.getmembers() if member.isfile()} == {START + 6 * 3600}
    files = {name for name in names if name.endswith(".c")}
    assert files == {f"project-1/src/{name}" for name in ("deep/b.c", "feature.c", "moved.c")}


def test_archive_of_nothing(history: History) -> None:
    with pytest.raises(PathNotFound):
        history.repository.archive(None, "tar", prefix="x", path="never")
