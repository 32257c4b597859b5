"""What pickers are told: only what who asks may see, the likeliest first."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from belvedere.accounts.models import User
from tests.api.conftest import Caller


def found(client: Client, query: str | None = None) -> list[str]:
    answer = client.get("/_repos", {} if query is None else {"query": query}).json()
    assert answer["more"] is False
    return [each["id"] for part in answer["results"] for each in part["children"]]


def people(client: Client, **asked: str) -> list[str]:
    return [each["name"] for each in client.get("/_users_and_groups", asked).json()["results"]]


@pytest.fixture
def places(administrator: Caller) -> None:
    administrator("create_repo_group", group_name="tools")
    for name in ("tools/linter", "lint", "splint", "private-lint", "Zürich"):
        administrator("create_repo", repo_name=name, private=name.startswith("private"))


def test_the_likeliest_comes_first(places: None) -> None:
    client = Client()
    assert found(client, "lint") == ["lint", "tools/linter", "splint"]
    assert found(client, "LINTER") == ["tools/linter"]
    assert found(client, "too li") == ["tools/linter"]
    assert found(client, "tool") == ["tools", "tools/linter"]
    assert found(client, "zür") == ["Zürich"]
    assert found(client, "%") == []


def test_everything_in_kallitheas_form(places: None) -> None:
    answer = Client().get("/_repos", headers={"X-Requested-With": "XMLHttpRequest"}).json()
    groups, repositories = answer["results"]
    assert (groups["text"], [each["text"] for each in groups["children"]]) == ("Groups", ["tools"])
    assert repositories["text"] == "Repositories"
    lint = next(each for each in repositories["children"] if each["id"] == "lint")
    assert lint["type"] == "repo"
    assert lint["obj"]["repo_name"] == "lint"
    assert lint["obj"]["repo_type"] == "hg"
    assert len(repositories["children"]) == 4


def test_what_is_hidden_is_not_named(places: None, administrator: Caller, signed_in: Any) -> None:
    assert "private-lint" not in found(Client())
    assert "private-lint" in found(signed_in(administrator), "lint")
    User.objects.filter(pk=1).update(is_active=False)
    assert Client().get("/_repos").status_code == 302


def test_at_most_twenty_are_found(administrator: Caller) -> None:
    for number in range(25):
        administrator(
            "create_repo_group" if number < 10 else "create_repo",
            **{("group_name" if number < 10 else "repo_name"): f"bulk-{number}"},
        )
    assert len(found(Client(), "bulk")) == 20


def test_people_are_found_by_those_who_signed_in(administrator: Caller, newcomer: Any, signed_in: Any) -> None:
    ada = newcomer("ada", firstname="Ada", lastname="Lovelace")
    newcomer("canada", firstname="Maple")
    newcomer("gone", firstname="Adam", active=False)
    administrator("create_user_group", group_name="adaptors")
    administrator("create_user_group", group_name="hidden adaptors")
    administrator("revoke_user_permission_from_user_group", usergroupid="hidden adaptors", userid="default")
    assert Client().get("/_users_and_groups?query=a").status_code == 302
    client = signed_in(ada)
    assert people(client, query="ada") == ["ada", "canada", "adaptors"]
    assert people(client, query="lovel ada") == ["ada"]
    assert people(client, query="ada", types="users") == ["ada", "canada"]
    assert people(client, query="default") == []
    assert people(client, query="") == []
    assert people(client, key="canada") == ["canada"]
    assert people(client, key="adaptors") == ["adaptors"]
    assert people(client, key="hidden adaptors") == []
    assert "hidden adaptors" in people(signed_in(administrator), query="adaptors")
    shown = client.get("/_users_and_groups?query=lovelace").json()["results"][0]
    assert shown == {
        "type": "user", "id": ada.user_id, "name": "ada", "nname": "ada", "fname": "Ada", "lname": "Lovelace",
        "title": "Ada Lovelace",
    }  # fmt: skip
    assert "example.org" not in client.get("/_users_and_groups?query=a").content.decode()
