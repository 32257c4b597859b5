"""What one owns, watches and may do, and why: never more than one sees."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from belvedere.accounts.models import AddressRule
from belvedere.repos.models import Following, Repository
from tests.api.conftest import Caller
from tests.web.conftest import text_of

PLACE = "/_admin/my_account"


def bearer(key: str) -> dict[str, Any]:
    return {"headers": {"Authorization": f"Bearer {key}"}}


def test_own_and_watched_repositories(administrator: Caller, reader: Caller, signed_in: Any) -> None:
    administrator("create_repo", repo_name="mine", owner="reader", description="All <b>mine</b>")
    Following.objects.all().delete()
    for name in ("watched", "hidden"):
        administrator("create_repo", repo_name=name)
        Following.objects.create(user_id=reader.user_id, repository=Repository.objects.get(name=name))
    administrator("update_repo", repoid="hidden", private=True)
    client = signed_in(reader)
    own, watched = text_of(client.get(f"{PLACE}/repos")), text_of(client.get(f"{PLACE}/watched"))
    assert 'href="/mine"' in own
    assert "All &lt;b&gt;mine" in own
    assert "/watched" in watched
    assert 'href="/mine"' not in watched
    for text in (own, watched):
        assert "hidden<" not in text
    assert "None of them has" in text_of(client.get(f"{PLACE}/repos?q=absent"))
    assert 'href="/mine"' in text_of(client.get(f"{PLACE}/repos?q=INE"))


def test_a_narrowed_key_sees_its_part_alone(administrator: Caller, reader: Caller) -> None:
    for name in ("mine", "more"):
        administrator("create_repo", repo_name=name, owner="reader")
    key = reader("create_api_key", description="one", repositories=["mine"])["api_key"]["api_key"]
    for path in ("repos", "perms?kind=repositories"):
        text = text_of(Client().get(f"{PLACE}/{path}", **bearer(key)))
        assert 'href="/mine"' in text
        assert 'href="/more"' not in text
    general = text_of(Client().get(f"{PLACE}/perms", **bearer(key)))
    assert "hg.create.repository" not in general
    assert "your password may do more" in general


def test_permissions_with_their_reasons(administrator: Caller, reader: Caller, signed_in: Any) -> None:
    for name in ("open", "granted", "grouped", "hidden"):
        administrator("create_repo", repo_name=name, private=name == "hidden")
    administrator("grant_user_permission", repoid="granted", userid="reader", perm="repository.write")
    administrator("create_user_group", group_name="walkers")
    administrator("add_user_to_user_group", usergroupid="walkers", userid="reader")
    administrator("grant_user_group_permission", repoid="grouped", usergroupid="walkers", perm="repository.admin")
    client = signed_in(reader)
    text = text_of(client.get(f"{PLACE}/perms?kind=repositories"))
    rows = [" ".join(row.split("</tr>")[0].split()) for row in text.split("<tr>")[2:]]
    assert [row.split("</a>")[0].rpartition(">")[2] for row in rows] == ["granted", "grouped", "open"]
    assert 'own grant, grant to everyone <span class="muted">(read)</span>' in rows[0]
    assert "<strong>admin</strong>" in rows[1]
    assert "user group walkers" in rows[1]
    written = text_of(client.get(f"{PLACE}/perms?kind=repositories&level=write&q=gr"))
    assert "granted" in written
    assert 'href="/open"' not in written
    assert "Show all" in text_of(client.get(f"{PLACE}/perms?kind=repositories&q=absent"))


def test_what_is_about_no_object(administrator: Caller, reader: Caller, signed_in: Any) -> None:
    administrator("create_user_group", group_name="walkers")
    administrator("add_user_to_user_group", usergroupid="walkers", userid="reader")
    client = signed_in(reader)
    text = text_of(client.get(f"{PLACE}/perms"))
    assert "hg.create.repository" in text
    assert "grant to everyone" in text
    assert "walkers" in text
    assert "From anywhere" in text
    AddressRule.objects.create(user_id=1, network="127.0.0.0/8")
    AddressRule.objects.create(user_id=reader.user_id, network="10.0.0.0/8")
    text = text_of(client.get(f"{PLACE}/perms"))
    assert "127.0.0.0/8" in text
    assert "10.0.0.0/8" in text


def test_an_administrator_sees_everything_and_why(administrator: Caller, signed_in: Any) -> None:
    administrator("create_repo", repo_name="hidden", private=True)
    client = signed_in(administrator)
    text = text_of(client.get(f"{PLACE}/perms?kind=repositories"))
    assert "administrator, owner" in text
    assert "hg.create.repository" in text_of(client.get(f"{PLACE}/perms"))


@pytest.mark.parametrize("kind", ["repositories", "groups", "user_groups"])
def test_many_objects_cost_no_more_queries(administrator: Caller, reader: Caller, signed_in: Any, kind: str) -> None:
    makers = {
        "repositories": ("create_repo", "repo_name"),
        "groups": ("create_repo_group", "group_name"),
        "user_groups": ("create_user_group", "group_name"),
    }
    method, argument = makers[kind]
    client, counts = signed_in(reader), []
    for names in (("a",), ("b", "c", "d", "e")):
        for name in names:
            administrator(method, **{argument: name})
        with CaptureQueriesContext(connection) as queries:
            assert f">{names[-1]}<" in text_of(client.get(f"{PLACE}/perms?kind={kind}"))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
