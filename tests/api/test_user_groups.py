"""User groups and who is in them, through the API."""

from __future__ import annotations

from typing import Any

import pytest

from belvedere.accounts.models import GlobalGrant, Membership, UserGroup, UserGroupGrant
from tests.api.conftest import Caller
from tests.api.test_users import USER_KEYS

GROUP_KEYS = {"users_group_id", "group_name", "group_description", "active", "owner", "members"}


@pytest.fixture
def devs(administrator: Caller, owner: Caller) -> int:
    """A user group that `owner` administers and everybody may read."""
    made = administrator("create_user_group", group_name="devs", description="who writes", owner="owner")
    return made["user_group"]["users_group_id"]


def test_create(administrator: Caller) -> None:
    made = administrator("create_user_group", group_name="devs", description=None, active="false")
    assert made["msg"] == "created new user group `devs`"
    assert made["users_group"] == made["user_group"]
    assert set(made["users_group"]) == GROUP_KEYS
    shown = administrator("get_user_group", usergroupid="devs")
    assert shown == made["users_group"]
    assert (shown["group_description"], shown["active"], shown["owner"], shown["members"]) == ("", False, "admin", [])
    levels = {grant.user_id: grant.level for grant in UserGroupGrant.objects.all()}
    assert levels == {1: 1}  # everyone reads; an administrator needs no row


def test_the_owner_gets_a_grant_and_everyone_the_default_level(administrator: Caller, owner: Caller) -> None:
    GlobalGrant.objects.filter(user_id=1, permission="usergroup.read").update(permission="usergroup.none")
    administrator("create_user_group", group_name="devs", owner=owner.user_id)
    levels = {grant.user_id: grant.level for grant in UserGroupGrant.objects.all()}
    assert levels == {1: 0, owner.user_id: 3}


def test_a_group_is_found_by_id_digits_and_name(administrator: Caller, devs: int) -> None:
    for given in (devs, str(devs), "devs"):
        for argument in ("usergroupid", "usersgroupid"):
            assert administrator("get_user_group", **{argument: given})["group_name"] == "devs"
    for given in ("Devs", 999, "999", "", "nobody"):
        assert administrator("get_user_group", usergroupid=given) is None
        answer = administrator.in_kallithea("get_user_group", usergroupid=given)
        assert answer["error"] == f"user group `{given}` does not exist"
    for wrong in (True, [], {}, 1.5):
        assert "must be an id or a name" in administrator.error("get_user_group", usergroupid=wrong)


def test_missing_and_unknown_arguments(administrator: Caller, devs: int) -> None:
    missing = "Missing non optional `{}` arg in JSON DATA"
    assert administrator.error("get_user_group") == missing.format("usergroupid")
    assert administrator.error("create_user_group") == missing.format("group_name")
    assert administrator.error("update_user_group") == missing.format("usergroupid")
    assert administrator.error("delete_user_group") == missing.format("usergroupid")
    for name in ("add_user_to_user_group", "remove_user_from_user_group"):
        assert administrator.error(name) == missing.format("userid")
        assert administrator.error(name, userid=1) == missing.format("usersgroupid")
        assert administrator.in_kallithea(name, userid=1)["error"] == missing.format("usergroupid")
        assert administrator.error(name, userid=1, usergroupid="devs", x=1) == "Unknown `x` arg in JSON DATA"


def test_names_are_taken_once_whatever_their_case(administrator: Caller, devs: int) -> None:
    administrator("create_user_group", group_name="Ärzte")
    for taken in ("devs", "DEVS", "ärzte", "ÄRZTE"):
        error = administrator.error("create_user_group", group_name=taken)
        assert error == f"user group `{taken}` already exist"
    assert administrator.error("update_user_group", usergroupid="devs", group_name="ärzte") == (
        "user group `ärzte` already exist"
    )
    assert administrator("update_user_group", usergroupid="devs", group_name="Devs")["msg"].endswith(" Devs")
    assert UserGroup.objects.count() == 2


@pytest.mark.parametrize("name", ["", " ", "a ", " a", "12", "a/b", "a`b", "<b>", "a\nb", "-a", "default", "x" * 201])
def test_names_that_are_refused(administrator: Caller, devs: int, name: str) -> None:
    error = administrator.error("create_user_group", group_name=name)
    assert error.startswith(f"failed to create group `{name}`: ")
    assert administrator.in_kallithea("create_user_group", group_name=name)["error"] == (
        f"failed to create group `{name}`"
    )
    error = administrator.error("update_user_group", usergroupid="devs", group_name=name)
    assert error.startswith("failed to update user group `devs`: ")
    assert [group.name for group in UserGroup.objects.all()] == ["devs"]


@pytest.mark.parametrize("name", ["Domain Users", "Köln", "a", "a.b-c_d", "ops+web@host", "R&D (new)"])
def test_names_that_are_taken(administrator: Caller, name: str) -> None:
    administrator("create_user_group", group_name=name)
    assert administrator("get_user_group", usergroupid=name)["group_name"] == name


