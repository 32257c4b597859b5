"""The page of what is to be a repository: how far it is, why it failed, and who sees it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from belvedere.repos.models import Arrival, Repository
from belvedere.vcs.backends import backend
from tests.api.conftest import Caller
from tests.remotes import allow_loopback
from tests.vcs.elsewhere import Elsewhere, elsewhere
from tests.vcs.scribe import SCRIBES
from tests.web.conftest import text_of
from tests.working import do_long_jobs

REPOSITORIES = "/_admin/repos"
PART = {"HX-Request": "true"}


@pytest.fixture
def other(tmp_path: Path, settings: Any, site: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Elsewhere]:
    """Another site with one repository, `source`."""
    made = backend("git").create(tmp_path / "elsewhere" / "source")
    scribe = SCRIBES["git"](tmp_path / "work")
    scribe.write("a", "1\n").commit("first")
    scribe.push(made.path)
    allow_loopback(settings, monkeypatch)
    with elsewhere("git", made.path.parent) as running:
        yield running


@pytest.fixture
def url(other: Elsewhere) -> str:
    return f"http://code.example.test:{other.port}/source"


@pytest.fixture
def importing(owner: Caller, signed_in: Any, url: str) -> Client:
    """The owner, who has just asked for `rocks`."""
    client: Client = signed_in(owner)
    given = {"repo_name": "rocks", "repo_group": "", "repo_type": "git", "repo_description": "<i>Old</i> ones"}
    response = client.post(REPOSITORIES, {**given, "clone_uri": url, "repo_private": "on"})
    assert response["Location"] == "/rocks"
    return client


def under_way(**progress: Any) -> None:
    Arrival.objects.update(state="running", began_on=timezone.now(), progress=progress)


def test_the_page_says_how_far_it_is_and_turns_into_the_summary(importing: Client, url: str) -> None:
    page = text_of(importing.get("/rocks"))
    assert "Waiting for its turn" in page
    assert url in page
    assert "&lt;i&gt;Old&lt;/i&gt; ones" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert 'data-module="arrival" data-source="/rocks/repo_creating"' in page
    under_way(step="receiving", done=12_345, total=50_000, unit="changesets", size=34_000_000)
    part = text_of(importing.get("/rocks/repo_creating", headers=PART))
    assert "12,345 of 50,000 changesets, 34.0 MB" in part
    assert '<progress max="50000" value="12345"' in part
    assert "<html" not in part
    assert importing.get("/rocks/repo_check_creating").json() == {"result": False, "state": "running"}
    do_long_jobs()
    done = importing.get("/rocks/repo_creating", headers=PART)
    assert (done.status_code, done["HX-Redirect"]) == (204, "/rocks")
    assert importing.get("/rocks/repo_check_creating").json() == {"result": True}
    assert "first" in text_of(importing.get("/rocks"))


def test_it_is_listed_for_those_who_may_see_it(
    importing: Client, administrator: Caller, reader: Caller, signed_in: Any
) -> None:
    under_way(step="checking", done=7, total=0, unit="deltas", size=0)
    for client in (importing, signed_in(administrator)):
        page = text_of(client.get("/"))
        assert "rocks" in page
        assert "7 deltas" in page
        assert "rocks" not in text_of(client.get("/?q=x"))
    for client in (signed_in(reader), Client()):
        assert "rocks" not in text_of(client.get("/"))
        for path in ("/rocks", "/rocks/repo_creating", "/rocks/repo_check_creating", "/rocks/files/tip"):
            assert client.get(path).status_code == 404
        assert client.post("/rocks/repo_creating", {"do": "forget"}).status_code in (302, 404)
    assert Arrival.objects.exists()


def test_a_failure_keeps_what_was_typed_and_is_tried_again(importing: Client, other: Elsewhere, url: str) -> None:
    other.protect("ann", "right")
    do_long_jobs()
    page = text_of(importing.get("/rocks"))
    assert "The import failed." in page
    assert "It wants other credentials." in page
    assert f'value="{url}"' in page
    assert "refresh" not in page
    again = "/rocks/repo_creating"
    assert "private network" not in page
    refused = text_of(importing.post(again, {"do": "again", "clone_uri": "ftp://code.example.test/x"}), 400)
    assert "An address begins with" in refused
    with_password = url.replace("http://", "http://ann:right@")
    assert importing.post(again, {"do": "again", "clone_uri": with_password})["Location"] == "/rocks"
    assert "right" not in text_of(importing.get("/rocks"))
    assert importing.post(again, {"do": "again", "clone_uri": url}).status_code == 409
    other.wants = "nobody"
    do_long_jobs()
    other.protect("ann", "right")
    shown = Arrival.objects.get().remote_uri
    assert importing.post(again, {"do": "again", "clone_uri": shown})["Location"] == "/rocks"
    do_long_jobs()
    row = Repository.objects.get()
    assert (row.description, row.is_private) == ("<i>Old</i> ones", True)


def test_it_is_deleted_at_any_time(importing: Client, administrator: Caller) -> None:
    under_way(step="receiving", done=1, total=2, unit="objects", size=3)
    response = importing.post("/rocks/repo_creating", {"do": "forget"})
    assert response["Location"] == "/"
    assert importing.get("/rocks").status_code == 404
    do_long_jobs()
    assert not Repository.objects.exists()
    assert importing.post("/rocks/repo_creating", {"do": "forget"}).status_code == 404


def test_a_fork_names_its_source_to_those_who_may_read_it(administrator: Caller, owner: Caller, signed_in: Any) -> None:
    administrator("create_repo", repo_name="mountains", repo_type="git")
    client = signed_in(owner)
    client.post("/mountains/fork", {"repo_name": "mine", "landing_rev": "rev:tip"})
    assert 'of <a href="/mountains">mountains</a>' in text_of(client.get("/mine"))
    administrator("grant_user_permission", repoid="mountains", userid="default", perm="repository.none")
    page = text_of(client.get("/mine"))
    assert "/mountains" not in page
    do_long_jobs()
    page = text_of(client.get("/mine"))
    assert "The fork failed." in page
    assert client.post("/mine/repo_creating", {"do": "again"})["Location"] == "/mine"
    administrator("grant_user_permission", repoid="mountains", userid="default", perm="repository.read")
    do_long_jobs()
    assert Repository.objects.get(name="mine").fork_of.name == "mountains"


def test_a_pull_shows_its_part(importing: Client) -> None:
    do_long_jobs()
    remote = "/rocks/settings/remote"
    importing.post(remote, {"do": "pull"})
    under_way(step="receiving", done=5, total=10, unit="objects", size=2_000)
    assert "5 of 10 objects, 2.0 KB" in text_of(importing.get(remote, headers=PART))
    page = text_of(importing.get(remote))
    assert 'value="stop"' in page
    assert 'value="pull"' not in page


def test_the_administration_shows_jobs_and_cancels_them(
    importing: Client, administrator: Caller, signed_in: Any
) -> None:
    boss = signed_in(administrator)
    system = "/_admin/settings/system"
    page = text_of(boss.get(system))
    assert "import of rocks" in page
    job = DBTaskResult.objects.get(task_path__contains="bring_in")
    assert boss.post(f"{system}/jobs", {"cancel": str(job.pk)}).status_code == 302
    page = text_of(boss.get(system))
    assert "The job is cancelled." in page
    assert "import of rocks" not in page
    assert "An administrator stopped it." in text_of(importing.get("/rocks"))
    assert importing.post(f"{system}/jobs", {"cancel": str(job.pk)}).status_code == 403
