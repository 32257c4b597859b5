"""Submodules and subrepositories: links where they lead somewhere, text where they do not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from belvedere.web.subrepositories import _of_hg, is_on_the_web
from tests.api.conftest import Caller
from tests.vcs.scribe import GitScribe
from tests.web.conftest import text_of
from tests.web.written import Written

PIN = "1" * 40
MODULES = """\
[submodule "web"]
\tpath = web
\turl = https://code.example.org/web
[submodule "bad"]
\tpath = bad
\turl = javascript:alert(1)
[submodule "near"]
\tpath = near
\turl = ../lakes.git
[submodule "hidden"]
\tpath = hidden
\turl = ../hidden
"""


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://x.org/a", True),
        ("http://x.org", True),
        ("https://name:secret@x.org/a", False),
        ("javascript:alert(1)", False),
        ("ssh://x.org/a", False),
        ("git@x.org:a", False),
        ("https://x.org/a b", False),
        ("https://[x", False),
        ("../a", False),
    ],
)
def test_what_is_on_the_web(url: str, expected: bool) -> None:
    assert is_on_the_web(url) is expected


def test_subrepositories_of_mercurial() -> None:
    lines = [
        "# others",
        "[subpaths]",
        "web = https://code.example.org/web",
        "a/b=[git]https://x.org/b",
        "near =",
        "odd",
    ]
    assert _of_hg(lines) == {"web": "https://code.example.org/web", "a/b": "https://x.org/b", "near": ""}


def test_submodules_of_git(administrator: Caller, tmp_path: Path, signed_in: Any) -> None:
    for name, private in (("peaks", False), ("lakes", False), ("hidden", True)):
        administrator("create_repo", repo_name=name, repo_type="git", private=private)
    scribe = GitScribe(tmp_path / "work")
    written = Written(scribe, "peaks")
    scribe.write(".gitmodules", MODULES)
    for name in ("web", "bad", "near", "hidden", "lost"):
        scribe("update-index", "--add", "--cacheinfo", f"160000,{PIN},{name}")
    scribe("add", ".gitmodules")
    scribe._record("Pin others", "Ann Example <ann@example.org>", None, 0)
    written.push()
    html = text_of(Client().get("/peaks/files"))
    assert 'href="https://code.example.org/web"' in html
    assert 'href="/lakes/files"' in html
    assert "javascript:" not in html
    assert "/hidden/files" not in html
    assert html.count("@ 111111111111") == 5
    assert "/hidden/files" in text_of(signed_in(administrator).get("/peaks/files"))
    page = text_of(Client().get("/peaks/files/main/web"))
    assert PIN in page
    assert 'href="https://code.example.org/web"' in page
    assert "not known here" in text_of(Client().get("/peaks/files/main/lost"))
