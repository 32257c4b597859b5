"""Who may call what: every method as every kind of caller, with the call of its example.

The table is documentation too; `make docs` writes what is found here, and all other runs compare with it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from itertools import groupby
from typing import Any

import pytest
from django.db import transaction

from belvedere.api import dispatch
from belvedere.api.openrpc import methods, topic_title
from belvedere.api.registry import READING, load
from belvedere.errors import DomainError, Forbidden, NotFound, Unauthenticated
from tests.api.conftest import Caller
from tests.api.examples import CALLS, FIRST, LAPTOP, Arguments, Story, other_servers
from tests.api.story import telling
from tests.house.tree import ROOT

PAGE = ROOT / "docs" / "develop" / "permissions.md"
IS_RECORDING = os.environ.get("RECORD_EXAMPLES") == "1"

LEVELS = ("none", "read", "write", "admin")
ROLES = ("no key", "inactive", *LEVELS, "administrator", "reading key", "key elsewhere")
REPOSITORIES = ("mountains", "nature/lakes")
GROUPS = ("nature",)
USER_GROUPS = ("walkers", "guests")

HEAD = """\
# Who may call what

Every method of the API with the call that the [reference](../use/api-reference.md) shows, as every kind of caller.
Tests make these calls; `make docs` writes this page from them, and a change of permission shows up as a change here.

Callers: *no key* has none, *inactive* has the key of a user who was switched off. *none*, *read*, *write* and *admin*
are users with that level on everything the calls are about: repositories, their group and user groups, of which
everyone else has none. *administrator* is one of the site, *reading key* is a key of his with the scope `read`, and
*key elsewhere* one that is narrowed to another repository.

| answer | meaning |
|---|---|
| yes | it is done; lists hold what the caller may see |
| no | refused with the reason: the level is too low, or it is about somebody else |
| reserved | refused: only an administrator may call it, with a key that is not narrowed |
| scope | refused: the key's scope does not go so far, and the error names the one that is missing |
| hidden | as if it did not exist |
| key | `Invalid API key` |"""


def oneself(caller: Caller) -> Arguments:
    return {"userid": caller.username}


VARIANTS: dict[str, tuple[str, Callable[[Caller], Arguments]]] = {
    "add_ssh_key, for oneself": ("add_ssh_key", lambda _caller: {"public_key": LAPTOP}),
    "create_api_key, for oneself": ("create_api_key", lambda _caller: {"access": "read"}),
    "create_repo, at the top": ("create_repo", lambda _caller: {"repo_name": "rivers"}),
    "end_sessions, of oneself": ("end_sessions", oneself),
    "explain_permission, of oneself": ("explain_permission", lambda caller: {**oneself(caller), "repoid": "mountains"}),
    "get_api_keys, of oneself": ("get_api_keys", oneself),
    "get_sessions, of oneself": ("get_sessions", oneself),
    "get_ssh_keys, of oneself": ("get_ssh_keys", oneself),
    "get_user, oneself": ("get_user", lambda _caller: {}),
    "reset_api_key, of oneself": ("reset_api_key", oneself),
}
"""Calls beside those of the examples: what is about oneself, or about the top level, has another answer."""

ROWS = sorted([*CALLS, *VARIANTS])


class Site:
    """The site of the examples, and a caller for each role."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.said: list[DomainError] = []
        admin = story.admin
        admin("create_repo", repo_name="elsewhere")
        self._close(admin)
        self.callers = {
            "no key": Caller(""),
            "inactive": self._person("idle", active=False),
            **{level: self._person(f"{level}body", level) for level in LEVELS},
            "administrator": self._person("boss", admin=True),
        }
        boss = self.callers["administrator"]
        self.callers["reading key"] = self._key(boss, access="read")
        self.callers["key elsewhere"] = self._key(boss, repositories=["elsewhere"])
        story.keep()

    def outcome(self, row: str, role: str) -> str:
        """Make the call of a row as a role, undo it, and name what came of it."""
        caller = self.callers[role]
        method, arguments = self._call(row, caller)
        with transaction.atomic():
            for name, more in FIRST.get(row, ()):
                self.story.call(name, more)
            self.said.clear()
            with other_servers() if method == "pull" else nullcontext():
                answer = caller.answer(method, arguments)
            transaction.set_rollback(True)
        word = self._word(method, answer)
        if (word == "yes" and not READING.match(method)) or row in FIRST:
            self.story.restore()
        return word

    def _word(self, method: str, answer: dict[str, Any]) -> str:
        if answer["error"] is None:
            return "hidden" if answer["result"] is None and load()[method].null_if_absent else "yes"
        assert self.said, answer["error"]
        error = self.said[-1]
        if isinstance(error, Forbidden):
            reserved = answer["error"].startswith("only an administrator may call")
            return "scope" if "scope" in error.data else "reserved" if reserved else "no"
        kinds = {NotFound: "hidden", Unauthenticated: "key"}
        assert type(error) in kinds, answer["error"]
        return kinds[type(error)]

    def _call(self, row: str, caller: Caller) -> tuple[str, Arguments]:
        if row in VARIANTS:
            method, arguments = VARIANTS[row]
            return method, arguments(caller)
        call = CALLS[row]
        return row, call(self.story) if callable(call) else call

    def _person(self, name: str, level: str | None = None, **more: Any) -> Caller:
        admin = self.story.admin
        user = admin("create_user", username=name, email=f"{name}@example.org", **more)["user"]
        if level is not None and level != "none":
            self._grant(admin, name, level)
        return Caller(user["api_key"], name, user["user_id"])

    def _close(self, admin: Caller) -> None:
        self._grant(admin, "default", "none")

    def _grant(self, admin: Caller, userid: str, level: str) -> None:
        for name in REPOSITORIES:
            admin("grant_user_permission", repoid=name, userid=userid, perm=f"repository.{level}")
        for name in GROUPS:
            admin("grant_user_permission_to_repo_group", repogroupid=name, userid=userid, perm=f"group.{level}")
        for name in USER_GROUPS:
            admin("grant_user_permission_to_user_group", usergroupid=name, userid=userid, perm=f"usergroup.{level}")

    def _key(self, caller: Caller, **scopes: Any) -> Caller:
        made = caller("create_api_key", **scopes)["api_key"]["api_key"]
        return Caller(made, caller.username, caller.user_id)


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with telling(tmp_path_factory.mktemp("matrix"), django_db_blocker) as story, pytest.MonkeyPatch.context() as patch:
        made = Site(story)
        plain = dispatch.dialects.error_in

        def noting(dialect: str, error: DomainError) -> str:
            made.said.append(error)
            return plain(dialect, error)

        patch.setattr(dispatch.dialects, "error_in", noting)
        yield made


