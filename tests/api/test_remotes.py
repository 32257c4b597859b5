"""Importing and pulling from elsewhere through the API; the other servers are real ones on loopback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from belvedere.events.models import Event
from belvedere.repos import storage
from belvedere.repos.models import PushIntent, Repository
from belvedere.repos.reconcile import reconcile_all
from tests.api.conftest import Caller
from tests.remotes import NAME, other, private_allowed, scheme, scribe, source
from tests.vcs.elsewhere import Elsewhere
from tests.vcs.scribe import Scribe

__all__ = ["other", "private_allowed", "scheme", "scribe", "source"]

SYSTEM = {"git": "git", "hg": "mercurial"}


@pytest.fixture
def url(other: Elsewhere, private_allowed: None) -> str:
    return f"http://{NAME}:{other.port}/source"


def nothing_left(site: Path) -> bool:
    return not Repository.objects.exists() and not list((site / "repositories").glob("*/*"))


def test_import(owner: Caller, scheme: str, url: str, source: Any) -> None:
    created = owner("create_repo", repo_name="copy", repo_type=scheme, clone_uri=url)
    assert created["repo"]["clone_uri"] == url
    assert created["repo"]["last_changeset"]["raw_id"] == source.resolve("tip")
    assert owner("get_repo", repoid="copy", with_revision_names=True)["branches"] == source.refs().branches
    event = Event.objects.get(kind="Pushed")
    assert (event.kind, event.actor_id, event.payload["way"]) == ("Pushed", owner.user_id, "import")
    assert event.payload["first_revision"] == 0


def test_import_with_credentials_that_nobody_sees(
    owner: Caller, administrator: Caller, scheme: str, other: Elsewhere, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    other.protect("ann", "geheim")
    given = url.replace("http://", "http://ann:geheim@")
    created = owner("create_repo", repo_name="copy", repo_type=scheme, clone_uri=given)
    for caller in (owner, administrator):
        assert caller("get_repo", repoid="copy")["clone_uri"] == url.replace("http://", "http://ann@")
    assert "geheim" not in str(created) + caplog.text
    row = Repository.objects.get()
    assert b"geheim" not in str([getattr(row, each.attname) for each in row._meta.concrete_fields]).encode()
    assert administrator("pull", repoid="copy") == "Pulled from `copy`"


@pytest.mark.parametrize("page", ["page", "closed", "missing", "credentials"])
def test_an_import_that_fails_leaves_nothing_behind(
    owner: Caller, scheme: str, other: Elsewhere, url: str, site: Path, page: str
) -> None:
    if page == "page":
        other.answers = b"<html>hello</html>"
    elif page == "credentials":
        other.protect("ann", "right")
    else:
        url = url.replace("/source", "/missing") if page == "missing" else f"http://{NAME}:1/source"
    given = url.replace("http://", "http://ann:geheim@")
    error = owner.error("create_repo", repo_name="copy", repo_type=scheme, clone_uri=given)
    assert error.startswith("failed to create repository `copy`: ")
    for word in ("geheim", "Traceback", "127.0.0.1", str(site), "fatal"):
        assert word not in error
    if page == "page":
        assert f"no {SYSTEM[scheme]} repository" in error
    assert nothing_left(site)
    answer = owner.in_kallithea("create_repo", repo_name="copy", repo_type=scheme, clone_uri=given)
    assert answer["error"] == "failed to create repository `copy`"


@pytest.mark.parametrize(
    "uri",
    ["file:///etc", "/etc", "ext::sh -c id", "-oProxyCommand=id:x", "http://127.0.0.1/a", "http://localhost/a", "x"],
)
def test_addresses_that_are_refused(owner: Caller, administrator: Caller, scheme: str, site: Path, uri: str) -> None:
    error = owner.error("create_repo", repo_name="copy", repo_type=scheme, clone_uri=uri)
    assert error.startswith("failed to create repository `copy`: ")
    assert nothing_left(site)
    owner("create_repo", repo_name="mine", repo_type=scheme)
    assert owner.error("update_repo", repoid="mine", clone_uri=uri).startswith("failed to update repo `mine`: ")
    assert administrator.error("pull", repoid="mine", clone_uri=uri).startswith("Unable to pull changes from `mine`: ")
    assert owner("get_repo", repoid="mine")["clone_uri"] is None


def test_ssh_is_for_administrators_and_git_for_git(owner: Caller, administrator: Caller, url: str) -> None:
    for uri in ("ssh://git@code.example.org/a", "git@code.example.org:a"):
        assert "only an administrator" in owner.error("create_repo", repo_name="copy", repo_type="git", clone_uri=uri)
    error = administrator.error("create_repo", repo_name="copy", repo_type="hg", clone_uri="git://code.example.org/a")
    assert "pulled by http, https, ssh" in error


def test_pull(administrator: Caller, owner: Caller, scheme: str, url: str, source: Any, scribe: Scribe) -> None:
    repo = owner("create_repo", repo_name="copy", repo_type=scheme, clone_uri=url)["repo"]
    newest = scribe.write("a", "2\n").commit("second")
    scribe.push(source.path)
    source.catch_up()
    assert administrator("pull", repoid=str(repo["repo_id"])) == "Pulled from `copy`"
    assert owner("get_repo", repoid="copy")["last_changeset"]["raw_id"] == newest
    event = Event.objects.latest("pk")
    assert (event.actor_id, event.payload["way"], event.payload["first_revision"]) == (administrator.user_id, "pull", 1)
    assert not PushIntent.objects.exists()
    assert administrator.in_kallithea("pull", repoid=repo["repo_id"], clone_uri=None) == {
        "id": 1,
        "result": {"msg": "Pulled from `copy`", "repository": "copy"},
        "error": None,
    }
    assert Event.objects.filter(kind="Pushed").count() == 2


def test_pull_from_a_given_address_that_is_not_kept(administrator: Caller, scheme: str, url: str) -> None:
    administrator("create_repo", repo_name="mine", repo_type=scheme)
    assert administrator("pull", repoid="mine", clone_uri=url) == "Pulled from `mine`"
    shown = administrator("get_repo", repoid="mine")
    assert shown["clone_uri"] is None
    assert shown["last_changeset"]["message"] == "first"


def test_pulls_that_fail(administrator: Caller, owner: Caller, scheme: str, url: str, other: Elsewhere) -> None:
    owner("create_repo", repo_name="mine", repo_type=scheme)
    assert "has no remote address" in administrator.error("pull", repoid="mine")
    other.answers = b"<html>"
    assert administrator.error("pull", repoid="mine", clone_uri=url).startswith("Unable to pull changes from `mine`: ")
    assert not PushIntent.objects.exists()
    answer = administrator.in_kallithea("pull", repoid="mine")
    assert answer["error"] == "Unable to pull changes from `mine`"
    assert administrator.error("pull", repoid="nothing") == "repository `nothing` does not exist"
    assert administrator.error("pull") == "Missing non optional `repoid` arg in JSON DATA"
    assert "clone_uri" in administrator.error("pull", repoid="mine", clone_uri=5)
    assert "administrator" in owner.error("pull", repoid="mine")


def test_update_contacts_the_address_and_clears_it(owner: Caller, scheme: str, url: str, other: Elsewhere) -> None:
    owner("create_repo", repo_name="mine", repo_type=scheme)
    assert owner("update_repo", repoid="mine", clone_uri=url)["repository"]["clone_uri"] == url
    assert owner("get_repo", repoid="mine")["last_changeset"]["revision"] == -1
    other.answers = b"<html>"
    error = owner.error("update_repo", repoid="mine", clone_uri=f"{url}/other", description="changed")
    assert error.startswith("failed to update repo `mine`: no ")
    shown = owner("get_repo", repoid="mine")
    assert (shown["clone_uri"], shown["description"]) == (url, "mine")
    assert owner("update_repo", repoid="mine", clone_uri=None)["repository"]["clone_uri"] == url
    assert owner("update_repo", repoid="mine", clone_uri="")["repository"]["clone_uri"] is None
    assert Repository.objects.get().remote_secret is None


def test_a_crash_between_pull_and_record_is_made_good(
    administrator: Caller, owner: Caller, scheme: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner("create_repo", repo_name="mine", repo_type=scheme)
    opened = storage.open_repository(Repository.objects.get())
    monkeypatch.setattr("belvedere.repos.pulling._record", lambda *_: 1 / 0)
    assert "incident" in administrator.error("pull", repoid="mine", clone_uri=url)
    assert opened.resolve("tip")
    assert PushIntent.objects.count() == 1
    reconcile_all()
    assert not PushIntent.objects.exists()
