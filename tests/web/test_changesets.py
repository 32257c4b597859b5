"""Pages of changesets: what they say, and what they leave for later."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from belvedere.web import changeset_range
from tests.api.conftest import Caller
from tests.vcs.scribe import BOB, GitScribe, HgScribe
from tests.web.conftest import text_of
from tests.web.repositories import Written, scheme, write

__all__ = ["scheme", "write"]

Write = Callable[..., Written]
XHR = {"headers": {"X-Requested-With": "XMLHttpRequest"}}


@pytest.fixture
def client(administrator: Caller) -> Client:
    return Client()


def words(html: str) -> str:
    """Give the text of HTML, its lines and blanks as one."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html))


def test_a_changeset_shows_its_words_and_lines(write: Write, scheme: str, client: Client) -> None:
    hills = write(scheme)
    first = hills.scribe.write("a.py", "one\ntwo\nthree\n").commit("first")
    hills.scribe.write("a.py", "one\n2\nthree\n").write("new.txt", "x\n")
    raw_id = hills.scribe.commit(
        f"Second <thoughts>\n\nwith <b>a body</b>, after {first[:12]}", author=BOB, offset=7200
    )
    hills.push()
    text = text_of(client.get(f"/hills/changeset/{raw_id}"))
    assert "<h1>Second &lt;thoughts&gt;</h1>" in text
    assert "with &lt;b&gt;a body&lt;/b&gt;" in text
    assert f'href="/hills/changeset/{first}">{first[:12]}</a>' in text
    assert f"/hills/archive/{raw_id[:12]}.zip" in text
    assert f"/hills/changeset-patch/{raw_id}" in text
    assert "2 files changed +2 \N{MINUS SIGN}1" in words(text)
    assert "Bob Example bob@example.org" in words(text)
    assert "+0200" in text
    for anchor in ("C-a.py", "Ca.py", "apy_n2", "apy_o2", "newtxt_n1"):
        assert f'id="{anchor}"' in text
    for name in (raw_id[:12], "tip", "branch:" + hills.scribe.default_branch):
        assert raw_id in text_of(client.get(f"/hills/changeset/{name}"))
    assert client.get("/hills/changeset/ffffffffffff").status_code == 404
    assert client.get("/hills/changeset").status_code == 200


def test_words_that_changed_are_marked(write: Write, client: Client) -> None:
    hills = write("git")
    hills.scribe.write("a.txt", 'call({"method": "pull", "repo": 1})\n').commit("first")
    hills.scribe.write("a.txt", 'call({"method": "pull", "repoid": 1})\n').commit("second")
    hills.push()
    text = text_of(client.get("/hills/changeset/tip"))
    assert "<del>repo</del>" in text
    assert "<ins>repoid</ins>" in text


def test_a_root_shows_everything_as_new(write: Write, scheme: str, client: Client) -> None:
    hills = write(scheme)
    hills.scribe.write("a/b.txt", "x\n").commit("first")
    hills.push()
    text = text_of(client.get("/hills/changeset/0"))
    assert "none: this is a root" in text
    assert 'id="abtxt_n1"' in text
    assert "added" in text


def test_a_merge_is_compared_with_either_parent(write: Write, scheme: str, client: Client) -> None:
    hills = write(scheme)
    hills.scribe.write("a", "a\n").commit("root")
    side = hills.scribe.branch("side").write("from-side", "s\n").commit("side")
    main = hills.scribe.switch(hills.scribe.default_branch).write("from-main", "m\n").commit("main")
    raw_id = hills.scribe.merge("side", "merge")
    hills.push()
    text = text_of(client.get(f"/hills/changeset/{raw_id}"))
    assert main[:12] in text
    assert side[:12] in text
    assert 'id="C-from-side"' in text
    assert 'id="C-from-main"' not in text
    other = text_of(client.get(f"/hills/changeset/{raw_id}?parent=2"))
    assert 'id="C-from-main"' in other
    assert 'id="C-from-side"' not in other
    assert "parent=2" in other[other.index("Side by side") - 200 : other.index("Side by side")]
    assert client.get(f"/hills/changeset/{raw_id}?parent=3").status_code == 404