@pytest.fixture(scope="module")
def written() -> Iterator[dict[str, list[str]]]:
    """Give the rows of the page."""
    rows: dict[str, list[str]] = {}
    for name, more, cells in re.findall(r"^\| `([\w.]+)`(.*?) \| (.*) \|$", PAGE.read_text("utf-8"), re.MULTILINE):
        rows[name + more] = cells.split(" | ")
    yield rows
    if IS_RECORDING:
        PAGE.write_text(page({row: rows[row] for row in ROWS if row in rows}), "utf-8")


def page(rows: dict[str, list[str]]) -> str:
    """Write the table of each topic."""
    blocks = [HEAD]
    listed = [(topic_title(method.topic), method.name) for method in methods()]
    for title, found in groupby(listed, key=lambda pair: pair[0]):
        lines = [f"## {title}", "", f"| method | {' | '.join(ROLES)} |", "|---" * (len(ROLES) + 1) + "|"]
        for _title, name in found:
            of_it = [name, *(each for each in VARIANTS if VARIANTS[each][0] == name)]
            lines += [f"| `{name}`{row.removeprefix(name)} | {' | '.join(rows[row])} |" for row in of_it if row in rows]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


@pytest.mark.django_db
@pytest.mark.parametrize("row", ROWS)
def test_who_may_call(site: Site, written: dict[str, list[str]], row: str) -> None:
    found = [site.outcome(row, role) for role in ROLES]
    assert found[ROLES.index("administrator")] == "yes", site.said
    assert found[:2] == ["key", "key"]
    if IS_RECORDING:
        written[row] = found
    assert dict(zip(ROLES, written.get(row, ()), strict=False)) == dict(zip(ROLES, found, strict=True)), (
        "run `make docs`"
    )


def test_every_method_has_a_row() -> None:
    assert {method.name for method in methods()} == set(CALLS), "add a line to CALLS in tests/api/examples.py"


def test_the_page_has_every_row_and_no_other(written: dict[str, list[str]]) -> None:
    assert IS_RECORDING or sorted(written) == ROWS, "run `make docs`"


@pytest.mark.parametrize("name", [method.name for method in methods() if not READING.match(method.name)])
def test_a_key_for_reading_changes_nothing(written: dict[str, list[str]], name: str) -> None:
    assert written[name][ROLES.index("reading key")] == "scope"
