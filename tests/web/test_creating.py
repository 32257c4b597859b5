"""Creating, importing and forking repositories, following them, and creating groups."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from belvedere.accounts.models import GlobalGrant
from belvedere.repos.models import Following, Repository, RepositoryGrant, RepositoryGroup
from belvedere.vcs.backends import backend
from tests.api.conftest import Caller
from tests.remotes import allow_loopback
from tests.vcs.elsewhere import elsewhere
from tests.vcs.scribe import SCRIBES
from tests.web.conftest import text_of
from tests.working import do_long_jobs

FORM = "/_admin/create_repository"
REPOSITORIES = "/_admin/repos"
GROUPS = "/_admin/repo_groups"


def new(**given: str) -> dict[str, str]:
    return {"repo_name": "rocks", "repo_group": "", "repo_type": "git", **given}


@pytest.fixture
def grounds(administrator: Caller, owner: Caller, writer: Caller, reader: Caller) -> None:
    """A group that its owner administers, that the writer creates in, and that the reader only sees."""
    administrator("create_repo_group", group_name="nature", owner="owner")
    administrator("grant_user_permission_to_repo_group", repogroupid="nature", userid="writer", perm="group.write")


def close_the_top() -> None:
    GlobalGrant.objects.filter(permission__in=("hg.create.repository", "hg.fork.repository")).delete()


def test_a_repository_is_created_where_one_may(grounds: None, writer: Caller, signed_in: Any) -> None:
    client = signed_in(writer)
    page = text_of(client.get(f"{FORM}?parent_group=nature&repo_name=peaks"))
    assert '<option value="nature" selected' in page
    assert 'value="peaks"' in page
    response = client.post(REPOSITORIES, new(repo_group="nature", repo_type="hg", repo_description="Old"))
    assert response["Location"] == "/nature/rocks"
    assert "Created nature/rocks." in text_of(client.get("/nature/rocks"))
    row = Repository.objects.get()
    assert (row.name, row.scheme, row.description, row.owner.username) == ("nature/rocks", "hg", "Old", "writer")
    assert client.get("/nature/rocks/repo_check_creating").json() == {"result": True}
    assert client.get("/nature/rocks/repo_creating")["Location"] == "/nature/rocks"


def test_only_places_where_one_may_create_are_offered(
    grounds: None, administrator: Caller, writer: Caller, reader: Caller, signed_in: Any
) -> None:
    administrator("create_repo_group", group_name="closed")
    close_the_top()
    page = text_of(signed_in(writer).get(FORM))
    assert 'value="nature"' in page
    assert "closed" not in page
    assert "top level" not in page
    client = signed_in(writer)
    for group in ("", "-1", "closed", "absent"):
        assert "errorlist" in text_of(client.post(REPOSITORIES, new(repo_group=group)))
    nobody = signed_in(reader)
    assert nobody.get(FORM).status_code == 403
    assert nobody.post(REPOSITORIES, new()).status_code == 403
    assert Client().get(FORM)["Location"].startswith("/_admin/login")
    assert not Repository.objects.exists()


def test_old_programs_name_groups_by_id(grounds: None, writer: Caller) -> None:
    group = RepositoryGroup.objects.get()
    bearer = {"Authorization": f"Bearer {writer.key}"}
    sent = new(repo_group=str(group.pk), repo_landing_rev="rev:tip")
    assert Client(enforce_csrf_checks=True).post(REPOSITORIES, sent, headers=bearer).status_code == 302
    sent = new(repo_group="-1", repo_name="top")
    assert Client(enforce_csrf_checks=True).post(REPOSITORIES, sent, headers=bearer)["Location"] == "/top"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"repo_name": ""}, "This field is required"),
        ({"repo_name": "a/b"}, "A name has none of these: /"),
        ({"repo_name": "_admin"}, "reserved"),
        ({"repo_name": "NATURE"}, "already exist"),
        ({"repo_type": "svn"}, "Select a valid choice"),
        ({"repo_landing_rev": "nonsense:x"}, "is neither a name nor type:name"),
        ({"clone_uri": "https://user:hidden word@code.example.test/a"}, "no blanks"),
        ({"clone_uri": "ssh://code.example.test/a"}, "only an administrator gives one"),
        ({"clone_uri": "http://127.0.0.1/a"}, "private network"),
    ],
)
def test_a_wrong_form_says_why_and_keeps_what_was_typed(
    grounds: None, writer: Caller, signed_in: Any, given: dict[str, str], said: str
) -> None:
    page = text_of(signed_in(writer).post(REPOSITORIES, new(repo_description="typed by hand", **given)))
    assert said in page
    assert "typed by hand" in page
    assert not Repository.objects.exists()


def test_the_shortcut_leads_to_the_form(writer: Caller, signed_in: Any) -> None:
    client = signed_in(writer)
    assert client.get("/_admin/add_repo/rocks")["Location"] == f"{FORM}?repo_name=rocks"
    assert client.get("/_admin/add_repo/a/b")["Location"] == f"{FORM}?repo_name=b&parent_group=a"
    assert client.get("/_admin/add_repo")["Location"] == FORM


def test_permissions_of_the_group_are_copied(grounds: None, owner: Caller, signed_in: Any) -> None:
    client = signed_in(owner)
    assert client.post(REPOSITORIES, new(repo_group="nature", repo_copy_permissions="on")).status_code == 302
    assert RepositoryGrant.objects.filter(user__username="writer", level=2).exists()


def test_a_repository_is_imported_and_pulled_again(
    owner: Caller, signed_in: Any, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backend("git").create(tmp_path / "elsewhere" / "source")
    scribe = SCRIBES["git"](tmp_path / "work")
    scribe.write("a", "1\n").commit("first")
    scribe.push(made.path)
    allow_loopback(settings, monkeypatch)
    client = signed_in(owner)
    with elsewhere("git", made.path.parent) as other:
        url = f"http://code.example.test:{other.port}/source"
        assert client.post(REPOSITORIES, new(clone_uri=url))["Location"] == "/rocks"
        do_long_jobs()
        assert "first" in text_of(client.get("/rocks"))
        remote = "/rocks/settings/remote"
        assert "Waiting for its turn" in text_of(client.post(remote, follow=True))
        assert "being pulled already" in text_of(client.post(remote, {"do": "pull"}))
        do_long_jobs()
        assert "there was nothing new" in text_of(client.get(remote))
        scribe.write("a", "2\n").commit("second")
        scribe.push(made.path)
        client.post(remote, {"do": "pull"})
        do_long_jobs()
        assert "Pulled: 1 new changeset and 1 name moved." in text_of(client.get(remote))
        assert "a repository answers there" in text_of(
            client.post(remote, {"do": "save", "clone_uri": url}, follow=True)
        )
    assert "errorlist" in text_of(client.post(remote, {"do": "save", "clone_uri": url}))
    client.post(remote, {"do": "pull"})
    do_long_jobs()
    page = text_of(client.get(remote))
    assert "The pull failed." in page
    assert "The server does not answer." in page
    client.post(remote, {"do": "pull"})
    assert "The pull is stopped." in text_of(client.post(remote, {"do": "stop"}, follow=True))
    assert do_long_jobs() == ["SUCCESSFUL"]
    assert "It was stopped." in text_of(client.get(remote))
    assert "over already" in text_of(client.post(remote, {"do": "stop"}, follow=True))


def test_a_fork_is_made_and_listed_for_those_who_may_see_it(
    grounds: None, administrator: Caller, owner: Caller, writer: Caller, outsider: Caller, signed_in: Any
) -> None:
    administrator("create_repo", repo_name="rocks", repo_type="git", owner="owner", description="Old ones")
    client = signed_in(writer)
    page = text_of(client.get("/rocks/fork"))
    assert "Old ones" in page
    given = {"repo_name": "rocks", "landing_rev": "rev:tip"}
    assert "already exist" in text_of(client.post("/rocks/fork", given))
    assert client.post("/rocks/fork", {**given, "repo_group": "nature"})["Location"] == "/nature/rocks"
    assert client.post("/rocks/fork", {**given, "repo_name": "mine", "private": "on"})["Location"] == "/mine"
    assert "already exist" in text_of(client.post("/rocks/fork", {**given, "repo_name": "MINE"}))
    do_long_jobs()
    fork = Repository.objects.get(name="nature/rocks")
    assert (fork.fork_of.name, fork.owner.username) == ("rocks", "writer")
    page = text_of(client.get("/rocks/forks"))
    assert "nature/rocks" in page
    assert "/mine" in page
    for other in (signed_in(outsider), Client()):
        page = text_of(other.get("/rocks/forks"))
        assert "nature/rocks" in page
        assert "/mine" not in page


def test_a_private_repository_has_private_forks(administrator: Caller, reader: Caller, signed_in: Any) -> None:
    administrator("create_repo", repo_name="secret", repo_type="git", private=True)
    administrator("grant_user_permission", repoid="secret", userid="reader", perm="repository.read")
    client = signed_in(reader)
    assert "A fork of a private repository is private" in text_of(client.get("/secret/fork"))
    assert client.post("/secret/fork", {"repo_name": "mine", "landing_rev": "rev:tip"}).status_code == 302
    do_long_jobs()
    assert Repository.objects.get(name="mine").is_private


def test_forking_takes_a_permission_and_a_place(
    grounds: None, administrator: Caller, reader: Caller, outsider: Caller, signed_in: Any
) -> None:
    administrator("create_repo", repo_name="rocks", repo_type="git")
    administrator("create_repo", repo_name="secret", repo_type="git", private=True)
    assert signed_in(outsider).get("/secret/fork").status_code == 404
    assert Client().get("/rocks/fork")["Location"].startswith("/_admin/login")
    close_the_top()
    client = signed_in(reader)
    assert client.get("/rocks/fork").status_code == 403
    assert client.post("/rocks/fork", {"repo_name": "mine"}).status_code == 403
    assert "/rocks/fork" not in text_of(client.get("/rocks/forks")).replace("/rocks/forks", "")


def test_following_is_switched(administrator: Caller, reader: Caller, outsider: Caller, signed_in: Any) -> None:
    pk = administrator("create_repo", repo_name="rocks", repo_type="git")["repo"]["repo_id"]
    hidden = administrator("create_repo", repo_name="secret", repo_type="git", private=True)["repo"]["repo_id"]
    client = signed_in(reader)
    toggle = "/_admin/toggle_following"
    response = client.post(toggle, {"follows_repository_id": pk, "came_from": "/rocks/forks"})
    assert response["Location"] == "/rocks/forks"
    assert Following.objects.filter(user__username="reader", repository_id=pk).count() == 1
    assert "reader" in text_of(Client().get("/rocks/followers"))
    given = {"follows_repository_id": pk}
    assert client.post(toggle, given, headers={"Accept": "application/json"}).json() == {"is_followed": False}
    assert client.post(toggle, given, headers={"X-Requested-With": "XMLHttpRequest"}).content == b"ok"
    assert client.post(toggle, {**given, "came_from": "//evil.example"}).status_code == 400
    assert Following.objects.filter(user__username="reader", repository_id=pk).count() == 1
    for wrong in (hidden, 99999, "x", ""):
        assert client.post(toggle, {"follows_repository_id": wrong}).status_code == 404
    assert Client().post(toggle, given).status_code in (302, 401, 404)
    assert not Following.objects.filter(user_id=1).exists()


def test_groups_are_created_by_those_who_administer_the_place(
    grounds: None, administrator: Caller, owner: Caller, writer: Caller, signed_in: Any
) -> None:
    client = signed_in(owner)
    page = text_of(client.get(f"{GROUPS}/new?parent_group=nature"))
    assert '<option value="nature" selected' in page
    assert "top level" not in page
    sent = {"group_name": "high", "parent_group_id": "nature", "group_copy_permissions": "on"}
    assert client.post(GROUPS, sent)["Location"] == "/nature/high"
    made = RepositoryGroup.objects.get(name="nature/high")
    assert made.owner.username == "owner"
    assert made.grants.filter(user__username="writer", level=2).exists()
    assert "already exist" in text_of(client.post(GROUPS, sent))
    assert "errorlist" in text_of(client.post(GROUPS, {"group_name": "top", "parent_group_id": ""}))
    assert "A name has no blanks" in text_of(client.post(GROUPS, {**sent, "group_name": "a b"}))
    other = signed_in(writer)
    assert other.get(f"{GROUPS}/new").status_code == 403
    assert other.post(GROUPS, sent).status_code == 403
    boss = signed_in(administrator)
    assert boss.post(GROUPS, {"group_name": "top", "parent_group_id": "-1"})["Location"] == "/top"


def test_settings_of_groups_are_for_those_who_administer_them(
    grounds: None, administrator: Caller, owner: Caller, writer: Caller, outsider: Caller, signed_in: Any
) -> None:
    administrator("create_repo_group", group_name="hidden")
    administrator("grant_user_permission_to_repo_group", repogroupid="hidden", userid="default", perm="group.none")
    for caller, status in ((owner, 200), (writer, 403), (outsider, 403)):
        client = signed_in(caller)
        for section in ("", "/permissions", "/advanced"):
            assert client.get(f"{GROUPS}/nature/edit{section}").status_code == status
            assert client.get(f"{GROUPS}/hidden/edit{section}").status_code == 404
        assert client.get(f"{GROUPS}/nature")["Location"] == "/nature"


def test_a_group_moves_with_what_is_inside(grounds: None, administrator: Caller, signed_in: Any) -> None:
    administrator("create_repo_group", group_name="earth")
    administrator("create_repo", repo_name="nature/rocks", repo_type="git")
    client = signed_in(administrator)
    sent = {"group_name": "wild", "parent_group_id": "earth", "group_description": "All", "owner": "writer"}
    response = client.post(f"{GROUPS}/nature", sent)
    assert response["Location"] == f"{GROUPS}/earth/wild/edit"
    assert "everything inside has moved along" in text_of(client.get(response["Location"]))
    assert Repository.objects.get().name == "earth/wild/rocks"
    moved = RepositoryGroup.objects.get(name="earth/wild")
    assert (moved.owner.username, moved.description) == ("writer", "All")
    page = text_of(client.post(f"{GROUPS}/earth/edit", {"group_name": "earth", "parent_group_id": "earth/wild"}), 400)
    assert "errorlist" in page


def test_only_an_empty_group_is_deleted(grounds: None, administrator: Caller, owner: Caller, signed_in: Any) -> None:
    administrator("create_repo", repo_name="nature/rocks", repo_type="git")
    client = signed_in(owner)
    path = f"{GROUPS}/nature/delete"
    assert "errorlist" in text_of(client.post(path, {"confirm": "natur"}), 400)
    assert "It is not empty (repositories: 1" in text_of(client.post(path, {"confirm": "nature"}), 400)
    administrator("delete_repo", repoid="nature/rocks")
    assert client.post(path, {"confirm": "nature"})["Location"] == "/"
    assert not RepositoryGroup.objects.exists()


def test_many_groups_are_typed_and_not_listed(administrator: Caller, signed_in: Any) -> None:
    RepositoryGroup.objects.bulk_create(
        RepositoryGroup(name=f"group{number:03}", key=f"group{number:03}", owner_id=administrator.user_id)
        for number in range(250)
    )
    client = signed_in(administrator)
    page = text_of(client.get(f"{FORM}?parent_group=group007"))
    assert len(page) < 20_000
    assert 'value="group007"' in page
    assert client.post(REPOSITORIES, new(repo_group="group249"))["Location"] == "/group249/rocks"
    assert "errorlist" in text_of(client.post(REPOSITORIES, new(repo_group="group999")))
