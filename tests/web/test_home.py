"""The first page and the pages of groups: what each visitor finds there, in which order, and how fast."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from belvedere.accounts.models import User
from belvedere.repos.models import Repository, RepositoryGroup
from tests.api.conftest import Caller
from tests.web.conftest import text_of


def names(response: Any) -> list[str]:
    """Give the full names in a list, in its order."""
    return re.findall(r'<div class="entry">.*?<a href="/([^"]*)"', text_of(response))


@pytest.fixture
def tree(administrator: Caller) -> None:
    administrator("create_repo_group", group_name="nature", description="Everything outside")
    administrator("create_repo_group", group_name="high", parent="nature")
    administrator("create_repo_group", group_name="hidden-group")
    administrator("revoke_user_permission_from_repo_group", repogroupid="hidden-group", userid="default")
    administrator("create_repo", repo_name="open-one", description="On Granite and grass")
    administrator("create_repo", repo_name="private-one", private=True)
    administrator("create_repo", repo_name="nature/mountains")
    administrator("create_repo", repo_name="nature/high/lakes")


def test_an_empty_site_says_what_to_do_next(administrator: Caller, reader: Caller, signed_in: Any) -> None:
    assert "/_admin/create_repository" in text_of(signed_in(administrator).get("/"))
    anonymous = text_of(Client().get("/"))
    assert "Sign in" in anonymous
    assert "create_repository" not in anonymous
    for permission in ("hg.create.repository",):
        User.objects.get(pk=1).global_grants.filter(permission=permission).delete()
    may_not = text_of(signed_in(reader).get("/"))
    assert "An administrator of this site can change either" in may_not
    assert 'class="button main" href="/_admin/create_repository"' not in may_not


def test_each_sees_what_he_may_read(tree: None, administrator: Caller, reader: Caller, signed_in: Any) -> None:
    assert names(Client().get("/")) == ["nature", "open-one"]
    assert names(Client().get("/nature")) == ["nature/high", "nature/mountains"]
    assert names(Client().get("/nature/high")) == ["nature/high/lakes"]
    assert Client().get("/hidden-group").status_code == 404
    assert names(signed_in(administrator).get("/")) == ["hidden-group", "nature", "open-one", "private-one"]
    assert "2 entries" in text_of(Client().get("/"))
    administrator("grant_user_permission", repoid="private-one", userid="reader", perm="repository.read")
    assert names(signed_in(reader).get("/")) == ["nature", "open-one", "private-one"]


def test_the_site_may_be_closed(administrator: Caller) -> None:
    User.objects.filter(pk=1).update(is_active=False)
    assert Client().get("/").status_code == 302


def test_filtering_looks_at_names_and_descriptions_below(tree: None) -> None:
    client = Client()
    assert names(client.get("/?q=NATURE")) == ["nature", "nature/high", "nature/high/lakes", "nature/mountains"]
    assert names(client.get("/?q=granite")) == ["open-one"]
    assert names(client.get("/?q=open+grass")) == ["open-one"]
    assert names(client.get("/nature?q=lak")) == ["nature/high/lakes"]
    assert names(client.get("/nature/high?q=mountains")) == []
    assert "Nothing in nature/high that you may see has" in text_of(client.get("/nature/high?q=mountains"))
    assert names(client.get("/?q=private")) == []
    assert names(client.get("/?q=%25")) == []
    assert client.get("/?q=%00").status_code == 200


def test_everything_below_as_one_list(tree: None) -> None:
    assert names(Client().get("/?all=1")) == ["nature/high/lakes", "nature/mountains", "open-one"]
    assert names(Client().get("/nature?all=1")) == ["nature/high/lakes", "nature/mountains"]


def test_orders_are_remembered(tree: None, administrator: Caller, owner: Caller) -> None:
    administrator("update_repo", repoid="open-one", owner="owner")
    start = datetime(2020, 1, 1, tzinfo=UTC)
    for number, name in enumerate(("nature/mountains", "open-one", "nature/high/lakes")):
        Repository.objects.filter(name=name).update(updated_on=start + timedelta(days=number))
    client = Client()
    newest = ["nature/high/lakes", "open-one", "nature/mountains"]
    assert names(client.get("/?all=1&sort=changed")) == newest
    assert names(client.get("/")) == newest
    assert names(client.get("/?sort=changed&order=asc")) == newest[::-1]
    assert names(client.get("/?sort=owner&order=desc"))[0] == "open-one"
    assert 'aria-sort="descending"' in text_of(client.get("/"))
    assert names(client.get("/?all=0")) == ["nature", "open-one"]
    assert client.get("/?sort=nonsense&order=sideways&page=x&all=2").status_code == 200


def test_only_buttons_that_work_are_shown(tree: None, administrator: Caller, writer: Caller, signed_in: Any) -> None:
    new = "/_admin/create_repository?parent_group=nature"
    settings = "/_admin/repo_groups/nature/edit"
    client = signed_in(writer)
    assert new not in text_of(client.get("/nature"))
    administrator("grant_user_permission_to_repo_group", repogroupid="nature", userid="writer", perm="group.write")
    assert new in text_of(client.get("/nature"))
    assert settings not in text_of(client.get("/nature"))
    administrator("grant_user_permission_to_repo_group", repogroupid="nature", userid="writer", perm="group.admin")
    assert settings in text_of(client.get("/nature"))
    assert new not in text_of(Client().get("/nature"))


def test_what_people_wrote_is_text(administrator: Caller) -> None:
    administrator("create_repo", repo_name="open", description="<script>alert(1)</script>")
    newest = {"message": "<i>m", "author": "A & B", "raw_id": "0" * 40, "revision": 0, "date": 0}
    Repository.objects.update(last_changeset=newest)
    shown = text_of(Client().get("/"))
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in shown
    assert "&lt;i&gt;m" in shown
    assert "A &amp; B" in shown
    assert "&lt;b&gt;" in text_of(Client().get("/?q=<b>"))


def many(count: int, letter: str = "r") -> None:
    """Add repositories that everyone may read, without anything on disk, after a model that the API made."""
    owner = User.objects.get(username="admin")
    group = RepositoryGroup.objects.get(name="nature")
    rows = Repository.objects.bulk_create(
        Repository(name=name, key=name, scheme="git", storage=name, owner=owner, group=group)
        for name in (f"nature/{letter}{n:05}" for n in range(count))
    )
    grants = Repository.grants.rel.related_model
    grants._default_manager.bulk_create(grants(target=row, user_id=1, level=1) for row in rows)


def queries_of(client: Client, path: str) -> tuple[Any, int]:
    """Give an answer, and how many queries it took."""
    with CaptureQueriesContext(connection) as done:
        response = client.get(path)
    return response, len(done)


def test_long_lists_come_in_pages(tree: None) -> None:
    client = Client()
    few, count = queries_of(client, "/nature")
    many(1000)
    first, count_of_many = queries_of(client, "/nature")
    assert count_of_many <= count + 1  # where the first page is full, the rest is counted
    assert len(names(first)) == 50
    assert len(first.content) < 60_000
    assert "Page 1 · more than 1,000 entries" in text_of(first)
    assert names(client.get("/nature?page=21")) == ["nature/r00998", "nature/r00999"]
    assert names(client.get("/nature?page=999")) == ["nature/r00998", "nature/r00999"]
    seen = [name for number in range(1, 22) for name in names(client.get(f"/nature?page={number}"))]
    assert len(seen) == len(set(seen)) == 1002
    assert len(names(few)) == 2
    assert ">Next<" in text_of(client.get("/nature?page=20"))
    assert ">Next<" not in text_of(client.get("/nature?page=21"))
    Repository.objects.filter(name__in=("nature/r00997", "nature/r00998", "nature/r00999")).delete()
    assert "Page 1 of 20 · 999 entries" in text_of(client.get("/nature"))
    many(51, "s")
    assert ">Next<" not in text_of(client.get("/nature?page=21"))  # full, and the last
