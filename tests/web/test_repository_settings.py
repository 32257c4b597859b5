"""The settings of repositories: who opens them, what the forms change, and what they say when they do not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from belvedere.repos.models import ExtraField, Following, Repository, RepositoryGrant
from belvedere.repos.recycling import entries
from tests.api.conftest import Caller
from tests.api.history import History
from tests.web.conftest import text_of

SECTIONS = ("", "/permissions", "/fields", "/remote", "/advanced")


@pytest.fixture
def rocks(administrator: Caller, owner: Caller, writer: Caller, reader: Caller) -> Repository:
    """A private repository in a group, with people of each level."""
    administrator("create_repo_group", group_name="nature")
    administrator("create_repo", repo_name="nature/rocks", repo_type="git", owner="owner", private=True)
    administrator("grant_user_permission", repoid="nature/rocks", userid="writer", perm="repository.write")
    administrator("grant_user_permission", repoid="nature/rocks", userid="reader", perm="repository.read")
    return Repository.objects.get(name="nature/rocks")


def general(**changed: Any) -> dict[str, Any]:
    given = {
        "repo_name": "rocks",
        "repo_group": "nature",
        "owner": "owner",
        "repo_description": "rocks",
        "repo_private": "on",
        "repo_landing_rev": "rev:tip",
        "repo_enable_downloads": "on",
        "repo_enable_statistics": "on",
    }
    return {name: value for name, value in {**given, **changed}.items() if value is not None}


def test_settings_are_for_those_who_administer(
    administrator: Caller,
    rocks: Repository,
    owner: Caller,
    writer: Caller,
    reader: Caller,
    outsider: Caller,
    newcomer: Any,
    signed_in: Any,
) -> None:
    by_group = newcomer("by_group")
    administrator("create_user_group", group_name="keepers", owner="owner")
    owner("add_user_to_user_group", usergroupid="keepers", userid="by_group")
    owner("grant_user_group_permission", repoid="nature/rocks", usersgroupid="keepers", perm="repository.admin")
    for caller, status in ((owner, 200), (by_group, 200), (writer, 403), (reader, 403), (outsider, 404)):
        client = signed_in(caller)
        for section in SECTIONS:
            assert client.get(f"/nature/rocks/settings{section}").status_code == status, (caller.username, section)
        deleting = client.post("/_admin/repos/nature/rocks/delete", {"confirm": "x"})
        assert deleting.status_code == (400 if status == 200 else status)
        assert client.post("/nature/rocks/settings/advanced/fork").status_code == 403
    assert Client().get("/nature/rocks/settings").status_code == 404


@pytest.fixture
def keeper(rocks: Repository, owner: Caller, signed_in: Any) -> Client:
    """The owner's browser."""
    return signed_in(owner)


def test_general_settings_are_changed(rocks: Repository, keeper: Client) -> None:
    page = text_of(keeper.get("/nature/rocks/settings"))
    assert f"/_{rocks.pk}" in page
    given = general(repo_description="Old ones", repo_private=None, repo_enable_downloads=None)
    assert keeper.post("/nature/rocks/settings", given)["Location"] == "/nature/rocks/settings"
    rocks.refresh_from_db()
    assert (rocks.description, rocks.is_private, rocks.has_downloads, rocks.has_statistics) == (
        "Old ones",
        False,
        False,
        True,
    )


def test_nobody_shuts_himself_out_by_making_it_private(
    administrator: Caller, rocks: Repository, reader: Caller, keeper: Client, signed_in: Any
) -> None:
    keeper.post("/nature/rocks/settings", general(repo_private=None))
    administrator("grant_user_permission", repoid="nature/rocks", userid="default", perm="repository.admin")
    client = signed_in(reader)
    page = text_of(client.post("/nature/rocks/settings", general(repo_description="Mine")), 400)
    assert "You administer it only because everyone does" in page
    rocks.refresh_from_db()
    assert (rocks.is_private, rocks.description) == (False, "rocks")
    administrator("grant_user_permission", repoid="nature/rocks", userid="reader", perm="repository.admin")
    assert client.post("/nature/rocks/settings", general(repo_description="Mine")).status_code == 302
    assert text_of(client.get("/nature/rocks/settings"))


def test_a_repository_moves_and_its_old_address_ends(rocks: Repository, keeper: Client) -> None:
    response = keeper.post("/_admin/repos/nature/rocks", general(repo_name="stones", repo_group=""))
    assert response["Location"] == "/stones/settings"
    assert "nature/rocks leads nowhere any more" in text_of(keeper.get("/stones/settings"))
    assert keeper.get("/nature/rocks").status_code == 404
    assert keeper.get(f"/_{rocks.pk}").status_code == 200


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"repo_name": "-rocks"}, "A name does not begin with . or -"),
        ({"repo_name": "ro cks"}, "A name has no blanks"),
        ({"repo_name": "lakes"}, "already exist"),
        ({"repo_group": "closed"}, "Select a valid choice"),
        ({"repo_landing_rev": "branch:absent"}, "There is no branch:absent in this repository"),
    ],
)
def test_a_wrong_form_comes_back_with_what_was_typed(
    administrator: Caller, rocks: Repository, keeper: Client, changed: dict[str, str], said: str
) -> None:
    administrator("create_repo", repo_name="nature/lakes", repo_type="git")
    administrator("create_repo_group", group_name="closed")
    page = text_of(keeper.post("/nature/rocks/settings", general(repo_description="typed by hand", **changed)), 400)
    assert said in page
    assert "typed by hand" in page
    rocks.refresh_from_db()
    assert (rocks.name, rocks.description) == ("nature/rocks", "rocks")


