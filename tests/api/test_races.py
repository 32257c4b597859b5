"""Two callers at once, as processes are: one wins, the other hears the documented reason, nothing is halved."""

from __future__ import annotations

import dataclasses
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections

from belvedere.accounts import actions as users
from belvedere.accounts import user_groups
from belvedere.accounts.actions import create_first_administrator
from belvedere.accounts.models import EmailAddress, Membership, User, UserGroup
from belvedere.repos import actions, groups, storage
from belvedere.repos.models import Repository, RepositoryGrant, RepositoryGroup
from tests.api.conftest import ADMINISTRATOR_KEY, Caller

PATIENCE = 10
MEANWHILE = "what it needs was taken or deleted meanwhile"


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A database with empty tables: in a file, or on the server that `BELVEDERE_DATABASE` names."""
    with django_db_blocker.unblock():
        name = f"races-{os.getpid()}" if _on_server() else str(tmp_path_factory.mktemp("database") / "empty.sqlite3")
        if _on_server():
            _on_server_do(f'CREATE DATABASE "{name}"')
        with _connected_to(name):
            call_command("migrate", verbosity=0)
        yield name
        if _on_server():
            _on_server_do(f'DROP DATABASE "{name}"')


def _on_server() -> bool:
    return connections["default"].vendor == "postgresql"


def _on_server_do(command: str) -> None:
    with connections["default"]._nodb_cursor() as cursor:
        cursor.execute(command)


@contextmanager
def _copy_of(name: str, place: Path) -> Iterator[str]:
    if not _on_server():
        yield shutil.copy(name, place / "belvedere.sqlite3")
        return
    copy = f"{name}-copy"
    _on_server_do(f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')
    yield copy
    _on_server_do(f'DROP DATABASE "{copy}" WITH (FORCE)')


class _connected_to:  # noqa: N801 read as a sentence
    """Every thread's connection leads there; Django keeps the description of the database in one dictionary."""

    def __init__(self, place: str) -> None:
        self.place = place

    def __enter__(self) -> None:
        self.usual = connections["default"]
        self.name = connections.settings["default"]["NAME"]
        connections.settings["default"]["NAME"] = self.place
        connections["default"] = connections.create_connection("default")

    def __exit__(self, *_error: object) -> None:
        connections["default"].close()
        connections.settings["default"]["NAME"] = self.name
        connections["default"] = self.usual


@pytest.fixture
def administrator(migrated: str, tmp_path: Path, settings: Any, django_db_blocker: Any) -> Iterator[Caller]:
    settings.BELVEDERE = dataclasses.replace(settings.BELVEDERE, repositories=tmp_path / "repositories")
    with django_db_blocker.unblock(), _copy_of(migrated, tmp_path) as copy, _connected_to(copy):
        user = create_first_administrator("admin password", ADMINISTRATOR_KEY)
        yield Caller(ADMINISTRATOR_KEY, user.username, user.pk)


def at_once(*calls: Callable[[], dict[str, Any]]) -> list[str | None]:
    """Run calls in a thread each; give the error of each, sorted: None for those that succeeded."""

    def run(call: Callable[[], dict[str, Any]]) -> str | None:
        try:
            error: str | None = call()["error"]
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(pool.map(run, calls), key=lambda error: error or "")


@pytest.fixture
def meet(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, str], None]:
    """Let two callers wait for each other behind a function: both have passed the checks before it by then."""

    def behind(module: Any, name: str) -> None:
        barrier = threading.Barrier(2, timeout=PATIENCE)
        whole = getattr(module, name)

        def waiting(*arguments: Any, **more: Any) -> Any:
            result = whole(*arguments, **more)
            barrier.wait()
            return result

        monkeypatch.setattr(module, name, waiting)

    return behind


@pytest.fixture
def interrupt(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, str, Callable[[], dict[str, Any]]], list[Any]]:
    """Let somebody else's call happen from beginning to end behind a function's first run; gives his errors."""

    def behind(module: Any, name: str, call: Callable[[], dict[str, Any]]) -> list[Any]:
        errors: list[Any] = []
        whole = getattr(module, name)

        def interrupted(*arguments: Any, **more: Any) -> Any:
            result = whole(*arguments, **more)
            monkeypatch.setattr(module, name, whole)
            errors.extend(at_once(call))
            return result

        monkeypatch.setattr(module, name, interrupted)
        return errors

    return behind


