"""Differences and patches as text, which real clients take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import Caller
from tests.vcs.scribe import SCRIBES, GitScribe, HgScribe, Scribe
from tests.web.repositories import Written, scheme, write

__all__ = ["scheme", "write"]

Write = Callable[..., Written]
AUTHOR = "Grüße, André (the 2nd) <andre@example.org>"
MESSAGE = (
    "Zweite: Grüße an alle, mit einer sehr langen ersten Zeile, die gefaltet werden muß, damit sie paßt\n\n"
    "And a body\nof two lines"
)


@pytest.fixture
def client(administrator: Caller) -> Client:
    return Client()


def bytes_of(response: Any) -> bytes:
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_the_difference_as_text(write: Write, scheme: str, client: Client) -> None:
    hills = write(scheme)
    hills.scribe.write("a", "".join(f"{each}\n" for each in range(30))).commit("first")
    hills.scribe.write("a", "".join(f"{each}\n" for each in range(29)) + " 29\n").write("b", b"\0\1")
    raw_id = hills.scribe.commit("second")
    hills.push()
    plain = bytes_of(client.get(f"/hills/changeset-diff/{raw_id}"))
    assert plain.startswith(b"diff --git a/a b/a\nindex ")
    assert b"\n-29\n+ 29\n" in plain
    assert b"GIT binary patch" in plain
    assert bytes_of(client.get(f"/hills/raw-changeset/{raw_id}")) == plain
    download = client.get(f"/hills/changeset-download/{raw_id}")
    assert download["Content-Disposition"] == f'attachment; filename="{raw_id[:12]}.diff"'
    assert bytes_of(download) == plain
    assert b"\n 20\n" in bytes_of(client.get(f"/hills/changeset-diff/{raw_id}?context=10"))
    assert b"-29" not in bytes_of(client.get(f"/hills/changeset-diff/{raw_id}?ignorews=1"))
    head = client.head(f"/hills/changeset-diff/{raw_id}")
    assert (head.status_code, head.content) == (200, b"")
    assert client.get("/hills/changeset-diff/nothing").status_code == 404


def written(hills: Written) -> list[str]:
    """Write what makes patches hard: names, binary files, modes, links, renames, other zones."""
    scribe = hills.scribe
    ids = [
        scribe.write("a", "one\ntwo\n").write("old name", "moves\n" * 9).write("x.bin", b"\0\1\2" * 30).commit("first")
    ]
    scribe.write("a", "one\n2").write("x.bin", b"\3\0" * 50).write("run", "#!/bin/sh\n").make_executable("run")
    scribe.rename("old name", "dir/new näme").link("link", "a")
    ids.append(scribe.commit(MESSAGE, author=AUTHOR, offset=-12600))
    ids.append(scribe.write("a", "three\n").commit("third"))
    hills.push()
    return ids


def applied(scheme: str, place: Path, patch: bytes) -> Scribe:
    """Apply a patch to an empty repository with the system's own client."""
    file = place.with_suffix(".patch")
    file.write_bytes(patch)
    made = SCRIBES[scheme](place)
    if isinstance(made, GitScribe):
        made("am", "-q", "--keep-cr", "--committer-date-is-author-date", str(file))
    elif isinstance(made, HgScribe):
        made("import", "-q", "--exact", str(file))
    return made


def test_clients_apply_the_patches_of_a_range(write: Write, scheme: str, client: Client, tmp_path: Path) -> None:
    hills = write(scheme)
    ids = written(hills)
    patch = bytes_of(client.get(f"/hills/changeset-patch/{ids[0]}...{ids[2]}"))
    made = applied(scheme, tmp_path / "applied", patch)
    if isinstance(made, GitScribe) and isinstance(hills.scribe, GitScribe):
        told = "%an|%ae|%ad|%s|%b|%T"
        assert made("log", f"--format={told}") == hills.scribe("log", f"--format={told}")
    elif isinstance(made, HgScribe):
        assert made("log", "-r", "0:tip", "-T", "{node}\n").split() == ids


def test_one_changeset_as_a_patch(write: Write, scheme: str, client: Client) -> None:
    hills = write(scheme)
    ids = written(hills)
    patch = bytes_of(client.get(f"/hills/changeset-patch/{ids[1]}")).decode()
    if scheme == "git":
        assert patch.startswith(f"From {ids[1]} Mon Sep 17 00:00:00 2001\nFrom: ")
        assert "Subject: =?utf-8?" in patch
    else:
        assert patch.startswith("# HG changeset patch\n# User Grüße, André")
        assert f"# Node ID {ids[1]}\n# Parent  {ids[0]}\nZweite" in patch


def test_one_file_at_two_places(write: Write, scheme: str, client: Client) -> None:
    hills = write(scheme)
    ids = written(hills)
    page = client.get(f"/hills/diff/a?diff1={ids[0][:12]}&diff2={ids[2][:12]}&fulldiff=1&diff=diff").content.decode()
    assert 'id="a_n1"' in page
    assert 'id="C-x.bin"' not in page
    assert "unified" in page
    assert "diff code split" in client.get(f"/hills/diff-2way/a?diff1={ids[0]}&diff2={ids[2]}").content.decode()
    raw = bytes_of(client.get(f"/hills/diff/a?diff1={ids[0]}&diff2={ids[2]}&diff=raw"))
    assert raw.startswith(b"diff --git a/a b/a\n")
    assert raw.count(b"diff --git") == 1
    download = client.get(f"/hills/diff/a?diff1={ids[0]}&diff2={ids[2]}&diff=download")
    assert download["Content-Disposition"] == f'attachment; filename="a-{ids[2][:12]}.diff"'
    bytes_of(download)
    below = client.get(f"/hills/diff/dir?diff1={ids[0]}&diff2={ids[2]}").content.decode()
    assert "1 file changed" in below
    assert client.get(f"/hills/diff/a?diff1={ids[1]}&diff2={ids[1]}").status_code == 200
    assert client.get(f"/hills/diff/nothing?diff1={ids[0]}&diff2={ids[1]}").status_code == 404
    assert client.get(f"/hills/diff/a?diff1={ids[0]}").status_code == 400
    assert client.get(f"/hills/diff/a?diff1={'0' * 40}&diff2={ids[0]}").status_code == 200
    moved = client.get(f"/hills/diff/a?diff1={ids[0]}&show_rev=Show+at+Revision")
    assert moved["Location"] == f"/hills/files/{ids[0]}/a"