def test_a_range_shows_what_its_changesets_did_together(
    write: Write, scheme: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    hills = write(scheme)
    ids = [hills.scribe.write("a", f"{each}\n").write(f"f{each}", "x\n").commit(f"number {each}") for each in range(4)]
    hills.push()
    text = text_of(client.get(f"/hills/changeset/{ids[1]}...{ids[3]}"))
    assert "3 changesets, from" in words(text)
    assert "number 1" in text
    assert "number 3" in text
    assert "number 0" not in text
    assert 'id="C-f1"' in text
    assert 'id="C-f0"' not in text
    turned = text_of(client.get(f"/hills/changeset/{ids[3][:12]}...{ids[1][:12]}"))
    assert "3 changesets, from" in words(turned)
    monkeypatch.setattr(changeset_range, "MOST", 2)
    assert "2+ changesets, from" in words(text_of(client.get(f"/hills/changeset/{ids[0]}...{ids[3]}")))
    for wrong in (f"{ids[1]}...nothing", f"{ids[1]}...", "...", "a...b...c"):
        assert client.get(f"/hills/changeset/{wrong}").status_code == 404


def test_dates_and_committers_of_a_picked_commit(write: Write, client: Client) -> None:
    hills = write("git")
    scribe = hills.scribe
    assert isinstance(scribe, GitScribe)
    scribe.write("a", "a\n").commit("root")
    source = scribe.branch("side").write("b", "b\n").commit("side", author=BOB)
    scribe.switch("main").write("c", "c\n").commit("main")
    scribe("cherry-pick", "-x", source, GIT_COMMITTER_NAME="Carol", GIT_COMMITTER_EMAIL="carol@example.org")
    hills.push()
    text = words(text_of(client.get("/hills/changeset/branch:main")))
    assert "Bob Example" in text
    assert "by Carol" in text
    assert f"Cherry-picked from{source[:12]}" in text.replace("from ", "from")


def test_grafts_topics_and_phases_are_told(write: Write, client: Client) -> None:
    hills = write("hg")
    scribe = hills.scribe
    assert isinstance(scribe, HgScribe)
    scribe.write("a", "a\n").commit("root")
    source = scribe.branch("side").write("b", "b\n").commit("side")
    scribe.switch("default").write("c", "c\n").commit("main")
    scribe("graft", "-q", "-r", source)
    hills.push()
    text = text_of(client.get("/hills/changeset/tip"))
    assert f'Grafted from</dt><dd><a class="hash" href="/hills/changeset/{source}">' in text
    assert "default" in words(text)


def test_scripts_get_relatives_as_data(write: Write, scheme: str, client: Client) -> None:
    hills = write(scheme)
    first = hills.scribe.write("a", "a\n").commit("first: Grüße")
    second = hills.scribe.write("a", "b\n").commit("second")
    hills.push()
    info = client.get(f"/changeset_info/hills/{first}", **XHR).json()
    assert set(info) == {"short_id", "raw_id", "revision", "message", "date", "author"}
    assert (info["raw_id"], info["short_id"], info["message"]) == (first, first[:12], "first: Grüße")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", info["date"])
    assert client.get(f"/changeset_info/hills/{first}").status_code == 400
    children = client.get(f"/hills/changeset_children/{first}", **XHR).json()
    assert [each["raw_id"] for each in children["results"]] == [second]
    parents = client.get(f"/hills/changeset_parents/{second}", **XHR).json()
    assert [each["raw_id"] for each in parents["results"]] == [first]
    assert client.get(f"/hills/changeset_parents/{first}", **XHR).json() == {"results": []}
    assert second[:12] in text_of(client.get(f"/hills/changeset_children/{first}"))
    assert "<html" not in text_of(client.get(f"/hills/changeset_children/{first}?part=1"))


def test_hidden_repositories_show_nothing(
    write: Write, client: Client, outsider: Caller, reader: Caller, administrator: Caller, signed_in: Any
) -> None:
    hills = write("git", private=True)
    raw_id = hills.scribe.write("a", "a\n").commit("a secret")
    hills.push()
    administrator("grant_user_permission", repoid="hills", userid="reader", perm="repository.read")
    paths = (
        f"/hills/changeset/{raw_id}",
        f"/hills/changeset-diff/{raw_id}",
        f"/hills/changeset-patch/{raw_id}",
        f"/hills/changeset_children/{raw_id}",
        f"/hills/compare/rev@{raw_id}...rev@{raw_id}",
        f"/hills/diff/a?diff1={raw_id}&diff2={raw_id}",
        f"/changeset_info/hills/{raw_id}",
    )
    for path in paths:
        assert client.get(path, **XHR).status_code == 404
        assert signed_in(outsider).get(path, **XHR).status_code == 404
    rita = signed_in(reader)
    assert [rita.get(path, **XHR).status_code for path in paths] == [200] * len(paths)


def test_an_empty_repository_has_no_changesets(write: Write, scheme: str, client: Client) -> None:
    write(scheme)
    assert client.get("/hills/changeset/tip").status_code == 404
    assert "empty" in text_of(client.get("/hills/compare"))
