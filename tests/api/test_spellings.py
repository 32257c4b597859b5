"""Arguments that are spelled in more than one way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from belvedere.access.actor import Actor
from belvedere.api.arguments import Name
from belvedere.api.registry import METHODS, load, method
from tests.api.conftest import Caller


def spell(actor: Actor, usersgroupid: Name, comment: Name = "none") -> list[str]:
    """Give the arguments back."""
    return [usersgroupid, comment]


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    load()
    method(spellings={"comment": ("message",)})(spell)
    yield
    del METHODS["spell"]


def test_each_spelling_works_and_the_method_sees_its_own(administrator: Caller) -> None:
    assert administrator("spell", usersgroupid="a") == ["a", "none"]
    assert administrator("spell", usergroupid="a", message="b") == ["a", "b"]
    assert administrator("spell", usergroupid="a", usersgroupid=None, message=None) == ["a", "none"]
    assert administrator("spell", usersgroupid=None, usergroupid="a") == ["a", "none"]


def test_one_argument_is_not_given_twice(administrator: Caller) -> None:
    error = administrator.error("spell", usergroupid="a", usersgroupid="b")
    assert error == "`usersgroupid` is given in two spellings with two values: give one of them"


def test_a_missing_argument_is_told_by_the_methods_own_name(administrator: Caller) -> None:
    assert administrator.error("spell") == "Missing non optional `usersgroupid` arg in JSON DATA"
    assert administrator.error("spell", usergroupid="a", text="b") == "Unknown `text` arg in JSON DATA"
