"""What becomes of gists whose time is over, and of what crashes leave behind."""

from __future__ import annotations

import dataclasses
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from belvedere.access.actor import Actor
from belvedere.access.levels import Level
from belvedere.access.scope import Scope
from belvedere.accounts.actions import create_first_administrator
from belvedere.accounts.fetch import own_ownership, visible_user
from belvedere.errors import Forbidden, NotFound
from belvedere.events.models import Event
from belvedere.gists import actions, cleaning, fetch
from belvedere.gists.actions import NewGist
from belvedere.gists.files import NewFile, kept_files, opened
from belvedere.gists.models import Gist
from belvedere.repos.storage import root

FILES = [NewFile("a", b"1\n")]


@pytest.fixture
def actor(db: None, settings: Any, tmp_path: Path) -> Actor:
    settings.BELVEDERE = dataclasses.replace(settings.BELVEDERE, repositories=tmp_path / "repositories")
    user = create_first_administrator("password", "a" * 40)
    return Actor(user.pk, user.username, is_administrator=True)


def make(actor: Actor, lifetime: int = actions.FOR_EVER) -> Gist:
    author = fetch.gist_author(actor)
    return actions.create_gist(author, own_ownership(actor), NewGist(files=FILES, lifetime=lifetime))


def stores() -> set[str]:
    return {f".gists/{path.parent.name}/{path.name}" for path in root().glob(".gists/*/*")}


def test_the_job_comes_at_the_end_of_the_lifetime(actor: Actor, django_capture_on_commit_callbacks: Any) -> None:
    make(actor)
    row = make(actor, lifetime=1)
    (job,) = DBTaskResult.objects.all()
    assert (job.run_after, job.args_kwargs["args"]) == (row.expires_on, [row.pk])
    actions.remove_expired_gist.call(row.pk)
    assert Gist.objects.count() == 2
    Gist.objects.filter(pk=row.pk).update(expires_on=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_expired_gist.call(row.pk)
        actions.remove_expired_gist.call(row.pk)
    assert row.storage not in stores()
    assert Gist.objects.count() == len(stores()) == 1
    assert [*Event.objects.filter(kind="GistDeleted").values_list("actor_id", "payload__gist_id")] == [(None, row.pk)]


def test_a_start_removes_what_was_left(actor: Actor, django_capture_on_commit_callbacks: Any) -> None:
    kept, expired, lost = make(actor), make(actor, lifetime=1), make(actor)
    Gist.objects.filter(pk=expired.pk).update(expires_on=timezone.now() - timedelta(days=1))
    Gist.objects.filter(pk=lost.pk)._raw_delete("default")  # type: ignore[attr-defined] # as a crash leaves it
    draft = root() / kept.storage.rpartition("/")[0] / ".0123456789abcdef.creating"
    draft.mkdir()
    with django_capture_on_commit_callbacks(execute=True):
        cleaning.clean_up()
    assert stores() == {kept.storage, lost.storage, str(draft.relative_to(root()))}  # they may be just being made
    old = time.time() - 2 * cleaning.FRESH
    for place in stores():
        os.utime(root() / place, (old, old))
    cleaning.clean_up()
    assert stores() == {kept.storage}
    assert [file.content for file in kept_files(kept)] == ["1\n"]


def test_cleaning_where_there_are_no_gists(actor: Actor) -> None:
    cleaning.clean_up()


def test_the_second_of_two_deletions_finds_nothing(actor: Actor) -> None:
    row = make(actor)
    proof = fetch.managed_gist(actor, row.pk)
    actions.delete_gist(actor, proof)
    with pytest.raises(NotFound):
        actions.delete_gist(actor, proof)


def test_narrowed_credentials(actor: Actor) -> None:
    row = make(actor)
    reading = dataclasses.replace(actor, scope=Scope(ceiling=Level.READ))
    assert fetch.readable_gist(reading, row.pk).pk == row.pk
    assert [each.pk for each in fetch.gists_of(reading, visible_user(reading, actor.user_id))] == [row.pk]
    elsewhere = dataclasses.replace(actor, scope=Scope(objects=frozenset({("repository", 1)})))
    for narrowed in (reading, elsewhere):
        with pytest.raises(Forbidden):
            fetch.managed_gist(narrowed, row.pk)
        with pytest.raises(Forbidden):
            fetch.gist_author(narrowed)
    with pytest.raises(Forbidden):
        fetch.readable_gist(elsewhere, row.pk)
    with pytest.raises(Forbidden):
        fetch.gists_of(elsewhere, visible_user(elsewhere, actor.user_id))
    with pytest.raises(Forbidden):
        fetch.gist_author(Actor(1, "default"))


def test_an_administrator_narrowed_to_reading_sees_only_his_own(actor: Actor) -> None:
    row = make(actor)
    other = Actor(4711, "other", is_administrator=True, scope=Scope(ceiling=Level.READ))
    with pytest.raises(NotFound):
        fetch.readable_gist(other, row.pk)


def test_content_that_came_another_way(actor: Actor) -> None:
    row = make(actor)
    repository = opened(row)
    repository.commit(repository.resolve("tip"), {"b\udce9": b"\xff\x00", "d/c": b""}, author="x", message="x")
    assert [(file.name, file.content, file.size) for file in kept_files(row)] == [
        ("a", "1\n", 2),
        ("b\ufffd", "\ufffd\0", 2),
        ("d/c", "", 0),
    ]
