"""Two places in history beside each other, also of two repositories."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from belvedere.web import comparing
from tests.api.conftest import Caller
from tests.web.conftest import text_of
from tests.web.repositories import Written, scheme, write
from tests.web.test_changesets import words

__all__ = ["scheme", "write"]

Write = Callable[..., Written]


@pytest.fixture
def client(administrator: Caller) -> Client:
    return Client()


def diverged(write: Write, scheme: str) -> tuple[Written, str, dict[str, str]]:
    """Write two branches that grew apart, one with slashes and dots in its name."""
    hills = write(scheme)
    scribe, main = hills.scribe, hills.scribe.default_branch
    ids = {"root": scribe.write("a", "a\n").write("b", "b\n").commit("root")}
    scribe.branch("topic/v1.0-x")
    ids["first"] = scribe.write("a", "first\n").commit("first of topic")
    ids["second"] = scribe.write("new", "new\n").commit("second of topic")
    scribe.switch(main)
    ids["main"] = scribe.write("b", "main\n").commit("on the main line")
    hills.push()
    return hills, main, ids


def test_what_is_ahead_and_behind(write: Write, scheme: str, client: Client) -> None:
    _, main, ids = diverged(write, scheme)
    path = f"/hills/compare/branch@{main}...branch@topic/v1.0-x"
    text = text_of(client.get(path))
    assert "2 ahead" in words(text)
    assert "1 behind" in words(text)
    assert "second of topic" in text
    assert "on the main line" not in text
    assert "on the main line" in text_of(client.get(f"{path}?list=behind"))
    assert ids["root"][:12] in text
    assert {"C-a", "C-b", "C-new"} <= set(re.findall(r'article class="[^"]*" id="([^"]*)"', text))
    since = text_of(client.get(f"{path}?merge=1"))
    assert 'id="C-b"' not in since
    assert 'id="C-a"' in since
    swapped = unescape(re.findall(r'href="([^"]*)" title="Turn', text)[0])
    assert swapped == f"/hills/compare/branch@topic/v1.0-x...branch@{main}"
    assert "1 ahead" in words(text_of(client.get(swapped)))


def test_no_more_is_listed_than_anybody_reads(
    write: Write, scheme: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, main, _ = diverged(write, scheme)
    monkeypatch.setattr(comparing, "MOST", 1)
    text = text_of(client.get(f"/hills/compare/branch@{main}...branch@topic/v1.0-x"))
    assert "1+ ahead" in words(text)
    assert "1 behind" in words(text)
    assert "second of topic" in text
    assert "first of topic" not in text


def test_parts_of_a_comparison_are_fixed(write: Write, client: Client) -> None:
    hills = write("git")
    scribe = hills.scribe
    root = scribe.write("a", "".join(f"line {each}\n" for each in range(200))).commit("root")
    for number in range(24):
        scribe.write(f"f{number:02}", "x\n")
    scribe.write("a", "".join(f"line {each}\n" for each in range(200) if each != 100)).commit("next")
    hills.push()
    text = text_of(client.get(f"/hills/compare/rev@{root}...branch@{scribe.default_branch}?merge=1"))
    for url in (unescape(each) for each in re.findall(r'data-(?:rows|article)="([^"]*)"', text)):
        part = text_of(client.get(url))
        assert "<html" not in part
    assert url.startswith("/hills/compare/rev@")


def test_names_of_every_kind(write: Write, client: Client) -> None:
    hills, main, ids = diverged(write, "hg")
    hills.scribe("bookmark", "-r", ids["first"], "mark")  # type: ignore[operator]
    hills.scribe("tag", "-r", ids["root"], "v1", "-u", "ann")  # type: ignore[operator]
    hills.push()
    assert "2 ahead" in words(text_of(client.get("/hills/compare/tag@v1...branch@topic/v1.0-x")))
    assert "1 ahead" in words(text_of(client.get(f"/hills/compare/rev@{ids['root'][:10]}...rev@{ids['first'][:10]}")))
    assert client.get(f"/hills/compare/branch@{main}...branch@nothing").status_code == 404
    assert client.get("/hills/compare/nonsense").status_code == 404
    same = text_of(client.get(f"/hills/compare/branch@{main}...branch@{main}"))
    assert "Nothing differs" in same


def test_a_criss_cross_is_told(write: Write, scheme: str, client: Client) -> None:
    hills = write(scheme)
    scribe, main = hills.scribe, hills.scribe.default_branch
    scribe.write("a", "a\n").commit("root")
    side = scribe.branch("side").write("b", "b\n").commit("side")
    here = scribe.switch(main).write("c", "c\n").commit("main")
    scribe.merge(side, "main takes side")
    scribe.switch("side").merge(here, "side takes main")
    scribe.write("d", "d\n").commit("on")
    hills.push()
    text = words(text_of(client.get(f"/hills/compare/branch@{main}...branch@side?merge=1")))
    assert "merged crosswise and have 2 best common ancestors" in text
    assert side[:12] in text
    assert here[:12] in text


def test_unrelated_histories(write: Write, client: Client) -> None:
    hills = write("git")
    scribe = hills.scribe
    scribe.write("a", "a\n").commit("one")
    scribe("checkout", "-q", "--orphan", "other")  # type: ignore[operator]
    scribe.write("a", "b\n").commit("two")
    hills.push()
    text = text_of(client.get("/hills/compare/branch@main...branch@other?merge=1"))
    assert "no common history" in text
    assert 'id="a_n1"' in text


def test_forks_that_grew_apart(write: Write, scheme: str, client: Client, administrator: Caller) -> None:
    hills, main, _ids = diverged(write, scheme)
    administrator("fork_repo", repoid="hills", fork_name="valley")
    scribe = hills.scribe
    scribe.switch(main)
    fork = scribe.write("fork", "f\n").commit("only in the fork")
    hills.push("valley")
    path = f"/hills/compare/branch@{main}...branch@{main}?other_repo=valley"
    text = text_of(client.get(path))
    assert "only in the fork" in text
    assert "1 ahead" in words(text)
    assert f"/valley/changeset/{fork}" in text
    assert "0 behind" in words(text)
    assert 'id="fork_n1"' in text
    back = text_of(client.get(f"/valley/compare/branch@{main}...branch@{main}?other_repo=hills"))
    assert "1 behind" in words(back)


def test_forks_without_a_common_store(write: Write, scheme: str, client: Client, administrator: Caller) -> None:
    hills = write(scheme)
    main = hills.scribe.default_branch
    root = hills.scribe.write("a", "a\n").commit("root")
    hills.push()
    administrator("fork_repo", repoid="hills", fork_name="valley")
    left = hills.scribe.write("left", "l\n").commit("left")
    hills.push()
    other = write(scheme, "elsewhere")
    if scheme == "git":
        other.scribe("pull", "-q", str(hills.scribe.root), f"{root}:refs/heads/x")  # type: ignore[operator]
        other.scribe("reset", "-q", "--hard", root)  # type: ignore[operator]
    else:
        other.scribe("pull", "-q", "-r", root, str(hills.scribe.root))  # type: ignore[operator]
        other.scribe("update", "-q", root)  # type: ignore[operator]
    right = other.scribe.write("right", "r\n").commit("right")
    other.push("valley")
    for query in ("?other_repo=valley", "?other_repo=valley&merge=1"):
        text = text_of(client.get(f"/hills/compare/rev@{left}...rev@{right}{query}"))
        assert "1 ahead" in words(text)
        assert "1 behind" in words(text)
        assert 'id="right_n1"' in text
        assert root[:12] in text
    assert "so that the difference is since their common ancestor" in text_of(
        client.get(f"/hills/compare/rev@{left}...branch@{main}?other_repo=valley")
    )


def test_who_may_not_read_the_other_side_sees_nothing_of_it(
    write: Write, administrator: Caller, reader: Caller, signed_in: Any
) -> None:
    _hills, main, _ids = diverged(write, "git")
    administrator("fork_repo", repoid="hills", fork_name="secret-valley", private=True)
    rita = signed_in(reader)
    path = f"/hills/compare/branch@{main}...branch@{main}"
    assert "secret-valley" not in text_of(rita.get(path))
    assert "secret-valley" not in text_of(rita.get("/hills/compare"))
    assert rita.get(f"{path}?other_repo=secret-valley").status_code == 404
    assert "secret-valley" in text_of(signed_in(administrator).get("/hills/compare"))


def test_the_form_finds_out_what_names_are(write: Write, client: Client, administrator: Caller) -> None:
    _, main, ids = diverged(write, "git")
    assert "Compare two places" in text_of(client.get("/hills/compare"))
    done = client.get("/hills/compare", {"base": main, "to": "topic/v1.0-x", "merge": "1"})
    assert done["Location"] == f"/hills/compare/branch@{main}...branch@topic/v1.0-x?merge=1"
    done = client.get("/hills/compare", {"base": ids["root"][:8], "to": "tip"})
    assert done.status_code == 302
    assert client.get(done["Location"]).status_code == 200
    wrong = text_of(client.get("/hills/compare", {"base": main, "to": "<b>nothing"}), 400)
    assert "There is no <code>&lt;b&gt;nothing</code>" in wrong
    assert 'value="&lt;b&gt;nothing"' in wrong
    administrator("create_repo", repo_name="of-other-kind", repo_type="hg")
    assert client.get("/hills/compare", {"base": main, "to": main, "other_repo": "of-other-kind"}).status_code == 400


def test_many_changesets_are_turned(write: Write, client: Client) -> None:
    hills = write("git")
    root = hills.scribe.write("a", "0\n").commit("root")
    for number in range(35):
        hills.scribe.write("a", f"{number}\n").commit(f"number {number:02}")
    hills.push()
    path = f"/hills/compare/rev@{root}...branch@main"
    text = text_of(client.get(path))
    assert "35 ahead" in words(text)
    assert "number 34" in text
    assert "number 04" not in text
    assert "number 04" in text_of(client.get(f"{path}?page=2"))
