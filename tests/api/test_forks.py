"""Forks through the API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from belvedere.accounts.models import GlobalGrant
from belvedere.events.models import Event
from belvedere.repos.fetch import recorded
from belvedere.repos.models import Repository
from belvedere.repos.pushes import record
from belvedere.repos.storage import open_repository, place_of
from tests.api.conftest import Caller
from tests.vcs.scribe import SCRIBES


@pytest.fixture(params=["hg", "git"])
def scheme(request: Any) -> str:
    return request.param


@pytest.fixture
def source(owner: Caller, scheme: str, tmp_path: Path) -> Repository:
    owner("create_repo", repo_name="source", repo_type=scheme)
    row = Repository.objects.get(name="source")
    scribe = SCRIBES[scheme](tmp_path / "work")
    scribe.write("a", "1\n").commit("first")
    scribe.push(place_of(row))
    record(None, "", recorded(row), open_repository(row).catch_up())
    return row


def test_fork(reader: Caller, source: Repository, scheme: str) -> None:
    assert reader("fork_repo", repoid="source", fork_name="fork") == {
        "msg": "Created fork of `source` as `fork`",
        "success": True,
    }
    fork = reader("get_repo", repoid="fork")
    assert (fork["owner"], fork["fork_of"], fork["repo_type"], fork["description"]) == (
        "reader",
        "source",
        scheme,
        "fork",
    )
    assert fork["last_changeset"]["raw_id"] == open_repository(source).resolve("tip")
    assert Event.objects.latest("pk").payload["way"] == "fork"
    assert open_repository(Repository.objects.get(name="fork")).verify() == []


def test_fork_of_an_empty_repository(owner: Caller, scheme: str) -> None:
    owner("create_repo", repo_name="empty", repo_type=scheme)
    owner("fork_repo", repoid="empty", fork_name="fork", description="mine", landing_rev="branch:x", private="true")
    fork = owner("get_repo", repoid="fork")
    assert (fork["private"], fork["landing_rev"], fork["description"]) == (True, ["branch", "x"], "mine")
    assert fork["last_changeset"]["revision"] == -1


def test_names_that_are_taken(owner: Caller, administrator: Caller) -> None:
    owner("create_repo", repo_name="source")
    owner("fork_repo", repoid="source", fork_name="fork")
    assert owner.error("fork_repo", repoid="source", fork_name="fork") == "fork `fork` already exist"
    assert owner.error("fork_repo", repoid="source", fork_name="source") == "repo `source` already exist"
    assert owner.error("fork_repo", repoid="source", fork_name="a b").startswith(
        "failed to fork repository `source` as `a b`: "
    )
    answer = owner.in_kallithea("fork_repo", repoid="source", fork_name="a b")
    assert answer["error"] == "failed to fork repository `source` as `a b`"
    assert Repository.objects.count() == 2


def test_places(owner: Caller, writer: Caller, administrator: Caller) -> None:
    owner("create_repo", repo_name="source")
    administrator("create_repo_group", group_name="group")
    administrator("grant_user_permission_to_repo_group", repogroupid="group", userid="writer", perm="group.write")
    assert owner.error("fork_repo", repoid="source", fork_name="no/fork") == "repo group `no` not found"
    assert owner.error("fork_repo", repoid="source", fork_name="group/fork") == "no permission to create repo in group"
    writer("fork_repo", repoid="source", fork_name="group/fork")
    GlobalGrant.objects.filter(permission="hg.create.repository").delete()
    assert owner.error("fork_repo", repoid="source", fork_name="fork") == "no permission to create top level repo"


def test_who_may_fork(owner: Caller, outsider: Caller, administrator: Caller) -> None:
    owner("create_repo", repo_name="source", private=True)
    missing = outsider.error("fork_repo", repoid="nothing", fork_name="fork")
    assert missing == "repository `nothing` does not exist"
    assert outsider.error("fork_repo", repoid="source", fork_name="fork") == "repository `source` does not exist"
    error = owner.error("fork_repo", repoid="source", fork_name="fork", owner="outsider")
    assert error == "Only Kallithea admin can specify `owner` param"
    administrator("fork_repo", repoid="source", fork_name="given", owner=outsider.user_id)
    assert administrator("get_repo", repoid="given")["owner"] == "outsider"
    GlobalGrant.objects.filter(permission="hg.fork.repository").delete()
    assert "hg.fork.repository" in owner.error("fork_repo", repoid="source", fork_name="fork")
    administrator("fork_repo", repoid="source", fork_name="fork")


def test_a_fork_is_never_more_public_than_its_source(
    owner: Caller, reader: Caller, outsider: Caller, administrator: Caller
) -> None:
    owner("create_repo", repo_name="private", private=True)
    owner("create_repo", repo_name="hidden")
    administrator("grant_user_permission", repoid="hidden", userid="default", perm="repository.none")
    for name in ("private", "hidden"):
        administrator("grant_user_permission", repoid=name, userid="reader", perm="repository.read")
        reader("fork_repo", repoid=name, fork_name=f"{name}-fork", private=False)
        assert outsider("get_repo", repoid=f"{name}-fork") is None
    assert reader("get_repo", repoid="private-fork")["private"] is True
    owner("fork_repo", repoid="hidden", fork_name="with-grants", copy_permissions="true")
    assert reader("get_repo", repoid="with-grants")["fork_of"] == "hidden"
    assert outsider("get_repo", repoid="with-grants") is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"repoid": []}, "repoid"),
        ({"fork_name": 5}, "fork_name"),
        ({"copy_permissions": "perhaps"}, "copy_permissions"),
        ({"private": "perhaps"}, "private"),
        ({"landing_rev": "planet:x"}, "landing_rev"),
        ({"description": 5}, "description"),
        ({"owner": {}}, "owner"),
    ],
)
def test_wrong_arguments(administrator: Caller, wrong: dict[str, Any], said: str) -> None:
    administrator("create_repo", repo_name="source")
    assert said in administrator.error("fork_repo", **{"repoid": "source", "fork_name": "fork", **wrong})
    assert Repository.objects.count() == 1


def test_missing_arguments(administrator: Caller) -> None:
    assert administrator.error("fork_repo") == "Missing non optional `fork_name` arg in JSON DATA"
    assert administrator.error("fork_repo", fork_name="x") == "Missing non optional `repoid` arg in JSON DATA"
    assert administrator.error("fork_repo", fork_name="x", repoid=None) == "repository `None` does not exist"


def test_nulls_are_defaults(administrator: Caller) -> None:
    administrator("create_repo", repo_name="source")
    nulls = dict.fromkeys(["owner", "description", "copy_permissions", "private", "landing_rev"])
    assert administrator("fork_repo", repoid="source", fork_name="fork", **nulls)["success"] is True
