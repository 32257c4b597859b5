"""Users through the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from belvedere.accounts.models import AddressRule, ApiKey, User
from tests.api.conftest import Caller

USER_KEYS = {
    "user_id",
    "username",
    "firstname",
    "lastname",
    "email",
    "emails",
    "ip_addresses",
    "active",
    "admin",
    "ldap_dn",
    "extern_type",
    "extern_name",
    "api_key",
    "api_keys",
    "created_on",
    "last_login",
}


def test_an_administrator_creates_a_user_who_can_call(administrator: Caller) -> None:
    created = administrator(
        "create_user",
        username="bent",
        email="Bent@Example.com",
        firstname="Bent",
        lastname="Bentsen",
        password="secret",
    )
    assert created["msg"] == "created new user `bent`"
    user = created["user"]
    assert set(user) == USER_KEYS
    assert user["email"] == "bent@example.com"
    assert user["emails"] == ["bent@example.com"]
    assert (user["active"], user["admin"], user["ldap_dn"], user["last_login"]) == (True, False, None, None)
    assert (user["extern_type"], user["extern_name"]) == ("internal", "")
    assert len(user["api_key"]) == 40
    assert Caller(user["api_key"])("get_user")["user_id"] == user["user_id"]


def test_the_example_of_the_document(administrator: Caller) -> None:
    user = administrator(
        "create_user",
        username="bent",
        email="bent@example.com",
        firstname="Bent",
        lastname="Bentsen",
        extern_type="ldap",
        extern_name="uid=bent,dc=example,dc=com",
    )["user"]
    assert user["ldap_dn"] == "uid=bent,dc=example,dc=com"
    other = administrator("create_user", username="dent", email=None, ldap_dn="uid=dent")["user"]
    assert (other["extern_type"], other["extern_name"], other["email"], other["emails"]) == (
        "ldap",
        "uid=dent",
        None,
        [],
    )


def test_booleans_may_come_as_text_and_other_text_changes_nothing(administrator: Caller) -> None:
    user = administrator("create_user", username="a1", email="", active="false", admin="YES")["user"]
    assert (user["active"], user["admin"]) == (False, True)
    for wrong in ("maybe", 2, [], {}, 1.5):
        assert "`active`: must be true or false" in administrator.error(
            "create_user", username="a2", email="", active=wrong
        )
    assert User.objects.filter(username="a2").count() == 0


def test_names_and_addresses_are_taken_once_whatever_their_case(administrator: Caller, owner: Caller) -> None:
    assert administrator.error("create_user", username="OWNER", email="new@x.y") == "user `OWNER` already exist"
    assert (
        administrator.error("create_user", username="new", email="OWNER@example.org")
        == "email `owner@example.org` already exist"
    )
    assert administrator.error("update_user", userid="admin", username="Owner") == "user `Owner` already exist"


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "123", "../x", "a/b", "<b>", "default", "x" * 65, "-rf", "ü", "a\u0000b", "a\nb"]
)
def test_names_that_are_refused(administrator: Caller, name: str) -> None:
    error = administrator.error("create_user", username=name, email="")
    assert error != f"failed to create user `{name}`"  # there is a reason behind it
    assert User.objects.count() == 2
    if name != "default" and "\0" not in name:
        answer = administrator.in_kallithea("create_user", username=name, email="")
        assert answer["error"] == f"failed to create user `{name}`"


def test_a_user_is_found_by_id_digits_and_name(administrator: Caller, owner: Caller) -> None:
    for given in (owner.user_id, str(owner.user_id), "owner"):
        assert administrator("get_user", userid=given)["username"] == "owner"
    for given in ("Owner", 999, "999", [], {}, 1.0, "9" * 30):
        answer = administrator.answer("get_user", {"userid": given})
        assert answer["result"] is None


def test_a_missing_user_is_null_in_the_document_and_an_error_in_kallithea(administrator: Caller) -> None:
    assert administrator("get_user", userid="nobody") is None
    assert administrator.in_kallithea("get_user", userid="nobody")["error"] == "user `nobody` does not exist"


def test_get_user_without_argument_is_the_caller_and_holds_permissions(administrator: Caller, owner: Caller) -> None:
    me = administrator("get_user")
    assert me["username"] == "admin"
    assert me["permissions"] == {
        "global": ["hg.admin"],
        "repositories": {},
        "repositories_groups": {},
        "user_groups": {},
    }
    mine = owner("get_user", userid=None)
    assert set(mine) == USER_KEYS | {"permissions"}
    assert mine["permissions"]["global"] == [
        "group.read",
        "hg.create.repository",
        "hg.extern_activate.auto",
        "hg.fork.repository",
        "hg.register.manual_activate",
        "hg.usergroup.create.false",
        "repository.read",
        "usergroup.read",
    ]


def test_a_regular_user_names_only_himself(owner: Caller, outsider: Caller) -> None:
    for given in (owner.user_id, str(owner.user_id), "owner"):
        assert owner("get_user", userid=given)["username"] == "owner"
    for given in (outsider.user_id, "outsider", "admin", 1, "nobody"):
        assert owner.error("get_user", userid=given) == "userid is not the same as your user"


def test_keys_are_shown_to_administrators_and_to_oneself(administrator: Caller, owner: Caller) -> None:
    assert administrator("get_user", userid="owner")["api_key"] == owner.key
    assert owner("get_user")["api_keys"] == [owner.key]


def test_get_users_lists_everyone_but_default_in_a_constant_number_of_queries(
    administrator: Caller, newcomer: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        newcomer(f"user{number}")
    with django_assert_max_num_queries(6):
        users = administrator("get_users")
    names = [user["username"] for user in users]
    assert names == sorted(names)
    assert len(names) == 13
    assert "default" not in names
    assert all(set(user) == USER_KEYS for user in users)


def test_update_changes_what_is_given_and_keeps_the_rest(administrator: Caller, owner: Caller) -> None:
    updated = administrator(
        "update_user", userid="owner", firstname="Anna", email="anna@x.org", active=None, admin=None
    )
    assert updated["msg"] == f"updated user ID:{owner.user_id} owner"
    assert (updated["user"]["firstname"], updated["user"]["email"]) == ("Anna", "anna@x.org")
    assert updated["user"]["active"] is True
    assert administrator("update_user", userid="owner", email="")["user"]["email"] is None
    assert administrator("update_user", userid=owner.user_id, username="anna")["msg"].endswith(" anna")
    assert owner("get_user")["username"] == "anna"


def test_default_cannot_be_edited_and_nobody_locks_himself_out(administrator: Caller) -> None:
    assert administrator.error("update_user", userid="default", firstname="x") == "editing default user is forbidden"
    assert "lock yourself out" in administrator.error("update_user", userid="admin", active=False)
    assert "stands for everyone" in administrator.error("delete_user", userid="default")
    assert "nobody deletes himself" in administrator.error("delete_user", userid="admin")


def test_delete_a_user(administrator: Caller, owner: Caller) -> None:
    assert administrator("delete_user", userid="owner") == {
        "msg": f"deleted user ID:{owner.user_id} owner",
        "user": None,
    }
    assert owner.error("get_user") == "Invalid API key"
    assert administrator.error("delete_user", userid="owner") == "user `owner` does not exist"


def test_an_owner_is_not_deleted(administrator: Caller, owner: Caller) -> None:
    administrator("create_repo_group", group_name="group", owner="owner")
    error = administrator.error("delete_user", userid="owner")
    assert error == f"failed to delete user ID:{owner.user_id} owner: still owns repository group group"
    answer = administrator.in_kallithea("delete_user", userid="owner")
    assert answer["error"] == f"failed to delete user ID:{owner.user_id} owner"


def test_keys_that_do_not_work(administrator: Caller, owner: Caller) -> None:
    administrator("update_user", userid="owner", active=False)
    assert owner.error("get_user") == "Invalid API key"
    administrator("update_user", userid="owner", active=True)
    owner("get_user")
    ApiKey.objects.filter(user_id=owner.user_id).update(expires_on=timezone.now() - dt.timedelta(seconds=1))
    assert owner.error("get_user") == "Invalid API key"


def test_address_rules_of_the_user_and_of_everyone(administrator: Caller, owner: Caller) -> None:
    rule = AddressRule.objects.create(user_id=owner.user_id, network="10.1.2.0/24")
    assert owner.error("get_user") == "Invalid API key"
    assert administrator("get_ip", userid="owner") == {
        "ip_addr_server": "127.0.0.1",
        "server_ip_addr": "127.0.0.1",
        "user_ips": [{"ip_addr": "10.1.2.0/24", "ip_range": ["10.1.2.0", "10.1.2.255"]}],
    }
    assert administrator("show_ip")["user_ips"] == []
    AddressRule.objects.create(user_id=1, network="127.0.0.0/8")
    owner("get_user")
    rule.delete()
    AddressRule.objects.update(network="::1/128")
    assert administrator.error("get_user") == "Invalid API key"


def test_a_stolen_database_shows_no_key(owner: Caller) -> None:
    row = ApiKey.objects.get(user_id=owner.user_id)
    for stored in (bytes(row.digest), bytes(row.sealed or b"")):
        assert owner.key.encode() not in stored


def test_server_info(administrator: Caller) -> None:
    info = administrator("get_server_info")
    assert {"modules", "py_version", "platform", "kallithea_version", "git_version", "git_path"} <= set(info)
    assert [name for name, _version in info["modules"] if name.lower() == "django"] == ["Django"]