def test_wrong_types_change_nothing(administrator: Caller, devs: int) -> None:
    for more in ({"active": "maybe"}, {"active": 2}, {"description": 5}, {"description": "x" * 100_001}, {"owner": []}):
        [argument] = more
        for name, given in (
            ("create_user_group", {"group_name": "new"}),
            ("update_user_group", {"usergroupid": "devs"}),
        ):
            assert f"`{argument}`" in administrator.error(name, **given, **more)
    assert administrator.error("create_user_group", group_name="new", owner="nobody") == "user `nobody` does not exist"
    assert "`group_name`" in administrator.error("create_user_group", group_name=["x"])
    assert "`group_name`" in administrator.error("create_user_group", group_name=None)
    group = UserGroup.objects.get()
    assert (group.name, group.description, group.is_active) == ("devs", "who writes", True)


def test_update_changes_what_is_given_and_keeps_the_rest(administrator: Caller, owner: Caller, devs: int) -> None:
    administrator("add_user_to_user_group", usersgroupid="devs", userid="owner")
    updated = owner(
        "update_user_group", usergroupid="devs", description="new", group_name=None, owner=None, active=None
    )
    assert updated["msg"] == f"updated user group ID:{devs} devs"
    assert updated["users_group"] == updated["user_group"] == administrator("get_user_group", usergroupid=devs)
    shown = updated["user_group"]
    assert (shown["group_description"], shown["active"], shown["owner"]) == ("new", True, "owner")
    assert [each["username"] for each in shown["members"]] == ["owner"]
    assert (
        owner("update_user_group", usergroupid=devs, group_name="team", active=False)["user_group"]["active"] is False
    )
    assert administrator("update_user_group", usergroupid="team", owner="admin")["user_group"]["owner"] == "admin"


def test_members_come_and_go(administrator: Caller, owner: Caller, writer: Caller, devs: int) -> None:
    for name, argument in (("add_user_to_user_group", "usersgroupid"), ("add_user_user_group", "usergroupid")):
        added = owner(name, **{argument: "devs"}, userid="writer")
        assert added == {"success": True, "msg": "added member `writer` to a user group `devs`"}
        again = owner(name, **{argument: devs}, userid=writer.user_id)
        assert again == {"success": False, "msg": "User is already in that group"}
        assert owner("remove_user_from_user_group", usersgroupid="devs", userid="writer") == {
            "success": True,
            "msg": "removed member writer from user group devs",
        }
    assert owner("remove_user_from_user_group", usersgroupid="devs", userid="writer") == {
        "success": False,
        "msg": "User wasn't in group",
    }
    assert owner.error("add_user_to_user_group", usersgroupid="devs", userid="nobody") == "user `nobody` does not exist"
    assert "stands for everyone" in owner.error("add_user_to_user_group", usersgroupid="devs", userid="default")
    assert Membership.objects.count() == 0


def test_the_texts_of_kallithea(administrator: Caller, writer: Caller) -> None:
    administrator("create_user_group", group_name="to a user group")
    given = {"usergroupid": "to a user group", "userid": "writer"}
    added = administrator.in_kallithea("add_user_to_user_group", **given)["result"]
    assert added == {"success": True, "msg": "added member `writer` to user group `to a user group`"}
    assert (
        administrator.in_kallithea("add_user_user_group", **given)["result"]["msg"] == "User is already in that group"
    )
    removed = administrator.in_kallithea("remove_user_from_user_group", **given)["result"]
    assert removed == {"success": True, "msg": "removed member `writer` from user group `to a user group`"}
    assert administrator.in_kallithea("remove_user_from_user_group", **given)["result"]["msg"] == "User wasn't in group"


def test_who_may_do_what(administrator: Caller, owner: Caller, writer: Caller, outsider: Caller, devs: int) -> None:
    """The owner administers, everyone reads until the default grant is taken away, `write` is no `admin`."""
    changes: list[tuple[str, dict[str, Any]]] = [
        ("update_user_group", {"usergroupid": "devs", "description": "x"}),
        ("add_user_to_user_group", {"usersgroupid": "devs", "userid": "outsider"}),
        ("remove_user_from_user_group", {"usersgroupid": "devs", "userid": "outsider"}),
        ("delete_user_group", {"usergroupid": "devs"}),
    ]
    administrator("grant_user_permission_to_user_group", usergroupid="devs", userid="writer", perm="usergroup.write")
    assert outsider("get_user_group", usergroupid="devs")["group_name"] == "devs"
    for name, given in changes:
        assert writer.error(name, **given) == "admin access to `devs` is needed, and writer has write (from grant)"
        assert "has read (from default grant)" in outsider.error(name, **given)
    administrator("revoke_user_permission_from_user_group", usergroupid="devs", userid="default")
    assert outsider("get_user_group", usergroupid="devs") is None
    assert outsider("get_user_groups") == []
    assert [each["group_name"] for each in writer("get_user_groups")] == ["devs"]
    for name, given in changes:
        assert outsider.error(name, **given) == "user group `devs` does not exist"
    assert owner.error("update_user_group", usergroupid="devs", owner="writer") == (
        "Only Kallithea admin can specify `owner` param"
    )
    for name, given in changes:
        owner(name, **given)
    assert not UserGroup.objects.exists()