def call(caller: Caller, method: str, **args: Any) -> Callable[[], dict[str, Any]]:
    return lambda: caller.answer(method, args)


def on_disk() -> int:
    return len([place for place in storage.root().glob("*/*") if place.parent.name != storage.RECYCLED])


def test_the_same_user_twice(administrator: Caller, meet: Any) -> None:
    meet(users, "hash_password")
    errors = at_once(*[call(administrator, "create_user", username=name, email="") for name in ("bent", "Bent")])
    assert errors[0] is None
    assert errors[1] in ("user `bent` already exist", "user `Bent` already exist")
    assert User.objects.filter(username__iexact="bent").count() == 1


def test_the_same_address_twice(administrator: Caller, meet: Any) -> None:
    meet(users, "hash_password")
    given = [{"username": name, "email": "Same@x.org"} for name in ("one", "two")]
    assert at_once(*[call(administrator, "create_user", **each) for each in given]) == [
        None,
        "email `same@x.org` already exist",
    ]
    assert (User.objects.count(), EmailAddress.objects.count()) == (3, 1)


def test_the_same_user_group_many_times(administrator: Caller) -> None:
    errors = at_once(*[call(administrator, "create_user_group", group_name="devs") for _ in range(6)])
    assert errors == [None, *["user group `devs` already exist"] * 5]
    assert UserGroup.objects.count() == 1


def test_the_same_repository_twice(administrator: Caller, meet: Any) -> None:
    administrator("create_repo_group", group_name="group")
    for name in ("top", "group/inside"):
        meet(storage, "create")
        errors = at_once(*[call(administrator, "create_repo", repo_name=name, repo_type="git") for _ in range(2)])
        assert errors == [None, f"repo `{name}` already exist"]
    assert (Repository.objects.count(), on_disk()) == (2, 2)


def test_the_same_repository_group_twice(administrator: Caller, meet: Any) -> None:
    meet(groups, "check_path")
    errors = at_once(*[call(administrator, "create_repo_group", group_name=name) for name in ("top", "top")])
    assert errors == [None, "repo group `top` already exist"]
    assert RepositoryGroup.objects.count() == 1


@pytest.mark.parametrize("parent", [None, "group"])
def test_a_repository_and_a_group_of_one_name(administrator: Caller, interrupt: Any, parent: str | None) -> None:
    """They have a table each, so that only the held place keeps them apart."""
    administrator("create_repo_group", group_name="group")
    name = f"{parent}/same" if parent else "same"
    other = interrupt(storage, "create", call(administrator, "create_repo_group", group_name="SAME", parent=parent))
    assert administrator.error("create_repo", repo_name=name, repo_type="git") == f"repo group `{name}` already exist"
    assert other == [None]
    assert (Repository.objects.count(), RepositoryGroup.objects.count(), on_disk()) == (0, 2, 0)


def test_a_group_is_deleted_while_a_repository_is_created_in_it(administrator: Caller, interrupt: Any) -> None:
    administrator("create_repo_group", group_name="group")
    other = interrupt(storage, "create", call(administrator, "delete_repo_group", repogroupid="group"))
    error = administrator.error("create_repo", repo_name="group/new", repo_type="git")
    assert (error, other) == ("repo group `group` not found", [None])
    assert (Repository.objects.count(), RepositoryGroup.objects.count(), on_disk()) == (0, 0, 0)


