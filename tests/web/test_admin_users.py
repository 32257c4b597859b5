"""Users in the administration: found, made, changed, let in, and deleted with or without what they own."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core import mail as outbox
from django.test import Client

from belvedere.accounts.models import AddressRule, ApiKey, EmailAddress, GlobalGrant, Session, User
from belvedere.events.models import Event
from belvedere.repos.models import Repository
from tests.api.conftest import Caller
from tests.web.conftest import PASSWORD, signing_in, text_of

PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEeUyge0WXsdCLWDNSJb31wbWAz9HUwbBFORnV05oU0P"


@pytest.fixture
def boss(administrator: Caller, signed_in: Any) -> Client:
    return signed_in(administrator)


def edit(caller: Caller, tab: str = "") -> str:
    return f"/_admin/users/{caller.user_id}/edit{tab and '/' + tab}"


def kinds() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


TABS = ("", "password", "emails", "sessions", "api_keys", "ssh_keys", "permissions", "ips", "advanced")
PAGES = ("users", "users/new", "users.csv", "users.json")


def test_only_administrators_see_users(administrator: Caller, reader: Caller, owner: Caller, signed_in: Any) -> None:
    narrowed = administrator("create_api_key", description="x", access="read")["api_key"]["api_key"]
    paths = [f"/_admin/{name}" for name in PAGES] + [edit(owner, tab) for tab in TABS]
    client = signed_in(reader)
    for path in paths:
        assert client.get(path).status_code == 403, path
        assert Client().get(path).status_code == 302, path
        assert Client().get(path, headers={"Authorization": f"Bearer {narrowed}"}).status_code == 403, path


def test_every_tab_opens(boss: Client, owner: Caller) -> None:
    for tab in TABS:
        page = text_of(boss.get(edit(owner, tab)))
        assert "owner" in page
        assert owner.key not in page
    assert boss.get(f"/_admin/users/{owner.user_id}")["Location"] == edit(owner)
    assert boss.get("/_admin/users/1/edit")["Location"] == "/_admin/permissions"
    assert boss.get("/_admin/users/99999/edit").status_code == 404


def test_users_are_found_and_put_in_order(boss: Client, owner: Caller, writer: Caller, administrator: Caller) -> None:
    administrator("update_user", userid="writer", firstname="Zoë", lastname="Quill", active=False)
    assert "writer" in text_of(boss.get("/_admin/users?q=quill zoë"))
    assert "writer" in text_of(boss.get("/_admin/users?q=WRITER@example"))
    assert "No user fits" in text_of(boss.get("/_admin/users?q=quill owner"))
    assert "writer" not in _usernames(boss, "show=active")
    assert _usernames(boss, "show=inactive") == ["writer"]
    assert _usernames(boss, "show=administrators") == ["admin"]
    assert _usernames(boss, "") == ["admin", "owner", "writer"]
    assert _usernames(boss, "order=desc") == ["writer", "owner", "admin"]
    assert _usernames(boss, "sort=nonsense&show=nonsense&page=99&order=x") == ["admin", "owner", "writer"]


def _usernames(client: Client, query: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="[^"]+"><bdi>([^<]+)', text_of(client.get(f"/_admin/users?{query}")))


def test_a_list_of_users_asks_the_same_however_many_there_are(boss: Client, django_assert_max_num_queries: Any) -> None:
    User.objects.bulk_create(User(username=f"user{number:05}") for number in range(3000))
    with django_assert_max_num_queries(9):
        page = text_of(boss.get("/_admin/users?page=20"))
    assert "Page 20 of 61" in page
    assert len(page) < 60_000


def test_users_as_tables(boss: Client, administrator: Caller, owner: Caller) -> None:
    administrator("update_user", userid="owner", firstname="=cmd()", lastname='a,"b')
    response = boss.get("/_admin/users.csv?q=owner")
    rows = b"".join(response.streaming_content).decode().splitlines()
    assert rows[0].startswith("user_id,username")
    assert f'{owner.user_id},owner,\'=cmd(),"a,""b",owner@example.org,yes,no,internal,' in rows[1]
    assert len(rows) == 2
    found = json.loads(b"".join(boss.get("/_admin/users.json").streaming_content))
    assert [each["username"] for each in found] == ["admin", "owner"]
    assert json.loads(b"".join(boss.get("/_admin/users.json?q=nobody").streaming_content)) == []


def test_a_user_is_created(boss: Client) -> None:
    sent = {"username": "new one", "email": "new@example.org", "active": "on", "firstname": "Nadja"}
    page = text_of(boss.post("/_admin/users/new", sent), 400)
    assert "a username has 1 to 64" in page.lower()
    assert 'value="Nadja"' in page
    page = text_of(boss.post("/_admin/users/new", {**sent, "username": "nadja", "password": "12345678"}), 400)
    assert "list of those that are tried first" in page
    response = boss.post("/_admin/users/new", {**sent, "username": "nadja", "password": PASSWORD})
    user = User.objects.get(username="nadja")
    assert response["Location"] == f"/_admin/users/{user.pk}/edit"
    assert signing_in(Client(), "nadja", PASSWORD).status_code == 302
    assert "already exist" in text_of(boss.post("/_admin/users/new", {**sent, "username": "NADJA"}), 400)
    other = {**sent, "username": "other"}
    assert "email <code>new@example.org</code> already exist" in text_of(
        boss.post("/_admin/users/new", other), 400
    ).replace("&#x27;", "'").replace("Email", "email")
    response = boss.post("/_admin/users", {**other, "email": ""})
    assert response["Location"].endswith("/edit/password")
    created = Event.objects.filter(kind="UserCreated").latest("pk")
    assert (created.actor_name, created.address, created.payload["username"]) == ("admin", "127.0.0.1", "other")


def test_a_profile_is_changed(boss: Client, owner: Caller) -> None:
    sent = {
        "username": "proprietor",
        "email": "owner@example.org",
        "firstname": "Olga",
        "lastname": "",
        "admin": "on",
        "active": "on",
        "extern_type": "ldap",
        "extern_name": "cn=olga",
    }
    assert boss.post(edit(owner), sent).status_code == 302
    user = User.objects.get(pk=owner.user_id)
    assert (user.username, user.is_administrator, user.extern_type) == ("proprietor", True, "ldap")
    assert EmailAddress.objects.get(user=user).address == "owner@example.org"
    changed = Event.objects.filter(kind="UserUpdated").latest("pk").payload
    assert changed["former_name"] == "owner"
    assert "is_administrator=true" in changed["changed"]
    assert "email" not in changed["changed"]
    page = text_of(boss.post(edit(owner), {**sent, "username": "admin"}), 400)
    assert "already exist" in page
    assert "<h1><bdi>proprietor" in page


def test_nobody_locks_himself_out(boss: Client, administrator: Caller) -> None:
    sent = {"username": "admin", "extern_type": "internal"}
    page = text_of(boss.post(edit(administrator), {**sent, "admin": "on"}), 400)
    assert "lock yourself out" in page
    assert boss.post(edit(administrator, "password/remove")).status_code == 400
    page = text_of(boss.post(f"/_admin/users/{administrator.user_id}/delete", {"confirm": "admin"}), 400)
    assert User.objects.filter(username="admin", is_active=True, is_administrator=True).exists()
    assert boss.get("/_admin/users").status_code == 200


def test_who_signed_up_is_let_in_with_one_click(boss: Client, owner: Caller) -> None:
    User.objects.filter(pk=owner.user_id).update(is_active=False, awaits=User.Awaits.APPROVAL)
    assert "1 signed up and waits" in text_of(boss.get("/_admin/users"))
    assert _usernames(boss, "show=waiting") == ["owner"]
    response = boss.post(f"/_admin/users/{owner.user_id}/approve", {"came_from": "/_admin/users?show=waiting"})
    assert response["Location"] == "/_admin/users?show=waiting"
    assert User.objects.get(pk=owner.user_id).is_active
    assert "UserApproved" in kinds()
    assert boss.post(f"/_admin/users/{owner.user_id}/approve").status_code == 409


def test_a_password_is_set(boss: Client, owner: Caller, signed_in: Any) -> None:
    signed_in(owner)
    new = "another long password"
    page = text_of(boss.post(edit(owner, "password"), {"password": new, "password_confirm": "x"}), 400)
    assert "not the same" in page
    page = text_of(boss.post(edit(owner, "password"), {"password": "12345678", "password_confirm": "12345678"}), 400)
    assert "tried first" in page
    assert boss.post(edit(owner, "password"), {"password": new, "password_confirm": new}).status_code == 302
    assert not Session.objects.filter(user_id=owner.user_id).exists()
    assert signing_in(Client(), "owner", new).status_code == 302
    assert boss.post(edit(owner, "password/remove")).status_code == 302
    assert signing_in(Client(), "owner", new).status_code == 200
    assert new not in json.dumps(list(Event.objects.values_list("payload", flat=True)))


def test_a_link_to_a_password_is_shown(boss: Client, owner: Caller) -> None:
    page = text_of(boss.post(edit(owner, "password/link"), {"show": "1"}))
    found = re.search(r"http://testserver(/_admin/password_reset_confirmation\?token=[^<\s]+)", page)
    assert found
    assert Client().get(found[1]).status_code == 200
    assert boss.post(edit(owner, "password/link"), {"send": "1"}).status_code == 400
    assert outbox.outbox == []


def test_email_addresses_are_vouched_for(boss: Client, owner: Caller, reader: Caller) -> None:
    assert boss.post(edit(owner, "emails"), {"new_email": "Second@Example.org"}).status_code == 302
    row = EmailAddress.objects.get(address="second@example.org")
    assert row.verified_on
    assert not row.is_main
    page = text_of(boss.post(edit(reader, "emails"), {"new_email": "second@example.org"}), 400)
    assert "already exist" in page
    assert boss.post(edit(owner, "emails/main"), {"email_id": row.pk}).status_code == 302
    assert EmailAddress.objects.get(user_id=owner.user_id, is_main=True).pk == row.pk
    assert boss.post(edit(reader, "emails/main"), {"email_id": row.pk}).status_code == 404
    assert boss.post(edit(owner, "emails/delete"), {"del_email_id": row.pk}).status_code == 302
    assert EmailAddress.objects.get(user_id=owner.user_id, is_main=True).address == "owner@example.org"
    claimed = EmailAddress.objects.create(user_id=owner.user_id, address="claimed@example.org")
    assert boss.post(edit(owner, "emails/main"), {"email_id": claimed.pk}).status_code == 409
    assert boss.post(edit(owner, "emails/verify"), {"email_id": claimed.pk}).status_code == 302
    assert EmailAddress.objects.get(pk=claimed.pk).verified_on
    assert kinds()[-3:] == ["EmailAdded", "EmailRemoved", "EmailVerified"]


def test_sessions_are_ended(boss: Client, owner: Caller, signed_in: Any) -> None:
    client = signed_in(owner)
    row = Session.objects.get(user_id=owner.user_id)
    assert "127.0.0.1" in text_of(boss.get(edit(owner, "sessions")))
    assert boss.post(edit(owner, "sessions/end"), {"session_id": row.pk}).status_code == 302
    assert client.get("/_admin/my_account").status_code == 302
    assert boss.post(edit(owner, "sessions/end"), {"session_id": row.pk}).status_code == 404
    signed_in(owner)
    assert boss.post(edit(owner, "sessions/end"), {"all": "1"}).status_code == 302
    assert not Session.objects.filter(user_id=owner.user_id).exists()
    assert boss.get("/_admin/users").status_code == 200


def test_keys_are_made_and_revoked(boss: Client, owner: Caller, reader: Caller) -> None:
    page = text_of(boss.post(edit(owner, "api_keys"), {"description": "robot", "lifetime": "60", "access": "3"}))
    made = ApiKey.objects.get(description="robot")
    found = re.search(r"[0-9a-f]{40}", page)
    assert found
    assert Client().get("/", headers={"Authorization": f"Bearer {found[0]}"}).status_code == 200
    assert found[0] not in text_of(boss.get(edit(owner, "api_keys")))
    assert boss.post(edit(reader, "api_keys/delete"), {"del_api_key": made.pk}).status_code == 404
    assert boss.post(edit(owner, "api_keys/delete"), {"del_api_key": made.pk}).status_code == 302
    assert Client().get("/", headers={"Authorization": f"Bearer {found[0]}"}).status_code == 403
    assert boss.post(edit(owner, "api_keys/reset")).status_code == 302
    assert Client().get("/", headers={"Authorization": f"Bearer {owner.key}"}).status_code == 403
    assert boss.post(edit(owner, "ssh_keys"), {"public_key": f"{PUBLIC_KEY} olga@laptop"}).status_code == 302
    assert "private key" in text_of(boss.post(edit(owner, "ssh_keys"), {"public_key": "PRIVATE KEY"}), 400)
    fingerprint = _fingerprint()
    assert boss.post(edit(reader, "ssh_keys/delete"), {"del_public_key_fingerprint": fingerprint}).status_code == 404
    assert boss.post(edit(owner, "ssh_keys/delete"), {"del_public_key_fingerprint": fingerprint}).status_code == 302
    assert kinds()[-7:] == [
        "ApiKeyCreated",
        "ApiKeyDeleted",
        "ApiKeyRefused",
        "ApiKeyReset",
        "ApiKeyRefused",
        "SshKeyAdded",
        "SshKeyDeleted",
    ]
    told = json.dumps(list(Event.objects.values_list("payload", flat=True)))
    assert found[0] not in told


def _fingerprint() -> str:
    return Event.objects.filter(kind="SshKeyAdded").latest("pk").payload["fingerprint"]


def test_permissions_are_granted_and_explained(boss: Client, owner: Caller, administrator: Caller) -> None:
    administrator("create_repo", repo_name="mountains", owner="owner", private=True)
    administrator("create_user_group", group_name="walkers")
    administrator("add_user_to_user_group", usersgroupid="walkers", userid="owner")
    administrator("create_repo", repo_name="lakes", private=True)
    administrator("grant_user_group_permission", repoid="lakes", usersgroupid="walkers", perm="repository.write")
    place = edit(owner, "permissions")
    assert boss.post(place, {"permission": ["hg.usergroup.create.true", "evil"]}).status_code == 400
    assert not GlobalGrant.objects.filter(user_id=owner.user_id).exists()
    assert boss.post(place, {"permission": ["", "hg.usergroup.create.true"]}).status_code == 302
    assert [*GlobalGrant.objects.filter(user_id=owner.user_id).values_list("permission", flat=True)] == [
        "hg.usergroup.create.true"
    ]
    page = text_of(boss.get(edit(owner, "permissions")))
    assert re.search(r'value="hg.usergroup.create.true" checked', page)
    assert "walkers" in page
    assert "everyone" in page
    page = text_of(boss.get(edit(owner, "permissions") + "?kind=repositories"))
    assert "user group walkers" in page
    assert "owner" in page
    assert "lakes" not in text_of(boss.get(edit(owner, "permissions") + "?kind=repositories&level=admin"))
    assert "None of the" in text_of(boss.get(edit(owner, "permissions") + "?kind=repositories&q=seas"))
    assert "nothing is changed" in text_of(boss.post(place, {}), 400).lower()
    assert GlobalGrant.objects.filter(user_id=owner.user_id).exists()
    assert '<input type="hidden" name="permission" value="">' in text_of(boss.get(place))
    assert boss.post(place, {"permission": ""}).status_code == 302
    assert not GlobalGrant.objects.filter(user_id=owner.user_id).exists()


def test_permissions_are_understood_from_kallitheas_form(boss: Client, owner: Caller) -> None:
    def held() -> set[str]:
        return set(GlobalGrant.objects.filter(user_id=owner.user_id).values_list("permission", flat=True))

    place = edit(owner, "permissions")
    assert boss.post(place, {"create_repo_perm": "True", "fork_repo_perm": "on"}).status_code == 302
    assert held() == {"hg.create.repository", "hg.fork.repository"}
    assert boss.post(place, {"save": "Save", "inherit_default_permissions": "True"}).status_code == 400
    assert held() == {"hg.create.repository", "hg.fork.repository"}
    assert boss.post(place, {"create_repo_perm": "False", "create_user_group_perm": "True"}).status_code == 302
    assert held() == {"hg.usergroup.create.true"}


def test_where_a_user_may_come_from(boss: Client, owner: Caller, administrator: Caller) -> None:
    assert "no address such as" in text_of(boss.post(edit(owner, "ips"), {"new_ip": "10.0.0.0/99"}), 400)
    assert boss.post(edit(owner, "ips"), {"new_ip": "10.1.2.3/8"}).status_code == 302
    rule = AddressRule.objects.get(user_id=owner.user_id)
    assert rule.network == "10.0.0.0/8"
    assert Client().get("/", headers={"Authorization": f"Bearer {owner.key}"}).status_code == 403
    assert boss.post(edit(administrator, "ips/delete"), {"del_ip_id": rule.pk}).status_code == 404
    assert boss.post(edit(owner, "ips/delete"), {"del_ip_id": rule.pk}).status_code == 302
    assert Client().get("/", headers={"Authorization": f"Bearer {owner.key}"}).status_code == 200
    page = text_of(boss.post(edit(administrator, "ips"), {"new_ip": "10.0.0.0/8"}), 409)
    assert "lock yourself out" in page
    assert not AddressRule.objects.exists()
    assert "AddressRuleAdded" in kinds()


def test_a_user_with_repositories_is_deleted(
    boss: Client, owner: Caller, reader: Caller, administrator: Caller
) -> None:
    administrator("create_repo", repo_name="mountains", owner="owner")
    page = text_of(boss.get(edit(owner, "advanced")))
    assert "1 repository" in page
    path = f"/_admin/users/{owner.user_id}/delete"
    assert "That is not owner" in text_of(boss.post(path, {"confirm": "OWNER", "owner": "reader"}), 400)
    assert "user <code>nobody</code> does not exist" in text_of(
        boss.post(path, {"confirm": "owner", "owner": "nobody"}), 400
    ).lower().replace("&#x27;", "'")
    page = text_of(boss.post(path, {"confirm": "owner", "owner": "owner"}), 400)
    assert "owns it already" in page
    assert User.objects.filter(pk=owner.user_id).exists()
    assert boss.post(path, {"confirm": "owner", "owner": "reader"})["Location"] == "/_admin/users"
    assert not User.objects.filter(pk=owner.user_id).exists()
    assert Repository.objects.get(name="mountains").owner_id == reader.user_id
    assert kinds()[-2:] == ["OwnershipMoved", "UserDeleted"]


def test_what_a_user_owns_is_given_away(boss: Client, owner: Caller, reader: Caller, administrator: Caller) -> None:
    administrator("create_repo_group", group_name="nature", owner="owner")
    administrator("create_user_group", group_name="walkers", owner="owner")
    page = text_of(boss.post(edit(owner, "advanced/owner"), {"owner": ""}), 400)
    assert "This field is required" in page
    assert boss.post(edit(owner, "advanced/owner"), {"owner": "reader"}).status_code == 302
    assert "owns no repository" in text_of(boss.get(edit(owner, "advanced")))
    assert administrator("get_repo_group", repogroupid="nature")["owner"] == "reader"
    moved = Event.objects.latest("pk").payload
    assert (moved["repositories"], moved["repository_groups"], moved["user_groups"]) == (0, 1, 1)


def test_hostile_names_are_shown_as_text(boss: Client, owner: Caller, administrator: Caller) -> None:
    administrator("update_user", userid="owner", firstname="<script>alert(1)</script>", lastname="x" * 200)
    for path in ("/_admin/users", edit(owner)):
        assert "<script>alert" not in text_of(boss.get(path))
