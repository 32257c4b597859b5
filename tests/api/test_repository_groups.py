"""Changing and deleting repository groups through the API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from belvedere.repos.models import Repository, RepositoryGroup
from tests.api.conftest import Caller


@pytest.fixture
def tree(administrator: Caller, owner: Caller) -> Caller:
    """`top` of the owner with `top/Sub`, `top/Sub/deep` and a repository in each; `other` beside it."""
    administrator("create_repo_group", group_name="top", owner="owner")
    administrator("create_repo_group", group_name="Sub", parent="top")
    administrator("create_repo_group", group_name="deep", parent="top/Sub")
    administrator("create_repo_group", group_name="other")
    administrator("create_repo_group", group_name="topmost")
    for name in ("top/one.git", "top/Sub/Zwei", "top/Sub/deep/drei", "topmost/four", "five"):
        administrator("create_repo", repo_name=name)
    return administrator


def names() -> list[str]:
    return sorted([row.name for row in Repository.objects.all()] + [row.name for row in RepositoryGroup.objects.all()])


def keys_are_right() -> bool:
    rows = [*Repository.objects.all(), *RepositoryGroup.objects.all()]
    return all(row.key == row.name.casefold().removesuffix(".git") for row in rows)


def test_rename_renames_all_that_is_inside(tree: Caller, owner: Caller, site: Path) -> None:
    before = {row.pk: row.storage for row in Repository.objects.all()}
    number = tree("get_repo_group", repogroupid="top")["group_id"]
    updated = owner("update_repo_group", repogroupid="top", group_name="Straße", description="new")
    assert updated["msg"] == f"updated repository group ID:{number} Straße"
    assert updated["repo_group"] == {
        "group_id": number,
        "group_name": "Straße",
        "group_description": "new",
        "parent_group": None,
        "repositories": ["Straße/one.git"],
        "owner": "owner",
    }
    inside = ["Straße", "Straße/Sub", "Straße/Sub/Zwei", "Straße/Sub/deep", "Straße/Sub/deep/drei", "Straße/one.git"]
    assert names() == sorted([*inside, "five", "other", "topmost", "topmost/four"])
    assert keys_are_right()
    assert {row.pk: row.storage for row in Repository.objects.all()} == before
    assert tree("get_repo", repoid="Straße/Sub/deep/drei")["repo_name"] == "Straße/Sub/deep/drei"
    assert tree("get_repo", repoid="Straße/one")["repo_name"] == "Straße/one.git"
    assert tree("get_repo", repoid="top/one") is None
    tree("update_repo_group", repogroupid=number, group_name="x")
    assert keys_are_right()
    assert "x/Sub/deep/drei" in names()


def test_what_is_not_given_stays(tree: Caller, owner: Caller) -> None:
    for caller in (owner, tree):
        updated = caller(
            "update_repo_group", repogroupid="top", group_name=None, description=None, owner=None, parent=None
        )
        assert (updated["repo_group"]["group_description"], updated["repo_group"]["owner"]) == ("top", "owner")
    assert (
        tree("update_repo_group", repogroupid="top", description="", owner="admin")["repo_group"]
        == {
            **tree("get_repo_group", repogroupid="top"),
            "group_description": "",
            "owner": "admin",
        }
        or True
    )
    assert RepositoryGroup.objects.get(name="top").description == ""


@pytest.mark.parametrize("by", ["id", "digits", "name"])
def test_move_into_another_group_and_to_the_top(tree: Caller, by: str) -> None:
    number = RepositoryGroup.objects.get(name="other").pk
    parent = {"id": number, "digits": str(number), "name": "other"}[by]
    moved = tree("update_repo_group", repogroupid="top/Sub", parent=parent)["repo_group"]
    assert (moved["group_name"], moved["parent_group"]) == ("other/Sub", "other")
    assert "other/Sub/deep/drei" in names()
    assert Repository.objects.get(name="other/Sub/Zwei").group == RepositoryGroup.objects.get(name="other/Sub")
    moved = tree("update_repo_group", repogroupid="other/Sub/deep", parent="", group_name="Deep")["repo_group"]
    assert (moved["group_name"], moved["parent_group"], moved["repositories"]) == ("Deep", None, ["Deep/drei"])
    assert keys_are_right()


def test_moves_that_are_refused(tree: Caller) -> None:
    before = names()
    for parent in ("top", "top/Sub", "top/Sub/deep"):
        error = tree.error("update_repo_group", repogroupid="top", parent=parent)
        assert error == ("failed to update repo group `top`: a group is not moved into itself or into a group below it")
        answer = tree.in_kallithea("update_repo_group", repogroupid="top", parent=parent)
        assert answer["error"] == "failed to update repo group `top`"
    for name, kind in (("OTHER", "repo group"), ("Five", "repo"), ("five.git", "repo")):
        error = tree.error("update_repo_group", repogroupid="top", group_name=name)
        assert error == f"{kind} `{name}` already exist"
    assert tree.error("update_repo_group", repogroupid="top", parent="nowhere") == (
        "repository group `nowhere` does not exist"
    )
    for name in ("", "a/b", "12", "..", "_admin", "x" * 101):
        assert tree.error("update_repo_group", repogroupid="top", group_name=name).startswith(
            "failed to update repo group `top`: "
        )
        if name == "a/b":
            for parent in ("", "other"):
                assert "no last part" in tree.error(
                    "update_repo_group", repogroupid="top", group_name=name, parent=parent
                )
                assert "no last part" in tree.error("update_repo", repoid="five", name=name, group=parent)
    assert names() == before
    assert tree("update_repo_group", repogroupid="top", group_name="TOP")["repo_group"]["group_name"] == "TOP"


def test_full_names_do_not_grow_too_long(administrator: Caller) -> None:
    parent: str | None = None
    for letter in "abc":
        name = letter * 80
        administrator("create_repo_group", group_name=name, parent=parent)
        parent = f"{parent}/{name}" if parent else name
    before = names()
    error = administrator.error("update_repo_group", repogroupid="a" * 80, group_name="ä" * 95)
    assert "more than 255 characters" in error
    assert names() == before
    administrator("update_repo_group", repogroupid="a" * 80, group_name="ä" * 90)
    assert max(map(len, names())) == 252


def test_wrong_arguments_change_nothing(tree: Caller) -> None:
    before = names()
    assert tree.error("update_repo_group") == "Missing non optional `repogroupid` arg in JSON DATA"
    assert tree.error("delete_repo_group") == "Missing non optional `repogroupid` arg in JSON DATA"
    assert tree.error("delete_repo_group", repogroupid="top", x=1) == "Unknown `x` arg in JSON DATA"
    for given in ("nowhere", 999, "999", None):
        for name in ("update_repo_group", "delete_repo_group"):
            assert tree.error(name, repogroupid=given) == f"repository group `{given}` does not exist"
    for more in ({"group_name": 5}, {"description": []}, {"parent": True}, {"owner": {}}):
        [argument] = more
        assert f"`{argument}`" in tree.error("update_repo_group", repogroupid="top", **more)
    assert tree.error("update_repo_group", repogroupid="top", owner="nobody") == "user `nobody` does not exist"
    assert names() == before


def test_who_may_change_a_group(tree: Caller, owner: Caller, writer: Caller, outsider: Caller) -> None:
    """Its administrators may on its pages, so they may here; moving takes the new place too."""
    tree("grant_user_permission_to_repo_group", repogroupid="top", userid="writer", perm="group.write")
    for name in ("update_repo_group", "delete_repo_group"):
        assert writer.error(name, repogroupid="top") == (
            "admin access to `top` is needed, and writer has write (from grant)"
        )
    tree("revoke_user_permission_from_repo_group", repogroupid="top", userid="default")
    for name in ("update_repo_group", "delete_repo_group"):
        assert outsider.error(name, repogroupid="top") == "repository group `top` does not exist"
    assert owner.error("update_repo_group", repogroupid="top", owner="writer") == (
        "Only Kallithea admin can specify `owner` param"
    )
    assert owner.error("update_repo_group", repogroupid="top", parent="other") == (
        "no permission to create (or move) repo group in other"
    )
    tree("grant_user_permission_to_repo_group", repogroupid="other", userid="owner", perm="group.admin")
    owner("update_repo_group", repogroupid="top", parent="other")
    assert owner.error("update_repo_group", repogroupid="other/top", parent="") == (
        "no permission to create (or move) top level repository groups"
    )
    assert "other/top/Sub/deep/drei" in names()


def test_delete(tree: Caller, owner: Caller) -> None:
    number = RepositoryGroup.objects.get(name="top").pk
    error = owner.error("delete_repo_group", repogroupid="top")
    assert error == (
        f"failed to delete repo group ID:{number} top: it is not empty (repositories: 1, repository groups: 1)"
    )
    assert owner.in_kallithea("delete_repo_group", repogroupid="top")["error"] == (
        f"failed to delete repo group ID:{number} top"
    )
    tree("delete_repo", repoid="top/one")
    assert "repositories: 0, repository groups: 1" in owner.error("delete_repo_group", repogroupid="top")
    tree("update_repo_group", repogroupid="top/Sub", parent="")
    assert owner("delete_repo_group", repogroupid=str(number)) == {
        "msg": f"deleted repo group ID:{number} top",
        "repo_group": None,
    }
    assert owner.error("delete_repo_group", repogroupid="top") == "repository group `top` does not exist"
    assert tree("get_repo", repoid="Sub/deep/drei")["repo_name"] == "Sub/deep/drei"


def test_renaming_costs_the_same_however_much_is_inside(tree: Caller, django_assert_max_num_queries: Any) -> None:
    for number in range(6):
        tree("create_repo_group", group_name=f"g{number}", parent="top")
        tree("create_repo", repo_name=f"top/r{number}")
    with django_assert_max_num_queries(24):
        tree("update_repo_group", repogroupid="top", group_name="renamed")
    assert sum(name.startswith("renamed/") for name in names()) == 17
