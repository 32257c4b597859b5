"""The first page, as anonymous sees it."""

from __future__ import annotations

from django.test import Client

from belvedere.accounts.models import User
from belvedere.repos.models import Repository
from tests.api.conftest import Caller


def page(query: str = "") -> str:
    response = Client().get("/" + query)
    assert response.status_code == 200
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    return response.content.decode()


def test_an_empty_site_says_what_to_do_next(administrator: Caller) -> None:
    assert "create_repo" in page()


def test_only_what_everyone_may_read_is_listed(administrator: Caller) -> None:
    administrator("create_repo", repo_name="open-one")
    administrator("create_repo", repo_name="private-one", private=True)
    administrator("create_repo", repo_name="hidden-one")
    administrator("revoke_user_permission", repoid="hidden-one", userid="default")
    shown = page()
    assert "hg clone http://testserver/open-one" in shown
    assert "private-one" not in shown
    assert "hidden-one" not in shown
    assert "1 repository" in shown
    User.objects.filter(pk=1).update(is_active=False)
    assert Client().get("/").status_code == 302


def test_what_people_wrote_is_text(administrator: Caller) -> None:
    administrator("create_repo", repo_name="open", description="<script>alert(1)</script>")
    assert "<script>" not in page()
    assert "&lt;script&gt;alert(1)" in page()
    assert "&lt;b&gt;" in page("?q=<b>")


def test_finding_and_paging(administrator: Caller) -> None:
    owner = User.objects.get(username="admin")
    administrator("create_repo", repo_name="model")
    model = Repository.objects.get(name="model")
    rows = [Repository(name=f"r{n:03}", key=f"r{n:03}", scheme="git", storage=f"{n}", owner=owner) for n in range(120)]
    for row in Repository.objects.bulk_create(rows):
        row.grants.create(user_id=1, level=1)
    assert model.grants.count()
    first, last = page(), page("?page=3")
    assert "121 repositories" in first
    assert "Page 1 of 3" in first
    assert "r119" in last
    assert "r119" not in first
    assert "Page 3 of 3" in page("?page=99")
    assert "Page 1 of 3" in page("?page=x")
    assert "1 repository with" in page("?q=R007")
    assert "No repository has" in page("?q=nothing")
