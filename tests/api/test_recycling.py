"""Deleting, bringing back and purging; also when a crash comes in between."""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from belvedere.accounts.fetch import at_the_console
from belvedere.accounts.models import User
from belvedere.cli.commands import repo as commands
from belvedere.cli.failure import Failure
from belvedere.errors import Conflict, NotFound
from belvedere.repos import recycling
from belvedere.repos.models import Repository, RepositoryGrant
from belvedere.repos.reconcile import reconcile_all
from belvedere.repos.storage import open_repository, place_of
from belvedere.repos.undeletion import undelete
from tests.api.conftest import Caller
from tests.vcs.scribe import SCRIBES


@pytest.fixture(params=["hg", "git"])
def mine(owner: Caller, reader: Caller, administrator: Caller, tmp_path: Path, request: Any) -> Repository:
    administrator("create_repo_group", group_name="group")
    administrator("grant_user_permission_to_repo_group", repogroupid="group", userid="owner", perm="group.write")
    owner("create_repo", repo_name="group/mine", repo_type=request.param, description="all of it", private=True)
    administrator("grant_user_permission", repoid="group/mine", userid="reader", perm="repository.write")
    owner("add_field_to_repo", repoid="group/mine", key="room")
    owner("update_repo", repoid="group/mine", fields={"room": "B2"})
    row = Repository.objects.get()
    scribe = SCRIBES[request.param](tmp_path / "work")
    scribe.write("a", "1\n").commit("first")
    scribe.push(place_of(row))
    owner("invalidate_cache", repoid="group/mine")
    return row


def entry() -> recycling.Entry:
    (found,) = recycling.entries()
    return found


def test_undelete_brings_everything_back(mine: Repository, owner: Caller, reader: Caller) -> None:
    before = owner("get_repo", repoid="group/mine")
    owner("delete_repo", repoid="group/mine")
    assert not place_of(mine).exists()
    assert entry().content.is_dir()
    found = undelete(at_the_console(), recycling.entry_called("group/mine"))
    assert found.lost == []
    assert owner("get_repo", repoid="group/mine") == before
    assert reader("get_repo", repoid=str(mine.pk))["ex_room"] == "B2"
    assert recycling.entries() == []
    assert open_repository(mine).verify() == []


def test_undelete_without_owner_and_with_another_name(
    mine: Repository,
    owner: Caller,
    administrator: Caller,
) -> None:
    owner("delete_repo", repoid="group/mine")
    owner_id = owner.user_id
    administrator("create_repo", repo_name="group/mine")
    with pytest.raises(Conflict, match="already exist"):
        undelete(at_the_console(), entry())
    with pytest.raises(NotFound, match="repo group `no` not found"):
        undelete(at_the_console(), entry(), "no/mine")
    administrator("delete_user", userid=owner_id)
    found = undelete(at_the_console(), entry(), "back")
    assert found.lost == ["owner"]
    assert (found.repository.name, found.repository.owner.username) == ("back", "admin")
    assert found.repository.pk == mine.pk


def test_an_id_that_is_taken(mine: Repository, owner: Caller) -> None:
    owner("delete_repo", repoid="group/mine")
    owner("create_repo", repo_name="other")
    Repository.objects.filter(name="other").delete()
    other = Repository(
        pk=mine.pk, name="new", key="new", scheme="hg", storage="x/y.hg", owner=User.objects.get(pk=owner.user_id)
    )
    other.save(force_insert=True)
    found = undelete(at_the_console(), entry())
    assert found.repository.pk != mine.pk
    assert RepositoryGrant.objects.filter(target=found.repository).count() == 3


def test_a_deletion_that_fails_leaves_everything(
    mine: Repository,
    owner: Caller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def delete() -> None:
        with recycling.recycling() as recycle:
            recycle(mine)
            mine.delete()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        delete()
    assert Repository.objects.exists()
    assert place_of(mine).is_dir()
    assert list((place_of(mine).parent.parent / ".recycled").iterdir()) == []


def killed(work: Callable[[], None]) -> None:
    """Do something in a process of its own that is killed at the end of it."""
    pid = os.fork()
    if not pid:
        try:
            work()
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL


def test_killed_before_the_commit(mine: Repository, owner: Caller) -> None:
    killed(lambda: recycling._note(mine) and None)
    assert recycling.entries() == []
    with pytest.raises(NotFound):
        recycling.entry_called("group/mine")
    reconcile_all()
    assert list((place_of(mine).parent.parent / ".recycled").iterdir()) == []
    assert owner("get_repo", repoid="group/mine")
    assert place_of(mine).is_dir()


def test_killed_between_commit_and_move(mine: Repository, owner: Caller) -> None:
    before = owner("get_repo", repoid="group/mine")
    killed(lambda: recycling._note(mine) and None)
    Repository.objects.all().delete()
    reconcile_all()
    assert not place_of(mine).exists()
    undelete(at_the_console(), entry())
    assert owner("get_repo", repoid="group/mine") == before


def test_an_entry_that_is_being_worked_on_is_not_reconciled(mine: Repository) -> None:
    _, lock = recycling._note(mine)
    reconcile_all()
    assert len(list((place_of(mine).parent.parent / ".recycled").iterdir())) == 1
    fcntl.flock(lock, fcntl.LOCK_UN)
    os.close(lock)


def test_a_failed_undelete_puts_it_back(
    mine: Repository,
    owner: Caller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    owner("delete_repo", repoid="group/mine")
    with monkeypatch.context() as patch:
        patch.setattr("belvedere.repos.undeletion._restore", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            undelete(at_the_console(), entry())
    assert not Repository.objects.exists()
    assert not place_of(mine).exists()
    undelete(at_the_console(), entry())


def test_purge(mine: Repository, owner: Caller, site: Path) -> None:
    owner("delete_repo", repoid="group/mine")
    assert recycling.purge(timedelta(days=1)) == []
    half = site / "repositories" / ".recycled" / ".purging-1"
    half.mkdir()
    assert [each.about["repo_name"] for each in recycling.purge(timedelta())] == ["group/mine"]
    assert list((site / "repositories" / ".recycled").iterdir()) == []


def test_long_names(owner: Caller, site: Path) -> None:
    name = "ü" * 100
    owner("create_repo", repo_name=name, repo_type="git")
    owner("delete_repo", repoid=name)
    assert entry().about["repo_name"] == name


def test_commands(mine: Repository, owner: Caller, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Failure, match="no deleted repository"):
        commands.undelete("group/mine")
    owner("delete_repo", repoid="group/mine")
    commands.list_()
    shown = capsys.readouterr().out
    assert "group/mine  (of owner, id" in shown
    commands.undelete(shown.split()[0])
    assert f"The repository group/mine is back (id {mine.pk}, owner owner)." in capsys.readouterr().out
    owner("delete_repo", repoid="group/mine")
    commands.purge()
    assert capsys.readouterr().out == ""
    commands.purge(older_than="0d")
    assert "removed " in capsys.readouterr().out
    with pytest.raises(Failure, match="older-than"):
        commands.purge(older_than="soon")