def test_only_administrators_give_repositories_away(
    administrator: Caller, rocks: Repository, keeper: Client, signed_in: Any
) -> None:
    keeper.post("/nature/rocks/settings", general(owner="reader"))
    rocks.refresh_from_db()
    assert rocks.owner.username == "owner"
    client = signed_in(administrator)
    assert "does not exist" in text_of(client.post("/nature/rocks/settings", general(owner="nobody")), 400)
    assert client.post("/nature/rocks/settings", general(owner="reader")).status_code == 302
    rocks.refresh_from_db()
    assert rocks.owner.username == "reader"


@pytest.mark.parametrize("scheme", ["hg", "git"])
def test_the_landing_revision_is_chosen_from_what_is_there(
    scheme: str, administrator: Caller, owner: Caller, signed_in: Any, tmp_path: Path
) -> None:
    administrator("create_repo", repo_name="peaks", repo_type=scheme, owner="owner")
    history = History(scheme, "peaks", tmp_path / "work")
    history.commit("first", a="1\n")
    history.push()
    branch = next(iter(administrator("get_repo", repoid="peaks", with_revision_names=True)["branches"]))
    client = signed_in(owner)
    assert f'value="branch:{branch}"' in text_of(client.get("/peaks/settings"))
    given = general(repo_name="peaks", repo_group="", repo_landing_rev=f"branch:{branch}", repo_private=None)
    assert client.post("/peaks/settings", given).status_code == 302
    row = Repository.objects.get(name="peaks")
    assert (row.landing_kind, row.landing_name) == ("branch", branch)


def test_extra_fields_are_added_filled_and_removed(rocks: Repository, keeper: Client) -> None:
    new = {"new_field_key": "tickets", "new_field_label": "Tickets", "new_field_value": "<b>here</b>"}
    assert keeper.post("/nature/rocks/settings/fields/new", new).status_code == 302
    page = text_of(keeper.get("/nature/rocks/settings/fields"))
    assert "&lt;b&gt;here&lt;/b&gt;" in page
    assert "ex_tickets" in page
    assert "exists" in text_of(keeper.post("/nature/rocks/settings/fields/new", new), 400)
    wrong = {"new_field_key": "a b"}
    assert "A key has 1 to 64" in text_of(keeper.post("/nature/rocks/settings/fields/new", wrong), 400)
    held = ExtraField.objects.get()
    assert keeper.post("/nature/rocks/settings/fields", {f"value-{held.pk}": "there"}).status_code == 302
    held.refresh_from_db()
    assert held.value == "there"
    assert keeper.post(f"/nature/rocks/settings/fields/{held.pk}/delete").status_code == 302
    assert keeper.post(f"/nature/rocks/settings/fields/{held.pk}/delete").status_code == 404
    assert not ExtraField.objects.exists()


def test_fields_of_another_repository_are_out_of_reach(
    administrator: Caller, rocks: Repository, keeper: Client
) -> None:
    administrator("create_repo", repo_name="lakes", repo_type="git")
    administrator("add_field_to_repo", repoid="lakes", key="depth")
    other = ExtraField.objects.get()
    assert keeper.post(f"/nature/rocks/settings/fields/{other.pk}/delete").status_code == 404
    keeper.post("/nature/rocks/settings/fields", {f"value-{other.pk}": "x"})
    other.refresh_from_db()
    assert other.value == ""


def test_the_remote_address_is_shown_without_its_password(rocks: Repository, keeper: Client) -> None:
    assert "not pulled from anywhere" in text_of(keeper.get("/nature/rocks/settings/remote"))
    rocks.remote_uri, rocks.remote_secret = "https://me@code.example.test/rocks", b"sealed"
    rocks.save()
    page = text_of(keeper.get("/nature/rocks/settings/remote"))
    assert "https://me@code.example.test/rocks" in page
    assert "kept sealed" in page
    assert keeper.post("/nature/rocks/settings/remote", {"do": "remove"}).status_code == 302
    rocks.refresh_from_db()
    assert (rocks.remote_uri, rocks.remote_secret) == ("", None)
    assert "It has no remote address" in text_of(keeper.post("/nature/rocks/settings/remote"))


