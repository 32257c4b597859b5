"""API keys through the API: made, listed, renewed, deleted, and when they were used."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError
from django.utils import timezone

from belvedere.accounts.credentials import uses
from belvedere.accounts.locking import lock_user
from belvedere.accounts.models import ApiKey, User
from tests.api.conftest import Caller

KEYS = {
    "api_key_id",
    "username",
    "description",
    "is_automatic",
    "api_key",
    "created_on",
    "expires",
    "expired",
    "scopes",
    "last_used",
    "last_address",
}
WHOLE = {"access": "admin", "methods": None, "repositories": None, "repository_groups": None}


@pytest.fixture(autouse=True)
def _nothing_is_noted() -> None:
    uses.forget()


def make(caller: Caller, **scopes: Any) -> Caller:
    """Give the same user with a new key."""
    made = caller("create_api_key", **scopes)["api_key"]
    return Caller(made["api_key"], made["username"], caller.user_id)


def test_everybody_makes_keys_that_are_shown_once(administrator: Caller, owner: Caller) -> None:
    made = owner("create_api_key", description="deploys")
    assert made["msg"] == f"created API key ID:{made['api_key']['api_key_id']} for `owner`"
    assert set(made["api_key"]) == KEYS
    assert (made["api_key"]["description"], made["api_key"]["is_automatic"]) == ("deploys", False)
    assert (made["api_key"]["scopes"], made["api_key"]["expires"]) == (WHOLE, None)
    key = made["api_key"]["api_key"]
    assert len(key) == 40
    assert Caller(key)("get_user")["username"] == "owner"
    for caller, named in ((owner, {}), (owner, {"userid": "owner"}), (administrator, {"userid": owner.user_id})):
        automatic, other = caller("get_api_keys", **named)
        assert (automatic["is_automatic"], automatic["api_key"]) == (True, owner.key)
        assert (other["is_automatic"], other["api_key"], other["description"]) == (False, None, "deploys")
    row = ApiKey.objects.get(pk=made["api_key"]["api_key_id"])
    assert (row.sealed, row.scope) == (None, None)
    assert key.encode() not in bytes(row.digest)


def test_keys_of_others_are_for_administrators(administrator: Caller, owner: Caller, outsider: Caller) -> None:
    foreign = make(owner)("get_api_keys")[1]["api_key_id"]
    for method in ("create_api_key", "get_api_keys", "reset_api_key"):
        for user in ("owner", owner.user_id, "nobody"):
            assert outsider.error(method, userid=user) == "userid is not the same as your user"
        assert administrator.error(method, userid="nobody") == "user `nobody` does not exist"
        assert "stands for everyone" in administrator.error(method, userid="default")
    missing = outsider.error("delete_api_key", api_key_id=999)
    assert outsider.error("delete_api_key", api_key_id=foreign) == missing.replace("999", str(foreign))
    assert administrator("create_api_key", userid="owner")["api_key"]["username"] == "owner"
    assert administrator("delete_api_key", id=str(foreign))["msg"] == f"deleted API key ID:{foreign} of `owner`"


def test_a_deleted_key_stops_working(owner: Caller) -> None:
    other = make(owner)
    pk = owner("get_api_keys")[1]["api_key_id"]
    other("get_user")
    owner("delete_api_key", api_key_id=pk)
    assert other.error("get_user") == "Invalid API key"
    assert owner.error("delete_api_key", api_key_id=pk) == f"API key `{pk}` does not exist"
    for wrong in (None, "x", [], {}, 1.5, -1, "9" * 30):
        assert "Internal" not in owner.error("delete_api_key", api_key_id=wrong)


def test_the_automatic_key_is_renewed_and_never_missing(administrator: Caller, owner: Caller) -> None:
    automatic = owner("get_api_keys")[0]["api_key_id"]
    assert "reset_api_key" in owner.error("delete_api_key", api_key_id=automatic)
    made = owner("reset_api_key")
    assert made["msg"] == "renewed the automatic API key of `owner`"
    assert owner.error("get_user") == "Invalid API key"
    renewed = Caller(made["api_key"]["api_key"])
    assert renewed("get_user")["api_key"] == renewed.key
    assert [key["is_automatic"] for key in renewed("get_api_keys")] == [True]
    again = administrator("reset_api_key", userid="owner")["api_key"]["api_key"]
    assert again not in (renewed.key, owner.key)
    Caller(again)("get_user")


def test_keys_end(owner: Caller) -> None:
    later = timezone.now() + dt.timedelta(hours=2)
    for end in ({"lifetime": 120}, {"lifetime": "120"}, {"expires": later.isoformat()}):
        told = owner("create_api_key", **end)["api_key"]
        row = ApiKey.objects.get(pk=told["api_key_id"])
        assert row.expires_on is not None
        assert abs(row.expires_on - later) < dt.timedelta(minutes=1)
        assert told["expired"] is False
        Caller(told["api_key"])("get_user")
        ApiKey.objects.filter(pk=row.pk).update(expires_on=timezone.now() - dt.timedelta(seconds=1))
        assert Caller(told["api_key"]).error("get_user") == "Invalid API key"
    assert [key["expired"] for key in owner("get_api_keys")] == [False, True, True, True]
    for forever in ({"lifetime": -1}, {"lifetime": None}, {"expires": None}):
        assert owner("create_api_key", **forever)["api_key"]["expires"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"lifetime": 0},
        {"lifetime": -2},
        {"lifetime": 999_999_999},
        {"lifetime": 10, "expires": "2100-01-01"},
        {"expires": "2020-01-01"},
        {"expires": "0001-01-01"},
        {"expires": "9999-12-31T23:59:59"},
        {"expires": "9999-12-31T23:59:59-12:00"},
        {"expires": "soon"},
        {"access": "none"},
        {"access": "hg.admin"},
        {"access": 1},
        {"methods": []},
        {"methods": ""},
        {"methods": ["no_such"]},
        {"methods": [1]},
        {"methods": {"users": True}},
        {"methods": ["users"] * 101},
        {"repositories": []},
        {"repositories": ["no/such"]},
        {"repositories": [[]]},
        {"repository_groups": ["no/such"]},
        {"repository_groups": [99]},
        {"description": "x" * 256},
        {"description": 1},
        {"scopes": "read"},
    ],
)
def test_what_makes_no_key(owner: Caller, wrong: dict[str, Any]) -> None:
    assert "Internal" not in owner.error("create_api_key", **wrong)
    assert ApiKey.objects.filter(user_id=owner.user_id).count() == 1


def test_a_number_of_keys_is_enough(owner: Caller, monkeypatch: Any) -> None:
    monkeypatch.setattr("belvedere.accounts.credentials.api_keys.MOST", 3)
    make(owner)
    make(owner)
    assert "at most 3 API keys" in owner.error("create_api_key")


def test_listing_costs_the_same_for_any_number(owner: Caller, django_assert_max_num_queries: Any) -> None:
    for number in range(6):
        name = f"repo{number}"
        owner("create_repo", repo_name=name)
        make(owner, repositories=[name], access="read")
    with django_assert_max_num_queries(6):
        keys = owner("get_api_keys")
    assert [key["scopes"]["repositories"] for key in keys] == [None, *([f"repo{number}"] for number in range(6))]


def test_recognising_a_key_is_one_query_and_no_write(owner: Caller, django_assert_num_queries: Any) -> None:
    whole, narrowed = owner, make(owner, access="read", methods=["discovery"])
    for key in (whole, narrowed):
        with django_assert_num_queries(1):
            key("get_method", pattern="get_repo")


def test_the_last_use_is_written_once_in_a_while(owner: Caller) -> None:
    row = ApiKey.objects.get(user_id=owner.user_id)
    assert row.last_used is None
    owner("get_user")
    uses.write()
    row.refresh_from_db()
    first = row.last_used
    assert first is not None
    assert abs(timezone.now() - first) < dt.timedelta(minutes=1)
    assert row.last_address == "127.0.0.1"
    shown = owner("get_api_keys")[0]
    assert shown["last_address"] == "127.0.0.1"
    assert shown["last_used"] is not None
    owner("get_user")
    uses.write()
    row.refresh_from_db()
    assert row.last_used == first


def test_another_process_that_has_written_is_not_written_over(owner: Caller) -> None:
    recently = timezone.now() - dt.timedelta(minutes=3)
    ApiKey.objects.filter(user_id=owner.user_id).update(last_used=recently, last_address="10.0.0.1")
    owner("get_user")
    uses.write()
    assert ApiKey.objects.get(user_id=owner.user_id).last_address == "10.0.0.1"
    uses.forget()
    long_ago = timezone.now() - dt.timedelta(minutes=6)
    ApiKey.objects.filter(user_id=owner.user_id).update(last_used=long_ago)
    owner("get_user")
    uses.write()
    assert ApiKey.objects.get(user_id=owner.user_id).last_address == "127.0.0.1"


def test_a_busy_database_loses_the_note_and_nothing_else(owner: Caller, monkeypatch: Any) -> None:
    owner("get_user")

    def busy(*_values: Any, **_more: Any) -> None:
        raise DatabaseError("database is locked")

    monkeypatch.setattr("django.db.models.query.QuerySet.update", busy)
    uses.write()
    monkeypatch.undo()
    owner("get_user")
    assert ApiKey.objects.get(user_id=owner.user_id).last_used is None


def test_nothing_is_made_for_somebody_who_was_deleted_meanwhile(owner: Caller, monkeypatch: Any) -> None:
    """The lock is the last look: he was there when he was looked up."""
    taken = lock_user

    def late(user: User) -> None:
        User.objects.filter(pk=user.pk).delete()
        taken(user)

    for module in ("api_keys", "ssh_keys"):
        monkeypatch.setattr(f"belvedere.accounts.credentials.{module}.lock_user", late)
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDCNQt8i7rKzLi3LBW2FFO5VBbgRH0tTTkrD6VrGpvwn"
    for method, arguments in (("create_api_key", {}), ("reset_api_key", {}), ("add_ssh_key", {"public_key": key})):
        assert owner.error(method, **arguments) == "user `owner` does not exist"
        owner("get_user")  # the deletion was in the same transaction, which is undone


def test_refused_calls_are_no_use(owner: Caller) -> None:
    key = make(owner)
    User.objects.filter(pk=owner.user_id).update(is_active=False)
    assert key.error("get_user") == "Invalid API key"
    uses.write()
    assert ApiKey.objects.get(user_id=owner.user_id, is_automatic=False).last_used is None
