"""User groups on pages: who sees which, who changes what, and what happens to what was typed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from belvedere.accounts.models import Membership, User, UserGroup, UserGroupGrant
from tests.api.conftest import Caller
from tests.web.conftest import text_of

LIST = "/_admin/user_groups"


@pytest.fixture
def walkers(administrator: Caller, owner: Caller, writer: Caller) -> str:
    """A user group that the owner administers; give the address of its pages."""
    pk = administrator("create_user_group", group_name="walkers", owner="owner")["user_group"]["users_group_id"]
    administrator("add_user_to_user_group", usersgroupid="walkers", userid="writer")
    return f"{LIST}/{pk}"


def names(response: Any) -> list[str]:
    return re.findall(rf'<td><a href="{LIST}/\d+">([^<]+)</a>', text_of(response))


def members() -> set[str]:
    return set(Membership.objects.filter(user_group__name="walkers").values_list("user__username", flat=True))


def test_each_sees_what_he_may_see(
    walkers: str, administrator: Caller, owner: Caller, outsider: Caller, signed_in: Any
) -> None:
    administrator("create_user_group", group_name="hidden")
    administrator("revoke_user_permission_from_user_group", usergroupid="hidden", userid="default")
    assert Client().get(LIST)["Location"].startswith("/_admin/login")
    client = signed_in(outsider)
    assert names(client.get(LIST)) == ["walkers"]
    assert f'{walkers}/edit"' not in text_of(client.get(LIST))
    assert names(client.get(f"{LIST}?q=WALK")) == ["walkers"]
    assert names(client.get(f"{LIST}?q=hid")) == []
    assert "writer" in text_of(client.get(walkers))
    hidden = UserGroup.objects.get(name="hidden").pk
    assert client.get(f"{LIST}/{hidden}").status_code == 404
    for page in ("", "/members", "/perms", "/default_perms", "/advanced"):
        assert client.get(f"{walkers}/edit{page}").status_code == 403
        assert client.get(f"{LIST}/{hidden}/edit{page}").status_code == 404
    assert names(signed_in(administrator).get(LIST)) == ["hidden", "walkers"]
    assert f'{walkers}/edit"' in text_of(signed_in(owner).get(LIST))


def test_creating_takes_the_permission(administrator: Caller, reader: Caller, signed_in: Any) -> None:
    client = signed_in(reader)
    asked = {"users_group_name": "climbers", "user_group_description": "Up", "users_group_active": "on"}
    assert f"{LIST}/new" not in text_of(client.get(LIST))
    assert client.get(f"{LIST}/new").status_code == 403
    assert client.post(LIST, asked).status_code == 403
    User.objects.get(pk=1).global_grants.create(permission="hg.usergroup.create.true")
    assert client.get(f"{LIST}/new").status_code == 200
    response = client.post(LIST, asked | {"owner": "admin"})
    made = UserGroup.objects.get(name="climbers")
    assert response["Location"] == f"{LIST}/{made.pk}/edit/members"
    assert (made.owner.username, made.description, made.is_active) == ("reader", "Up", True)
    refused = text_of(client.post(f"{LIST}/new", asked | {"users_group_name": "CLIMBERS"}), 400)
    assert "already exist" in refused
    assert 'value="CLIMBERS"' in refused
    assert "has 1 to 200 characters" in text_of(client.post(LIST, asked | {"users_group_name": "a/b"}), 400)
    boss = signed_in(administrator)
    assert boss.post(LIST, asked | {"users_group_name": "others", "owner": "reader"}).status_code == 302
    assert UserGroup.objects.get(name="others").owner.username == "reader"
    assert "does not exist" in text_of(boss.post(LIST, asked | {"users_group_name": "c", "owner": "nobody"}), 400)


def test_general_settings(walkers: str, owner: Caller, administrator: Caller, signed_in: Any) -> None:
    client = signed_in(owner)
    changed = {"users_group_name": "hikers", "user_group_description": "On foot", "owner": "admin"}
    assert client.post(walkers, changed)["Location"] == f"{walkers}/edit"
    row = UserGroup.objects.get(name="hikers")
    assert (row.description, row.is_active, row.owner.username) == ("On foot", False, "owner")
    assert "inactive" in text_of(client.get(walkers))
    assert "begins with a letter" in text_of(client.post(f"{walkers}/edit", changed | {"users_group_name": "<b>"}), 400)
    assert UserGroup.objects.get(pk=row.pk).name == "hikers"
    assert signed_in(administrator).post(f"{walkers}/edit", changed).status_code == 302
    assert UserGroup.objects.get(pk=row.pk).owner.username == "admin"


def test_members_come_and_go_in_one_post(walkers: str, owner: Caller, reader: Caller, signed_in: Any) -> None:
    client = signed_in(owner)
    writer = User.objects.get(username="writer").pk
    wrong = text_of(client.post(f"{walkers}/edit/members", {"add": "reader nobody", "remove": writer}), 400)
    assert "Nobody is called nobody. Nothing is saved yet." in wrong
    assert 'value="reader nobody"' in wrong
    assert members() == {"writer"}
    assert client.post(f"{walkers}/edit/members", {"add": "reader, owner", "remove": writer}).status_code == 302
    assert members() == {"reader", "owner"}
    assert "2 added, 1 removed" in text_of(client.get(f"{walkers}/edit/members"))
    assert client.post(f"{walkers}/edit/members", {"add": "default"}).status_code == 400
    assert client.post(f"{walkers}/edit/members", {"remove": ["x", "999999"]}).status_code == 302
    assert members() == {"reader", "owner"}
    assert "owner" not in re.findall(
        r'<label for="remove-\d+">(\w+)', text_of(client.get(f"{walkers}/edit/members?q=read"))
    )


def test_who_may_change_it(walkers: str, owner: Caller, reader: Caller, signed_in: Any) -> None:
    client = signed_in(owner)
    assert "Everyone" in text_of(client.get(f"{walkers}/edit/perms"))
    given = {"new_kind": "user", "new_name": "reader", "new_level": "3"}
    assert client.post(f"{walkers}/edit/perms", given).status_code == 302
    assert signed_in(reader).get(f"{walkers}/edit/members").status_code == 200
    assert (
        client.post(f"{walkers}/edit/perms/delete", {"obj_type": "user", "user_id": reader.user_id}).status_code == 302
    )
    assert not UserGroupGrant.objects.filter(user_id=reader.user_id).exists()


def test_only_administrators_give_site_permissions(
    walkers: str, owner: Caller, administrator: Caller, signed_in: Any
) -> None:
    asked = {"permission": ["hg.fork.repository"]}
    client = signed_in(owner)
    assert "disabled" in text_of(client.get(f"{walkers}/edit/default_perms"))
    assert client.post(f"{walkers}/edit/default_perms", asked).status_code == 403
    boss = signed_in(administrator)
    assert boss.post(f"{walkers}/edit/default_perms", asked).status_code == 302
    held = UserGroup.objects.get(name="walkers").global_grants.values_list("permission", flat=True)
    assert list(held) == ["hg.fork.repository"]
    for wrong in ({"permission": "hg.admin"}, {}):
        assert boss.post(f"{walkers}/edit/default_perms", wrong).status_code == 400
    assert list(held.all()) == ["hg.fork.repository"]
    assert boss.post(f"{walkers}/edit/default_perms", {"create_repo_perm": "True"}).status_code == 302
    assert list(held.all()) == ["hg.create.repository"]
    assert boss.post(f"{walkers}/edit/default_perms", {"permission": ""}).status_code == 302
    assert not held.all()


def test_deleting_asks_for_the_name(walkers: str, owner: Caller, administrator: Caller, signed_in: Any) -> None:
    administrator("create_repo", repo_name="secret", private=True)
    administrator("grant_user_group_permission", repoid="secret", usergroupid="walkers", perm="repository.read")
    client = signed_in(owner)
    shown = text_of(client.get(f"{walkers}/edit/advanced"))
    assert "secret" not in shown
    assert "Nothing that you may see." in shown
    assert "That is not walkers." in text_of(client.post(f"{walkers}/delete", {"confirm": "walk"}), 400)
    refused = text_of(client.post(f"{walkers}/delete", {"confirm": "walkers"}), 400)
    assert "take that back first" in refused
    assert "secret" not in refused
    administrator("revoke_user_group_permission", repoid="secret", usergroupid="walkers")
    assert client.post(f"{walkers}/delete", {"confirm": "walkers"})["Location"] == LIST
    assert not UserGroup.objects.filter(name="walkers").exists()


def test_long_lists_come_in_pages(administrator: Caller, signed_in: Any) -> None:
    owner = User.objects.get(username="admin")
    UserGroup.objects.bulk_create(UserGroup(name=f"group {n:03}", key=f"group {n:03}", owner=owner) for n in range(120))
    client = signed_in(administrator)
    with CaptureQueriesContext(connection) as done:
        first = client.get(LIST)
    assert len(done) < 20
    assert names(first)[-1] == "group 049"
    assert names(client.get(f"{LIST}?page=3&q=group"))[-1] == "group 119"
