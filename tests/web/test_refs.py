"""Branches, tags, bookmarks and topics: as pages, as data, and as a menu."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from belvedere.repos.models import Repository
from belvedere.repos.storage import place_of
from belvedere.vcs.model import RefKind, Refs
from belvedere.web.ref_picker import natural, picker_for
from belvedere.web.ref_words import NamedRef, meaning_of, word_for
from tests.api.conftest import Caller
from tests.vcs.scribe import GitScribe, HgScribe, Scribe
from tests.web.conftest import text_of
from tests.web.rocks import pushed, scribe

__all__ = ["scribe"]

ONE, TWO, THREE = "1" * 40, "2" * 40, "3" * 40


def tag(scribe: Scribe, name: str) -> None:
    if isinstance(scribe, HgScribe):
        scribe("tag", name, "-d", f"{scribe.tick(None)} 0", "-u", "ann")
    elif isinstance(scribe, GitScribe):
        scribe("tag", name)


def small_history(scribe: Scribe) -> dict[str, str]:
    found = {"first": scribe.write("a", "1\n").commit("begin")}
    tag(scribe, "v1.0")
    scribe.branch("side/way").write("b", "1\n")
    found["side"] = scribe.commit("go aside <b>")
    scribe.switch(scribe.default_branch)
    found["main"] = scribe.write("a", "2\n").commit("go on")
    return found


def names(html: str) -> list[str]:
    return re.findall(r'class="name"><a class="ref[^>]*><bdi>(.*?)</bdi>', html)


def test_branches_and_tags_are_listed_with_their_changesets(scribe: Scribe) -> None:
    ids = small_history(scribe)
    pushed(scribe)
    shown = text_of(Client().get("/rocks/branches"))
    assert names(shown) == [scribe.default_branch, "side/way"]
    assert "go aside &lt;b&gt;" in shown
    assert f'href="/rocks/changeset/{ids["side"]}"' in shown
    assert 'href="/rocks/files/side/way"' in shown
    assert f'href="/rocks/compare/branch@{scribe.default_branch}...branch@side/way"' in shown
    assert names(text_of(Client().get("/rocks/tags"))) == ["v1.0"]
    assert names(text_of(Client().get("/rocks/branches?q=WAY"))) == ["side/way"]
    assert "No name here holds “<bdi>&lt;x&gt;</bdi>”" in text_of(Client().get("/rocks/branches?q=%3Cx%3E"))
    assert "There are no bookmarks" in text_of(Client().get("/rocks/bookmarks"))


def test_distances_from_the_default_branch(scribe: Scribe) -> None:
    small_history(scribe)
    pushed(scribe)
    found = Client().get("/rocks/branches?distances=1").json()["distances"]
    # Mercurial records the tag in a changeset of its own.
    assert found == [[0, 0], [1, 1]] if scribe.scheme == "git" else [[0, 0], [2, 1]]
    assert Client().get("/rocks/branches?distances=1").json()["distances"] == found


def test_names_of_mercurial_alone(scribe: Scribe) -> None:
    if not isinstance(scribe, HgScribe):
        pytest.skip("git has none of them")
    small_history(scribe)
    scribe("bookmark", "-r", "tip", "@")
    scribe.switch("side/way")
    scribe("commit", "-q", "--close-branch", "-m", "close it", "-d", f"{scribe.tick(None)} 0")
    scribe.switch("default")
    pushed(scribe)
    with contextlib.suppress(AssertionError):  # exit 1 means that there were no changesets to push
        scribe("push", "-q", "-B", "@", str(place_of(Repository.objects.get(name="rocks"))))
    assert names(text_of(Client().get("/rocks/branches"))) == ["default"]
    assert names(text_of(Client().get("/rocks/branches?closed=1"))) == ["side/way"]
    assert names(text_of(Client().get("/rocks/bookmarks"))) == ["@"]
    assert "Topics" not in text_of(Client().get("/rocks/branches"))
    assert "There are no topics" in text_of(Client().get("/rocks/topics"))


def test_ten_thousand_branches_are_turned_by_pages(administrator: Caller, tmp_path: Path) -> None:
    administrator("create_repo", repo_name="rocks", repo_type="git")
    scribe = GitScribe(tmp_path / "work")
    raw_id = scribe.write("a", "1\n").commit("begin")
    opened = pushed(scribe)
    lines = "".join(f"{raw_id} refs/heads/b{number}\n" for number in range(10_000))
    (place_of(Repository.objects.get(name="rocks")) / "packed-refs").write_text(lines)
    opened.catch_up()
    response = Client().get("/rocks/branches?sort=name&page=2")
    assert names(text_of(response))[:2] == ["b49", "b50"]
    assert "Page 2 of 201" in text_of(response)
    assert len(response.content) < 60_000
    changelog = Client().get("/rocks/changelog")
    assert len(changelog.content) < 40_000
    assert "All 10,001 branches" in text_of(changelog)
    found = Client().get("/rocks/refs-data?q=b77").json()
    assert found["more"] is True
    assert found["results"][0]["children"][0]["at"] == "b77"
    assert len(found["results"][0]["children"]) == 50


def test_data_has_the_form_that_clients_know(scribe: Scribe, administrator: Caller, reader: Caller) -> None:
    ids = small_history(scribe)
    pushed(scribe)
    found = Client().get("/rocks/refs-data").json()
    assert found["more"] is False
    groups = {group["text"]: group["children"] for group in found["results"]}
    assert {"id": ids["side"], "text": "side/way", "type": "branch"} in groups["Branch"]
    assert groups["Tag"] == [{"id": ids["first"], "text": "v1.0", "type": "tag"}]
    assert set(groups) == {"Branch", "Tag"}
    administrator("update_repo", repoid="rocks", private=True)
    administrator("grant_user_permission", repoid="rocks", userid="reader", perm="repository.read")
    assert Client().get("/rocks/refs-data").status_code == 404
    assert Client().get(f"/rocks/refs-data?api_key={reader.key}").json() == found


def test_an_empty_repository_says_so(scribe: Scribe) -> None:
    assert "There are no changesets yet" in text_of(Client().get("/rocks/branches"))
    assert Client().get("/rocks/refs-data").json() == {"results": [], "more": False}


def test_the_menu_of_names(scribe: Scribe) -> None:
    ids = small_history(scribe)
    opened = pushed(scribe)
    row: Any = Repository.objects.get(name="rocks")
    picker = picker_for(opened, row, "side/way", lambda word: f"/at/{word}")
    assert (picker.kind, picker.label) == ("branch", "side/way")
    assert [group.label for group in picker.groups] == ["Branches", "Tags"]
    assert [(each.label, each.url, each.is_current) for each in picker.groups[0].choices] == [
        (scribe.default_branch, f"/at/{scribe.default_branch}", False),
        ("side/way", "/at/side/way", True),
    ]
    assert picker_for(opened, row, ids["main"][:8], str).label == ids["main"][:12]
    assert picker_for(opened, row, "v1.0", str).kind == "tag"


REFS = Refs(
    branches={"main": ONE, "1234": ONE, "same": ONE, "a": ONE, "a/b": TWO, "cafe/x": ONE, "tip": ONE},
    tags={"same": TWO, "v1": TWO, "moved": THREE},
    bookmarks={"moved": TWO},
    default="main",
)


@pytest.mark.parametrize(
    ("kind", "name", "raw_id", "word"),
    [
        (RefKind.BRANCH, "main", ONE, "main"),
        (RefKind.BRANCH, "1234", ONE, "branch:1234"),
        (RefKind.BRANCH, "tip", ONE, "branch:tip"),
        (RefKind.BRANCH, "cafe/x", ONE, "branch:cafe/x"),
        (RefKind.BRANCH, "same", ONE, "branch:same"),
        (RefKind.TAG, "same", TWO, "same"),
        (RefKind.TAG, "moved", THREE, "tag:moved"),
        (RefKind.BOOKMARK, "moved", TWO, "moved"),
        (RefKind.BRANCH, "a/b", TWO, TWO),
    ],
)
def test_a_word_means_one_name(kind: RefKind, name: str, raw_id: str, word: str) -> None:
    assert word_for(REFS, NamedRef(kind, name, raw_id)) == word
    if word != raw_id:
        found = meaning_of(REFS, word, raw_id)
        assert (found.kind, found.label) == (kind, name)


def test_numbers_in_names_count() -> None:
    assert sorted(["v10", "v9", "v1.10", "v1.9", "", "7", "x"], key=natural) == [
        "",
        "7",
        "v1.9",
        "v1.10",
        "v9",
        "v10",
        "x",
    ]
