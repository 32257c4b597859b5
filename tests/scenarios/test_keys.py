"""API keys as passwords of real clients: their scopes narrow pulling and pushing too, and their use is remembered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.scenarios.clients import clone, new_checkout
from tests.scenarios.conftest import Person, Story


def with_key(person: Person, **scopes: Any) -> Person:
    """Give the person with a new key in place of password and key."""
    made = person.api("create_api_key", **scopes)["api_key"]
    return Person(person.server, person.username, made["api_key"], made["api_key"])


def test_scopes_narrow_pulling_and_pushing(story: Story, tmp_path: Path) -> None:
    work = new_checkout(story.scheme, tmp_path / "work")
    work.commit("first", a="one\n")
    assert work.push(with_key(story.owner, repositories=[story.name]).url(story.name)).code == 0

    reading = with_key(story.owner, access="read", methods=["vcs"])
    assert clone(story.scheme, reading.url(story.name), tmp_path / "read").code == 0
    work.commit("second", a="two\n")
    refused = work.push(reading.url(story.name))
    assert refused.code != 0
    assert "allow only read" in refused.text

    group = story.name.partition("/")[0]
    writing = with_key(story.administrator, access="write", repository_groups=[group])
    assert work.push(writing.url(story.name)).code == 0
    assert len(story.owner.api("get_changesets", repoid=story.name)) == 2


def test_keys_for_something_else_do_not_come_in(story: Story, tmp_path: Path) -> None:
    other = f"{story.name}-other"
    story.owner.api("create_repo", repo_name=other, repo_type=story.scheme)
    elsewhere = with_key(story.owner, repositories=[other])
    refused = clone(story.scheme, elsewhere.url(story.name), tmp_path / "elsewhere")
    assert refused.code != 0
    assert "does not exist" in refused.text or "not found" in refused.text.lower()
    methods = with_key(story.owner, methods=["changesets"])
    refused = clone(story.scheme, methods.url(story.name), tmp_path / "methods")
    assert refused.code != 0
    assert "takes the scope `vcs`" in refused.text or "403" in refused.text


def test_a_key_that_is_deleted_does_not_come_in(story: Story, tmp_path: Path) -> None:
    made = story.owner.api("create_api_key", methods=["vcs"])["api_key"]
    key = Person(story.server, story.owner.username, made["api_key"], "")
    assert clone(story.scheme, key.url(story.name), tmp_path / "before").code == 0
    story.owner.api("delete_api_key", api_key_id=made["api_key_id"])
    assert clone(story.scheme, key.url(story.name), tmp_path / "after").code != 0


def test_the_last_use_is_shown(story: Story, tmp_path: Path) -> None:
    made = story.owner.api("create_api_key", methods=["vcs"])["api_key"]
    assert made["last_used"] is None
    key = Person(story.server, story.owner.username, made["api_key"], "")
    assert clone(story.scheme, key.url(story.name), tmp_path / "copy").code == 0

    def used() -> Any:
        keys = story.owner.api("get_api_keys")
        assert keys[0]["is_automatic"]
        return all(each["last_used"] and each["last_address"] == "127.0.0.1" for each in keys)

    assert story.server.wait_for(used, "the last use of both keys")
