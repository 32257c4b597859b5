"""API keys and SSH keys on the pages of one's account."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from belvedere.accounts.models import ApiKey, Session, SshKey
from tests.api.conftest import ApiError, Caller
from tests.web.conftest import text_of

PLACE = "/_admin/my_account/api_keys"
SSH = "/_admin/my_account/ssh_keys"
PUBLIC = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBGXLcYjf1kKn0kHLVwbx1wKpUzRZ6d2nZBqLb5Fq4m1"
FOR_EVER = "-1"


def bearer(key: str) -> dict[str, Any]:
    return {"headers": {"Authorization": f"Bearer {key}"}}


def make(client: Client, **given: Any) -> Any:
    return client.post(PLACE, {"description": "robot", "lifetime": FOR_EVER, **given})


def key_in(response: Any) -> str:
    found = re.search(r"<code[^>]*>([0-9a-f]{40})</code>", text_of(response).partition("is made")[2])
    assert found
    return found[1]


def test_a_key_is_made_shown_once_and_deleted(reader: Caller, signed_in: Any) -> None:
    client = signed_in(reader)
    response = make(client)
    assert response["Cache-Control"] == "no-store"
    key = key_in(response)
    assert Caller(key)("get_user")["username"] == "reader"
    listed = text_of(client.get(PLACE))
    assert key not in listed
    assert "robot" in listed
    assert "May do everything that you may" in listed
    row = ApiKey.objects.get(description="robot")
    text = text_of(client.post(f"{PLACE}/delete", {"del_api_key": row.pk}, follow=True))
    assert "“robot” is deleted" in text
    with pytest.raises(ApiError, match="Invalid API key"):
        Caller(key)("get_user")


def test_a_key_is_narrowed(administrator: Caller, reader: Caller, signed_in: Any) -> None:
    administrator("create_repo", repo_name="open")
    administrator("create_repo", repo_name="other")
    administrator("create_repo_group", group_name="group")
    given = {
        "access": "1",
        "methods": ["pages", "changesets"],
        "repositories": "open\n\n",
        "repository_groups": "group",
    }
    client = signed_in(reader)
    key = key_in(make(client, lifetime="60", **given))
    assert Client().get("/open", **bearer(key)).status_code == 200
    assert Client().get("/other", **bearer(key)).status_code == 404
    assert "takes the scope" in Caller(key).error("get_user")
    text = text_of(client.get(PLACE))
    for limit in ("Read only", "Only for API: changesets, Pages of this site", "Only in group, open", "in 59 minutes"):
        assert limit in text


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"repositories": "hidden"}, "Repository <code>hidden</code> does not exist"),
        ({"repository_groups": "absent"}, "Repository group <code>absent</code> does not exist"),
        ({"methods": ["nonsense"]}, "nonsense"),
        ({"lifetime": "7"}, "Select a valid choice"),
        ({"description": ""}, "required"),
    ],
)
def test_a_key_that_cannot_be(administrator: Caller, reader: Caller, signed_in: Any, given: Any, why: str) -> None:
    administrator("create_repo", repo_name="hidden", private=True)
    text = text_of(make(signed_in(reader), **{"description": "kept", "access": "2", **given}))
    assert why in text
    assert ApiKey.objects.filter(user_id=reader.user_id).count() == 1
    if given.get("description") != "":
        assert 'value="kept"' in text
        assert '<option value="2" selected' in text


def test_the_automatic_key_is_shown_and_reset(reader: Caller, signed_in: Any) -> None:
    client = signed_in(reader)
    assert reader.key in text_of(client.get(PLACE))
    assert reader.key not in text_of(client.get(f"{PLACE}/reset"))
    automatic = ApiKey.objects.get(user_id=reader.user_id)
    assert client.post(f"{PLACE}/delete", {"del_api_key": automatic.pk}).status_code == 409
    assert client.post(f"{PLACE}/delete", {"del_api_key_builtin": reader.key})["Location"] == f"{PLACE}/reset"
    assert reader("get_user")
    text = text_of(client.post(f"{PLACE}/reset", follow=True))
    assert "is a new one" in text
    assert reader.key not in text
    assert reader.error("get_user") == "Invalid API key"
    assert [row.is_automatic for row in ApiKey.objects.filter(user_id=reader.user_id)] == [True]


def test_keys_of_others_are_not_found(administrator: Caller, reader: Caller, signed_in: Any) -> None:
    row = reader("create_api_key", description="mine")["api_key"]
    client = signed_in(administrator)  # who deletes keys of others where he looks after these
    for given in (str(row["api_key_id"]), "0", "x", ""):
        assert client.post(f"{PLACE}/delete", {"del_api_key": given}).status_code == 404
    reader("add_ssh_key", public_key=PUBLIC)
    fingerprint = SshKey.objects.get().fingerprint
    assert client.post(f"{SSH}/delete", {"del_public_key_fingerprint": fingerprint}).status_code == 404
    assert ApiKey.objects.filter(description="mine").exists()


def test_a_narrowed_key_sees_and_makes_no_more_than_it_may(reader: Caller) -> None:
    pages = reader("create_api_key", description="pages", methods="pages")["api_key"]["api_key"]
    text = text_of(Client().get(PLACE, **bearer(pages)))
    assert reader.key not in text
    assert "neither shown to a key that is narrowed" in text
    given = {"description": "wide", "lifetime": FOR_EVER}
    assert "a key makes none that may do more" in text_of(Client().post(PLACE, given, **bearer(pages))).lower()
    assert "is made" in text_of(Client().post(PLACE, {**given, "methods": ["pages"]}, **bearer(pages)))
    assert Client().post(f"{PLACE}/reset", **bearer(pages)).status_code == 403
    assert Client().get(f"{PLACE}/reset", **bearer(pages)).status_code == 403
    reading = reader("create_api_key", description="reading", access="read")["api_key"]["api_key"]
    for place in (PLACE, SSH):
        assert Client().get(place, **bearer(reading)).status_code == 403
    assert reader("get_user")


def test_what_a_key_reached_and_its_user_sees_no_more_is_not_named(
    administrator: Caller, reader: Caller, signed_in: Any
) -> None:
    administrator("create_repo", repo_name="fading")
    reader("create_api_key", description="narrow", repositories=["fading"])
    administrator("update_repo", repoid="fading", private=True)
    text = text_of(signed_in(reader).get(PLACE))
    assert "fading" not in text
    assert "1 that you do not see" in text


def test_ssh_keys_are_added_listed_and_deleted(reader: Caller, signed_in: Any) -> None:
    client = signed_in(reader)
    added = text_of(client.post(SSH, {"public_key": f" {PUBLIC} rita@laptop\n", "description": ""}, follow=True))
    row = SshKey.objects.get()
    assert f"SHA256:{row.fingerprint}" in added
    assert "rita@laptop" in added
    assert "never seen" in added
    text = text_of(client.post(f"{SSH}/delete", {"del_public_key_fingerprint": row.fingerprint}, follow=True))
    assert "is deleted" in text
    assert not SshKey.objects.exists()


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nxx", "This is a private key"),
        ("ssh-dss AAAA", "The type of a public key is one of"),
        ("ssh-ed25519 nonsense", "there is no public key"),
        ("", "required"),
        (PUBLIC, "already in use by another user"),
    ],
)
def test_ssh_keys_that_cannot_be(writer: Caller, reader: Caller, signed_in: Any, key: str, why: str) -> None:
    writer("add_ssh_key", public_key=PUBLIC)
    text = text_of(signed_in(reader).post(SSH, {"public_key": key, "description": "kept"}))
    assert why in text
    assert 'value="kept"' in text
    assert SshKey.objects.count() == 1


def test_many_keys_and_sessions_are_no_long_page(reader: Caller, signed_in: Any) -> None:
    rows = [ApiKey(user_id=reader.user_id, digest=str(n).encode(), description=f"key {n}") for n in range(120)]
    ApiKey.objects.bulk_create(rows)
    later = timezone.now() + timedelta(hours=1)
    client = signed_in(reader)
    mark = Session.objects.values_list("password_mark", flat=True).get(user_id=reader.user_id)
    given = {"user_id": reader.user_id, "password_mark": mark, "expires_on": later}
    Session.objects.bulk_create(Session(digest=str(n).encode(), **given) for n in range(120))
    for path in (PLACE, "/_admin/my_account/sessions"):
        text = text_of(client.get(path))
        assert len(text) < 60_000
        assert text.count("<li>") < 70
    assert "key 119" in text_of(client.get(f"{PLACE}?page=3"))
    assert "And 71 more" in text