def test_creating_takes_the_global_permission(administrator: Caller, owner: Caller, outsider: Caller) -> None:
    assert "no permission to create user groups" in owner.error("create_user_group", group_name="mine")
    GlobalGrant.objects.create(user_id=owner.user_id, permission="hg.usergroup.create.true")
    shown = owner("create_user_group", group_name="mine")["user_group"]
    assert (shown["owner"], UserGroup.objects.get().name) == ("owner", "mine")
    assert owner.error("create_user_group", group_name="other", owner="owner") == (
        "Only Kallithea admin can specify `owner` param"
    )
    team = administrator("create_user_group", group_name="team")["user_group"]["users_group_id"]
    GlobalGrant.objects.create(user_group_id=team, permission="hg.usergroup.create.true")
    administrator("add_user_to_user_group", usersgroupid="team", userid="outsider")
    outsider("create_user_group", group_name="theirs")
    assert GlobalGrant.objects.filter(user_group_id=team).exists()
    administrator("delete_user_group", usergroupid="team")
    assert "no permission" in outsider.error("create_user_group", group_name="more")


def test_delete(administrator: Caller, owner: Caller, devs: int) -> None:
    for name in ("two", "one"):
        owner("create_repo", repo_name=name)
        owner("grant_user_group_permission", repoid=name, usersgroupid="devs", perm="repository.none")
    owner("create_repo", repo_name="apart")
    for caller in (administrator, owner):
        assert caller.error("delete_user_group", usergroupid="devs") == "User Group assigned to one, two"
    for name in ("one", "two"):
        owner("revoke_user_group_permission", repoid=name, usersgroupid="devs")
    administrator("create_repo_group", group_name="folder")
    administrator(
        "grant_user_group_permission_to_repo_group", repogroupid="folder", usergroupid="devs", perm="group.read"
    )
    administrator("add_user_to_user_group", usersgroupid="devs", userid="owner")
    assert owner("delete_user_group", usergroupid=str(devs)) == {
        "msg": f"deleted user group ID:{devs} devs",
        "users_group": None,
        "user_group": None,
    }
    assert administrator("get_user_group", usergroupid=devs) is None
    assert [each["type"] for each in administrator("get_repo_group", repogroupid="folder")["members"]] == ["user"]
    assert administrator.error("delete_user_group", usergroupid="devs") == "user group `devs` does not exist"


def test_an_owner_of_a_user_group_is_not_deleted(administrator: Caller, owner: Caller, devs: int) -> None:
    administrator("add_user_to_user_group", usersgroupid="devs", userid="owner")
    error = administrator.error("delete_user", userid="owner")
    assert error == f"failed to delete user ID:{owner.user_id} owner: still owns user group devs"
    assert Membership.objects.count() == 1
    for number in range(11):
        administrator("create_user_group", group_name=f"group{number:02}", owner="owner")
    assert administrator.error("delete_user", userid="owner").endswith("user group group08 and 2 more")
    for name in ("devs", *(f"group{number:02}" for number in range(11))):
        administrator("update_user_group", usergroupid=name, owner="admin")
    administrator("delete_user", userid="owner")
    assert administrator("get_user_group", usergroupid="devs")["members"] == []


def test_members_are_full_users_whose_keys_only_administrators_see(
    administrator: Caller, owner: Caller, writer: Caller, devs: int
) -> None:
    administrator("create_user_group", group_name="other")
    for group, user in (("devs", "writer"), ("devs", "owner"), ("other", "writer")):
        administrator("add_user_to_user_group", usersgroupid=group, userid=user)
    shown = administrator("get_user_group", usergroupid="devs")["members"]
    assert [each["username"] for each in shown] == ["writer", "owner"]
    assert all(set(each) == USER_KEYS for each in shown)
    assert shown[0]["api_key"] == writer.key
    assert {each["username"]: each["api_key"] for each in owner("get_user_group", usergroupid="devs")["members"]} == {
        "writer": None,
        "owner": owner.key,
    }
    listed = administrator("get_user_groups")
    assert [(each["group_name"], [user["username"] for user in each["members"]]) for each in listed] == [
        ("devs", ["writer", "owner"]),
        ("other", ["writer"]),
    ]


def test_the_list_costs_the_same_however_long(
    administrator: Caller, outsider: Caller, newcomer: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        administrator("create_user_group", group_name=f"group{number}")
        newcomer(f"user{number}")
        for user in range(number + 1):
            administrator("add_user_to_user_group", usersgroupid=f"group{number}", userid=f"user{user}")
    for caller in (administrator, outsider):
        with django_assert_max_num_queries(6):
            assert len(caller("get_user_groups")) == 5
        with django_assert_max_num_queries(8):
            assert len(caller("get_user_group", usergroupid="group4")["members"]) == 5