def test_a_repository_is_created_while_its_group_is_deleted(administrator: Caller, monkeypatch: Any) -> None:
    """The one who comes second waits for the first, who holds the database, and finds the group gone."""
    number = administrator("create_repo_group", group_name="group")["repo_group"]["group_id"]
    full = "failed to delete repo group ID:{} group: it is not empty (repositories: 1, repository groups: 0)"
    for _round in range(4):
        errors = at_once(
            call(administrator, "create_repo", repo_name="group/new", repo_type="git"),
            call(administrator, "delete_repo_group", repogroupid="group"),
        )
        assert errors[0] is None
        assert errors[1] in ("repo group `group` not found", full.format(number))
        if errors[1] == "repo group `group` not found":
            number = administrator("create_repo_group", group_name="group")["repo_group"]["group_id"]
        else:
            administrator("delete_repo", repoid="group/new")
    assert on_disk() == 0


def test_a_group_is_renamed_while_a_repository_is_created_in_it(administrator: Caller, interrupt: Any) -> None:
    administrator("create_repo_group", group_name="group")
    other = interrupt(
        storage, "create", call(administrator, "update_repo_group", repogroupid="group", group_name="renamed")
    )
    error = administrator.error("create_repo", repo_name="group/new", repo_type="git")
    assert (error, other) == ("repo group `group` not found", [None])
    assert (Repository.objects.count(), on_disk()) == (0, 0)


def test_a_name_is_taken_while_a_repository_gets_it(administrator: Caller, interrupt: Any) -> None:
    administrator("create_repo", repo_name="mine", repo_type="git")
    other = interrupt(actions, "check_path", call(administrator, "create_repo_group", group_name="wanted"))
    assert administrator.error("update_repo", repoid="mine", name="wanted") == "repo group `wanted` already exist"
    assert other == [None]
    assert Repository.objects.get().name == "mine"


def test_two_groups_are_moved_into_each_other(administrator: Caller, interrupt: Any) -> None:
    for name in ("left", "right"):
        administrator("create_repo_group", group_name=name)
    other = interrupt(groups, "explained", call(administrator, "update_repo_group", repogroupid="right", parent="left"))
    error = administrator.error("update_repo_group", repogroupid="left", parent="right")
    assert (error, other) == ("repository group `right` does not exist", [None])
    assert sorted(RepositoryGroup.objects.values_list("name", flat=True)) == ["left", "left/right"]


def test_an_owner_is_deleted_while_a_repository_is_created_for_him(administrator: Caller, interrupt: Any) -> None:
    administrator("create_user", username="bent", email="")
    other = interrupt(storage, "create", call(administrator, "delete_user", userid="bent"))
    error = administrator.error("create_repo", repo_name="his", owner="bent", repo_type="git")
    assert error == f"failed to create repository `his`: {MEANWHILE}"
    assert other == [None]
    assert (Repository.objects.count(), RepositoryGrant.objects.count(), on_disk()) == (0, 0, 0)


def test_a_user_is_deleted_while_he_is_made_a_member(administrator: Caller, interrupt: Any) -> None:
    administrator("create_user", username="bent", email="")
    administrator("create_user_group", group_name="devs")
    other = interrupt(user_groups, "explained", call(administrator, "delete_user", userid="bent"))
    error = administrator.error("add_user_to_user_group", usersgroupid="devs", userid="bent")
    assert error.startswith("failed to add member to user group `devs`: ")
    assert (other, Membership.objects.count()) == ([None], 0)


def test_a_user_group_is_deleted_while_it_is_granted_something(administrator: Caller) -> None:
    for number in range(4):
        administrator("create_user_group", group_name="devs")
        administrator("create_repo", repo_name=f"repo{number}", repo_type="git")
        errors = at_once(
            call(
                administrator,
                "grant_user_group_permission",
                repoid=f"repo{number}",
                usersgroupid="devs",
                perm="repository.read",
            ),
            call(administrator, "delete_user_group", usergroupid="devs"),
        )
        assert errors[0] is None
        granted = RepositoryGrant.objects.filter(user_group__isnull=False).count()
        assert (errors[1], granted) in (
            (f"User Group assigned to repo{number}", 1),
            ("user group `devs` does not exist", 0),
            (f"failed to edit permission for devs in repo: `repo{number}`: {MEANWHILE}", 0),
        )
        if granted:
            administrator("revoke_user_group_permission", repoid=f"repo{number}", usersgroupid="devs")
            administrator("delete_user_group", usergroupid="devs")
