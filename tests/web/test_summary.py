"""The first page of a repository."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from belvedere.repos.figures import bring_up_to_date
from belvedere.repos.models import Repository
from tests.api.conftest import Caller
from tests.api.history import History
from tests.web.conftest import text_of


@pytest.fixture(params=["git", "hg"])
def history(request: Any, owner: Caller, administrator: Caller, tmp_path: Path) -> History:
    administrator("create_repo", repo_name="rocks", repo_type=request.param, owner="owner")
    made = History(request.param, "rocks", tmp_path / "work")
    made.commit("one", **{"README.md": "# Hard <script>alert(1)</script>\n", "a.py": "pass\n", "b.py": "pass\n"})
    made.commit("two <b>bold</b>", c="c\n")
    made.push()
    return made


def test_it_tells_what_a_repository_is(history: History, signed_in: Any, owner: Caller, administrator: Caller) -> None:
    administrator("update_repo", repoid="rocks", description="Stones, see https://stones.example/x?a=1&b=2.")
    page = text_of(signed_in(owner).get("/rocks"))
    assert f"{history.row.scheme} clone http://testserver/rocks" in page
    assert f"{history.row.scheme} clone http://testserver/_{history.row.pk} rocks" in page
    assert "ssh" not in page.lower()
    assert 'href="https://stones.example/x?a=1&amp;b=2"' in page
    assert "<h2" in page
    assert "Hard" in page
    assert "two &lt;b&gt;bold" in page
    assert "<script>alert" not in page
    assert 'href="/rocks/archive/' in page
    assert page.count("<h1") == 1
    assert re.search(r'href="/rocks/changelog">2<', page)


def test_ssh_is_offered_where_there_is_some(history: History, anonymous: Client, settings: Any) -> None:
    config = dataclasses.replace(settings.BELVEDERE, ssh_address="ssh://hg@code.example.org/")
    settings.BELVEDERE = config
    page = text_of(anonymous.get("/rocks"))
    assert f"{history.row.scheme} clone ssh://hg@code.example.org/rocks" in page
    assert f"ssh://hg@code.example.org/_{history.row.pk} rocks" in page


def test_counts_are_of_what_the_reader_may_see(
    history: History, signed_in: Any, owner: Caller, reader: Caller, administrator: Caller
) -> None:
    administrator("fork_repo", repoid="rocks", fork_name="unseen-fork", owner="owner", private=True)
    administrator("fork_repo", repoid="rocks", fork_name="open", owner="owner")
    assert 'href="/rocks/forks">2<' in text_of(signed_in(owner).get("/rocks"))
    assert 'href="/rocks/forks">1<' in text_of(signed_in(reader).get("/rocks"))
    Repository.objects.filter(name="open").update(fork_of=Repository.objects.get(name="unseen-fork"))
    assert "unseen-fork" in text_of(signed_in(owner).get("/open"))
    assert "unseen-fork" not in text_of(signed_in(reader).get("/open"))


def test_the_remote_is_for_those_who_administer(
    history: History, signed_in: Any, owner: Caller, reader: Caller
) -> None:
    Repository.objects.filter(name="rocks").update(remote_uri="https://internal.example/rocks")
    assert "internal.example" in text_of(signed_in(owner).get("/rocks"))
    assert "internal.example" not in text_of(signed_in(reader).get("/rocks"))


def test_size_and_languages_come_later_and_are_remembered(history: History, anonymous: Client) -> None:
    page = text_of(anonymous.get("/rocks"))
    assert 'data-source="/rocks/repo_size"' in page
    assert "Python" not in page
    part = text_of(anonymous.get("/rocks/repo_size", headers={"HX-Request": "true"}))
    assert "Python" in part
    assert "<html" not in part
    page = text_of(anonymous.get("/rocks"))
    assert "data-source" not in page.partition("<aside")[2]
    assert re.search(r"66\.7 %", page)
    size = anonymous.get("/rocks/repo_size", headers={"X-Requested-With": "XMLHttpRequest"}).json()
    assert f"<dd>{size}</dd>" in page
    Repository.objects.filter(name="rocks").update(has_statistics=False)
    page = text_of(anonymous.get("/rocks"))
    assert "Languages" not in page
    assert "data-source" not in page.partition("<aside")[2]


def test_without_javascript_what_comes_later_can_be_asked_for(history: History, anonymous: Client) -> None:
    assert 'href="/rocks?figures=1"' in text_of(anonymous.get("/rocks"))
    assert "Python" in text_of(anonymous.get("/rocks?figures=1"))


def test_names_for_archives(history: History, anonymous: Client) -> None:
    page = text_of(anonymous.get("/rocks"))
    branch = "main" if history.row.scheme == "git" else "default"
    assert f'<option value="{branch}">{branch}</option>' in page
    assert f'href="/rocks/archive/{branch}.tar.zst"' in page


@pytest.mark.parametrize("scheme", ["git", "hg"])
def test_an_empty_repository_tells_what_to_do(
    administrator: Caller, anonymous: Client, owner: Caller, signed_in: Any, scheme: str
) -> None:
    administrator("create_repo", repo_name="bare", repo_type=scheme, owner="owner")
    page = text_of(signed_in(owner).get("/bare"))
    assert f"{scheme} push" in page
    assert "archive" not in page
    page = text_of(anonymous.get("/bare"))
    assert "push " not in page.partition("<main")[2].replace("pushes to", "")
    assert f"{scheme} clone" in page
    assert anonymous.get("/bare/repo_size").status_code == 200
    assert anonymous.get("/bare/repo_size", headers={"HX-Request": "true"}).status_code == 200


def test_a_hidden_repository_has_no_size(administrator: Caller, anonymous: Client) -> None:
    administrator("create_repo", repo_name="bare", repo_type="git", private=True)
    assert anonymous.get("/bare/repo_size").status_code == 404


def test_what_it_costs(history: History, anonymous: Client, django_assert_max_num_queries: Any) -> None:
    bring_up_to_date(Repository.objects.get(name="rocks"))
    anonymous.get("/rocks")
    with django_assert_max_num_queries(9) as queries:
        page = text_of(anonymous.get("/rocks"))
    assert len(queries) > 3
    assert len(page.encode()) < 30_000
