"""Repositories and repository groups through the API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from belvedere.accounts.models import GlobalGrant
from belvedere.repos.models import Repository, RepositoryGrant
from tests.api.conftest import Caller

REPO_KEYS = {
    "repo_id",
    "repo_name",
    "repo_type",
    "clone_uri",
    "private",
    "created_on",
    "description",
    "landing_rev",
    "owner",
    "fork_of",
    "enable_downloads",
    "enable_statistics",
    "last_changeset",
}
GROUP_KEYS = {"group_id", "group_name", "group_description", "parent_group", "repositories", "owner"}


@pytest.fixture(params=["hg", "git"])
def scheme(request: Any) -> str:
    return request.param


@pytest.fixture
def repo(owner: Caller, reader: Caller, writer: Caller, outsider: Caller, administrator: Caller) -> str:
    """A repository that nobody reaches without a grant."""
    owner("create_repo", repo_name="secret")
    administrator("grant_user_permission", repoid="secret", userid="default", perm="repository.none")
    administrator("grant_user_permission", repoid="secret", userid="reader", perm="repository.read")
    administrator("grant_user_permission", repoid="secret", userid="writer", perm="repository.write")
    return "secret"


def test_create_a_repository(owner: Caller, scheme: str, site: Path) -> None:
    created = owner("create_repo", repo_name="mine", repo_type=scheme)
    assert created["msg"] == "Created new repository `mine`"
    assert created["success"] is True
    repo = created["repo"]
    assert set(repo) == REPO_KEYS
    assert (repo["repo_name"], repo["repo_type"], repo["owner"]) == ("mine", scheme, "owner")
    assert (repo["private"], repo["fork_of"], repo["clone_uri"]) == (False, None, None)
    assert repo["landing_rev"] == ["rev", "tip"]
    assert repo["description"] == "mine"
    assert repo["last_changeset"] == {
        "raw_id": "0" * 40,
        "short_id": "0" * 12,
        "revision": -1,
        "message": "",
        "author": "",
        "date": "1970-01-01T00:00:00",
    }
    row = Repository.objects.get(name="mine")
    assert (site / "repositories" / row.storage).is_dir()


def test_get_repo_shows_members_and_followers(owner: Caller, administrator: Caller) -> None:
    owner("create_repo", repo_name="mine")
    shown = owner("get_repo", repoid="mine")
    assert set(shown) == REPO_KEYS | {"members", "followers"}
    assert [(each["type"], each["name"], each["permission"]) for each in shown["members"]] == [
        ("user", "default", "repository.read"),
        ("user", "owner", "repository.admin"),
    ]
    assert {"user_id", "username", "email", "emails", "active", "admin", "ldap_dn"} <= set(shown["members"][0])
    assert shown["members"][0]["api_key"] is None
    assert shown["members"][1]["api_key"] == owner.key
    assert [each["username"] for each in shown["followers"]] == ["owner"]
    old = administrator.in_kallithea("get_repo", repoid="mine")["result"]["members"]
    assert old[0] == {"name": "default", "type": "user", "permission": "repository.read"}


def test_get_repo_with_names_of_revisions_and_pull_requests(owner: Caller, scheme: str) -> None:
    owner("create_repo", repo_name="mine", repo_type=scheme)
    shown = owner("get_repo", repoid="mine", with_revision_names="true", with_pullrequests=True)
    assert (shown["tags"], shown["branches"], shown["bookmarks"], shown["pull_requests"]) == ({}, {}, {}, [])


def test_get_repo_takes_a_constant_number_of_queries(
    administrator: Caller, owner: Caller, newcomer: Any, django_assert_max_num_queries: Any
) -> None:
    owner("create_repo", repo_name="mine")
    for number in range(12):
        newcomer(f"user{number}")
        administrator("grant_user_permission", repoid="mine", userid=f"user{number}", perm="repository.read")
    with django_assert_max_num_queries(8):
        assert len(administrator("get_repo", repoid="mine")["members"]) == 14


def test_a_repository_is_found_by_id_and_name_with_and_without_git(owner: Caller) -> None:
    repo_id = owner("create_repo", repo_name="mine", repo_type="git")["repo"]["repo_id"]
    for given in (repo_id, str(repo_id), "mine", "mine.git"):
        assert owner("get_repo", repoid=given)["repo_id"] == repo_id
    for given in ("MINE", "mine/", 0, -1, "999999999999", True, [], {}, 1.5):
        assert owner.answer("get_repo", {"repoid": given})["result"] is None


def test_a_missing_repository_is_null_in_the_document_and_an_error_in_kallithea(owner: Caller) -> None:
    assert owner.answer("get_repo", {"repoid": "none"}) == {"id": 1, "result": None, "error": None}
    assert owner.in_kallithea("get_repo", repoid="none")["error"] == "repository `none` does not exist"
    assert owner.error("delete_repo", repoid="none") == "repository `none` does not exist"
    assert owner.error("get_repo") == "Missing non optional `repoid` arg in JSON DATA"


def test_what_is_hidden_reads_like_what_is_missing(repo: str, outsider: Caller) -> None:
    assert outsider("get_repo", repoid=repo) is None
    for call in (
        lambda name: outsider.error("delete_repo", repoid=name),
        lambda name: outsider.error("get_changesets", repoid=name),
        lambda name: outsider.error("get_repo_nodes", repoid=name, revision="tip", root_path=""),
    ):
        assert call(repo).replace(repo, "x") == call("nothing").replace("nothing", "x")
    assert repo not in {each["repo_name"] for each in outsider("get_repos")}
    assert repo not in outsider("get_user")["permissions"]["repositories"]


@pytest.mark.parametrize(
    ("who", "level"),
    [("outsider", "none"), ("reader", "read"), ("writer", "write"), ("owner", "admin"), ("admin", "admin")],
)
def test_levels_as_the_administrator_sees_them(administrator: Caller, repo: str, who: str, level: str) -> None:
    assert administrator("get_user", userid=who)["permissions"]["repositories"] == {repo: f"repository.{level}"}


def test_reading_does_not_suffice_to_change(repo: str, reader: Caller, writer: Caller) -> None:
    assert reader("get_repo", repoid=repo)["repo_name"] == repo
    for who, level in ((reader, "read"), (writer, "write")):
        expected = f"admin access to `{repo}` is needed, and {who.username} has {level} (from grant)"
        assert who.error("delete_repo", repoid=repo) == expected
        assert who.error("update_repo", repoid=repo, description="x") == expected
    assert reader.error("grant_user_permission", repoid=repo, userid="reader", perm="repository.admin").startswith(
        "only an"
    )


def test_revoking_the_grant_of_everyone_means_none(administrator: Caller, owner: Caller, outsider: Caller) -> None:
    owner("create_repo", repo_name="open")
    assert outsider("get_repo", repoid="open") is not None
    revoked = administrator("revoke_user_permission", repoid="open", userid="default")
    assert revoked == {"msg": "Revoked perm for user: `default` in repo: `open`", "success": True}
    assert outsider("get_repo", repoid="open") is None
    assert owner("get_repo", repoid="open")["members"][0]["name"] == "owner"


def test_private_repositories_ignore_the_grant_of_everyone(owner: Caller, outsider: Caller) -> None:
    owner("create_repo", repo_name="mine", private=True)
    assert outsider("get_repo", repoid="mine") is None
    owner("update_repo", repoid="mine", private="no")
    assert outsider("get_repo", repoid="mine") is None  # created private: everyone was granted none
    owner("create_repo", repo_name="open")
    owner("update_repo", repoid="open", private="yes")
    assert outsider("get_repo", repoid="open") is None


def test_grants_and_their_texts(administrator: Caller, owner: Caller, reader: Caller) -> None:
    owner("create_repo", repo_name="mine")
    for _again in range(2):
        granted = administrator("grant_user_permission", repoid="mine", userid="reader", perm="repository.write")
        assert granted == {
            "msg": "Granted perm: `repository.write` for user: `reader` in repo: `mine`",
            "success": True,
        }
    assert RepositoryGrant.objects.filter(user_id=reader.user_id).count() == 1
    for wrong in ("group.read", "hg.admin", "repository.", "read", "", "repository.owner"):
        error = administrator.error("grant_user_permission", repoid="mine", userid="reader", perm=wrong)
        assert error.startswith(f"permission `{wrong}` does not exist")
    assert administrator.error("grant_user_permission", repoid="mine", userid="x", perm="repository.read") == (
        "user `x` does not exist"
    )


@pytest.mark.parametrize(
    "name",
    ["", " ", "a b", "123", "-a", ".a", "..", "a/..", "../etc", "_admin", "_12", "about", "a\u0000", "a\nb",
     "a'b", "a|b", "/", "a//b", "x" * 101, "a#b", ".git", "a:b", "\u202eabc"],
)  # fmt: skip
def test_names_that_are_refused(owner: Caller, administrator: Caller, name: str, site: Path) -> None:
    error = administrator.error("create_repo", repo_name=name)
    assert "nternal" not in error
    assert Repository.objects.count() == 0
    assert not list((site / "repositories").glob("*/*"))
    assert "nternal" not in administrator.error("create_repo_group", group_name=name)


def test_what_is_wrong_with_a_name_is_told(administrator: Caller) -> None:
    for name, told in (
        ("a b", "a name has no blanks"),
        ("a|b", "a name has none of these: |"),
        ("a b|c'", "a name has no blanks, and none of these: ' |"),
        ("a\nb", "a name has no blanks"),
        ("\u202ea", "a name has no characters that cannot be seen"),
    ):
        assert administrator.error("create_repo", repo_name=name) == f"failed to create repository `{name}`: {told}"


def test_names_are_taken_once_whatever_their_case_and_kind(administrator: Caller) -> None:
    administrator("create_repo", repo_name="Foo")
    administrator("create_repo_group", group_name="bar")
    assert administrator.error("create_repo", repo_name="foo") == "repo `foo` already exist"
    assert administrator.error("create_repo", repo_name="Foo.git") == "repo `Foo.git` already exist"
    assert administrator.error("create_repo", repo_name="BAR") == "repo group `BAR` already exist"
    assert administrator.error("create_repo_group", group_name="FOO") == "repo `FOO` already exist"
    assert administrator.error("create_repo_group", group_name="bar") == "repo group `bar` already exist"


def test_wrong_arguments_create_nothing(administrator: Caller, site: Path) -> None:
    for wrong in (
        {"repo_type": "svn"},
        {"landing_rev": "nothing:x"},
        {"landing_rev": ""},
        {"private": "maybe"},
        {"owner": "nobody"},
        {"description": 7},
        {"description": "x" * 100_001},
        {"repo_name": 7},
        {"repo_name": None},
    ):
        error = administrator.error("create_repo", **({"repo_name": "new"} | wrong))
        assert "nternal" not in error, wrong
    assert Repository.objects.count() == 0
    assert not list((site / "repositories").glob("*/*"))


def test_settings_at_creation(administrator: Caller, owner: Caller) -> None:
    repo = administrator(
        "create_repo",
        repo_name="new",
        owner="owner",
        description="ünï",
        private="1",
        landing_rev="branch:stable",
        enable_downloads="false",
        enable_statistics=False,
        clone_uri=None,
    )["repo"]
    assert (repo["owner"], repo["description"], repo["private"]) == ("owner", "ünï", True)
    assert repo["landing_rev"] == ["branch", "stable"]
    assert (repo["enable_downloads"], repo["enable_statistics"]) == (False, False)
    assert administrator("create_repo", repo_name="bare", landing_rev="stable")["repo"]["landing_rev"] == [
        "rev",
        "stable",
    ]


def test_who_may_create_where(administrator: Caller, owner: Caller, outsider: Caller) -> None:
    administrator("create_repo_group", group_name="group", owner="owner")
    owner("create_repo", repo_name="group/mine")
    assert outsider.error("create_repo", repo_name="group/theirs") == "no permission to create repo in group"
    assert outsider.error("create_repo", repo_name="nowhere/theirs") == "repo group `nowhere` not found"
    assert owner.error("create_repo", repo_name="x", owner="owner") == "Only Kallithea admin can specify `owner` param"
    GlobalGrant.objects.filter(permission="hg.create.repository").delete()
    assert outsider.error("create_repo", repo_name="top") == "no permission to create top level repo"
    administrator("create_repo", repo_name="top")


def test_groups_of_any_depth(administrator: Caller) -> None:
    made = administrator("create_repo_group", group_name="a", description="first")
    assert made["msg"] == "created new repo group `a`"
    assert set(made["repo_group"]) == GROUP_KEYS
    parent_id = made["repo_group"]["group_id"]
    second = administrator("create_repo_group", group_name="b", parent=parent_id)["repo_group"]
    assert (second["group_name"], second["parent_group"], second["group_description"]) == ("a/b", "a", "b")
    administrator("create_repo_group", group_name="c", parent="a/b")
    administrator("create_repo", repo_name="a/b/c/repo")
    shown = administrator("get_repo_group", repogroupid="a/b/c")
    assert shown["repositories"] == ["a/b/c/repo"]
    assert [(each["name"], each["permission"]) for each in shown["members"]] == [("default", "group.read")]
    assert [each["group_name"] for each in administrator("get_repo_groups")] == ["a", "a/b", "a/b/c"]
    assert administrator.error("create_repo_group", group_name="x", parent="z") == "repository group `z` does not exist"


def test_update_a_repository(administrator: Caller, owner: Caller, writer: Caller) -> None:
    repo_id = owner("create_repo", repo_name="mine", description="old")["repo"]["repo_id"]
    updated = owner("update_repo", repoid="mine", name="yours", description=None, landing_rev="tag:v1")
    assert updated["msg"] == f"updated repo ID:{repo_id} `yours`"
    assert set(updated["repository"]) == REPO_KEYS
    assert updated["repository"]["description"] == "old"
    assert updated["repository"]["landing_rev"] == ["tag", "v1"]
    assert owner("get_repo", repoid="mine") is None
    old = administrator.in_kallithea("update_repo", repoid="yours", owner=writer.user_id)["result"]
    assert old["msg"] == f"updated repo ID:{repo_id} yours"
    assert old["repository"]["owner"] == "writer"
    assert owner.error("update_repo", repoid="yours", owner="owner") == "Only Kallithea admin can specify `owner` param"
    assert "no last part of a name" in administrator.error("update_repo", repoid="yours", name="a/b")
    assert administrator.error("update_repo", repoid="yours", name="a b").startswith("failed to update repo `yours`: ")


def test_move_a_repository(administrator: Caller, owner: Caller) -> None:
    owner("create_repo", repo_name="mine")
    group_id = administrator("create_repo_group", group_name="group")["repo_group"]["group_id"]
    expected = "no permission to create (or move) repo in group"
    assert owner.error("update_repo", repoid="mine", group=group_id) == expected
    moved = administrator("update_repo", repoid="mine", group="group")["repository"]
    assert moved["repo_name"] == "group/mine"
    assert (
        owner("update_repo", repoid="group/mine", group=None, description="x")["repository"]["repo_name"]
        == "group/mine"
    )
    assert owner("update_repo", repoid="group/mine", group="")["repository"]["repo_name"] == "mine"


def test_delete_goes_to_the_recycle_area(owner: Caller, site: Path, scheme: str) -> None:
    owner("create_repo", repo_name="mine", repo_type=scheme)
    storage = Repository.objects.get(name="mine").storage
    assert owner("delete_repo", repoid="mine") == {"msg": "Deleted repository `mine`", "success": True}
    assert owner("get_repo", repoid="mine") is None
    assert not (site / "repositories" / storage).exists()
    recycled = list((site / "repositories" / ".recycled").glob("*/about.json"))
    assert len(recycled) == 1
    assert '"repo_name": "mine"' in recycled[0].read_text()
    owner("create_repo", repo_name="mine", repo_type=scheme)


def test_forks_are_detached_or_deleted_or_keep_the_parent(owner: Caller, outsider: Caller) -> None:
    owner("create_repo", repo_name="parent")
    for name in ("one", "two"):
        owner("create_repo", repo_name=name)
        Repository.objects.filter(name=name).update(fork_of=Repository.objects.get(name="parent"))
    refused = "Cannot delete `parent` it still contains attached forks"
    assert owner.error("delete_repo", repoid="parent") == refused
    assert owner.error("delete_repo", repoid="parent", forks="") == refused
    assert "forks" in owner.error("delete_repo", repoid="parent", forks="burn")
    assert owner("get_repo", repoid="one")["fork_of"] == "parent"
    assert (
        owner("delete_repo", repoid="parent", forks="detach")["msg"] == "Deleted repository `parent` Detached 2 forks"
    )
    assert owner("get_repo", repoid="one")["fork_of"] is None
    Repository.objects.filter(name="two").update(fork_of=Repository.objects.get(name="one"))
    assert owner("delete_repo", repoid="one", forks="delete")["msg"] == "Deleted repository `one` Deleted 1 forks"
    assert owner("get_repo", repoid="two") is None


def test_forks_of_others_are_not_deleted_along(owner: Caller, outsider: Caller) -> None:
    owner("create_repo", repo_name="parent")
    outsider("create_repo", repo_name="fork")
    Repository.objects.filter(name="fork").update(fork_of=Repository.objects.get(name="parent"))
    assert "not yours to delete" in owner.error("delete_repo", repoid="parent", forks="delete")
    assert Repository.objects.count() == 2


def test_a_hidden_parent_is_not_named(owner: Caller, outsider: Caller) -> None:
    owner("create_repo", repo_name="parent", private=True)
    outsider("create_repo", repo_name="fork")
    Repository.objects.filter(name="fork").update(fork_of=Repository.objects.get(name="parent"))
    assert outsider("get_repo", repoid="fork")["fork_of"] is None
    assert {each["repo_name"]: each["fork_of"] for each in outsider("get_repos")} == {"fork": None}
    assert owner("get_repos")[-1]["fork_of"] == "parent"


def test_get_repos_takes_a_constant_number_of_queries(owner: Caller, django_assert_max_num_queries: Any) -> None:
    for number in range(6):
        owner("create_repo", repo_name=f"repo{number}")
    with django_assert_max_num_queries(4):
        assert len(owner("get_repos")) == 6