@pytest.mark.parametrize("address", ["ftp://code.example.test/a", "https://a b/c", "file:///etc", "ssh://host/a", ""])
def test_a_bad_address_is_refused_and_stays_in_the_form(rocks: Repository, keeper: Client, address: str) -> None:
    page = text_of(keeper.post("/nature/rocks/settings/remote", {"do": "save", "clone_uri": address}))
    assert "errorlist" in page
    assert address in page
    rocks.refresh_from_db()
    assert rocks.remote_uri == ""


def test_a_fork_is_marked_by_administrators(administrator: Caller, rocks: Repository, signed_in: Any) -> None:
    client = signed_in(administrator)
    for name, scheme in (("above", "git"), ("other", "hg"), ("below", "git")):
        administrator("create_repo", repo_name=name, repo_type=scheme)
    Repository.objects.filter(name="below").update(fork_of=rocks)
    path = "/nature/rocks/settings/advanced/fork"
    for name, said in (("other", "same system"), ("below", "forked from it"), ("nature/rocks", "itself"), ("x", "not")):
        assert said in text_of(client.post(path, {"id_fork_of": name}), 400)
    assert client.post(path, {"id_fork_of": "above"}).status_code == 302
    rocks.refresh_from_db()
    assert rocks.fork_of is not None
    assert rocks.fork_of.name == "above"
    assert client.post(path, {"id_fork_of": ""}).status_code == 302
    rocks.refresh_from_db()
    assert rocks.fork_of is None


def test_what_was_done_on_disk_is_read(rocks: Repository, keeper: Client) -> None:
    response = keeper.post("/nature/rocks/settings/advanced/refresh", follow=True)
    assert "Read anew: everything was known" in text_of(response)


def test_deleting_takes_the_name_and_can_be_undone(
    administrator: Caller, rocks: Repository, keeper: Client, signed_in: Any
) -> None:
    path = "/_admin/repos/nature/rocks/delete"
    for wrong in ("rocks", "nature/Rocks"):
        assert "That is not nature/rocks. Nothing is deleted." in text_of(keeper.post(path, {"confirm": wrong}), 400)
    for without in ({}, {"confirm": ""}):
        assert "Nothing is deleted: “confirm” has to be nature/rocks." in text_of(keeper.post(path, without), 400)
    response = keeper.post(path, {"confirm": "nature/rocks"})
    assert response["Location"] == "/nature"
    assert "Deleted nature/rocks. An administrator" in text_of(keeper.get("/nature"))
    assert not Repository.objects.filter(name="nature/rocks").exists()
    entry = entries()[0]
    client = signed_in(administrator)
    assert "nature/rocks" in text_of(client.get("/_admin/recycle_bin"))
    assert keeper.get("/_admin/recycle_bin").status_code == 403
    here = f"/_admin/recycle_bin/{entry.name}"
    assert "nature/rocks" in text_of(client.get(here))
    administrator("create_repo", repo_name="nature/rocks", repo_type="git")
    assert "already exist" in text_of(client.post(f"{here}/undelete", {"name": "nature/rocks"}), 400)
    response = client.post(f"{here}/undelete", {"name": "nature/stones"})
    assert response["Location"] == "/nature/stones"
    back = Repository.objects.get(name="nature/stones")
    assert (back.pk, back.owner.username, back.is_private) == (rocks.pk, "owner", True)
    assert RepositoryGrant.objects.filter(target=back, user__username="writer").exists()
    assert Following.objects.filter(repository=back, user__username="owner").exists()
    assert "The recycle bin is empty" in text_of(client.get("/_admin/recycle_bin"))


def test_purging_takes_the_name_and_is_for_good(
    administrator: Caller, rocks: Repository, signed_in: Any, site: Path
) -> None:
    administrator("delete_repo", repoid="nature/rocks")
    client = signed_in(administrator)
    here = f"/_admin/recycle_bin/{entries()[0].name}"
    assert "errorlist" in text_of(client.post(f"{here}/purge", {"confirm": "rocks"}), 400)
    assert client.post(f"{here}/purge", {"confirm": "nature/rocks"})["Location"] == "/_admin/recycle_bin"
    assert entries() == []
    assert list((site / "repositories").glob(".recycled/*")) == []
    assert client.get(here).status_code == 404


def test_forks_of_what_is_deleted_live_on_or_go_too(
    administrator: Caller, owner: Caller, reader: Caller, rocks: Repository, keeper: Client
) -> None:
    owner("fork_repo", repoid="nature/rocks", fork_name="mine")
    reader("fork_repo", repoid="nature/rocks", fork_name="theirs")
    page = text_of(keeper.get("/nature/rocks/settings/advanced"))
    assert "<bdi>mine</bdi>" in page
    assert "theirs" not in page
    path = "/_admin/repos/nature/rocks/delete"
    assert "errorlist" in text_of(keeper.post(path, {"confirm": "nature/rocks"}), 400)
    both = {"confirm": "nature/rocks", "forks": "delete"}
    assert "not yours to delete" in text_of(keeper.post(path, both), 400)
    assert keeper.post(path, {**both, "forks": "detach_forks"}).status_code == 302
    assert list(Repository.objects.filter(name__in=("mine", "theirs")).values_list("fork_of", flat=True)) == [None] * 2
