"""Imports, forks and pulls in the background: whole or not there, and what is cut off is done again."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from belvedere import jobs
from belvedere.access.actor import Member
from belvedere.access.levels import Level
from belvedere.access.scope import Scope
from belvedere.accounts.fetch import still_active
from belvedere.errors import Conflict, Forbidden, Invalid, NotFound
from belvedere.events.models import Event
from belvedere.instance.queue import LATE, queue
from belvedere.instance.recovery import CUT_OFF, put_back_cut_off, settle_arrivals
from belvedere.repos import storage
from belvedere.repos.actions import RepositorySettings, delete_repository
from belvedere.repos.arrivals import asking, bringing
from belvedere.repos.arrivals.fetch import arrivals_in, arriving, managed_arrival, pull_of
from belvedere.repos.fetch import (
    administered,
    fork_creator,
    place_for_fork,
    place_for_repository,
    readable,
    remote_address,
)
from belvedere.repos.models import Arrival, Following, PushIntent, Repository
from belvedere.repos.storage import ARRIVING, open_repository
from tests.api.conftest import Caller
from tests.remotes import NAME, allow_loopback, other, scheme, scribe, source
from tests.vcs.elsewhere import Elsewhere
from tests.vcs.scribe import Scribe
from tests.working import do_long_jobs

__all__ = ["other", "scheme", "scribe", "source"]

NOTHING = RepositorySettings()

either = pytest.mark.parametrize("scheme", ["git"], indirect=True)
"""For what has nothing to do with the system."""


@pytest.fixture
def url(other: Elsewhere, settings: Any, site: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of that, on loopback under a name that only the check knows."""
    allow_loopback(settings, monkeypatch)
    return f"http://{NAME}:{other.port}/source"


def member(caller: Caller) -> Member:
    return Member(still_active(caller.user_id, "192.0.2.7"))


def import_as(caller: Caller, scheme: str, url: str, path: str = "copy", **given: Any) -> Arrival:
    actor = member(caller)
    place = place_for_repository(actor, path)
    return asking.import_later(actor, place, scheme, RepositorySettings(**given), remote_address(actor, url))


def fork_as(caller: Caller, name: str, path: str) -> Arrival:
    actor = fork_creator(member(caller))
    return asking.fork_later(actor, readable(actor, name), place_for_fork(actor, path), NOTHING)


def on_disk(site: Path) -> list[Path]:
    found = site / "repositories"
    return [*found.glob("[0-9a-f][0-9a-f]/*"), *(found / ARRIVING).glob("*")]


def test_an_import_is_there_only_when_it_is_whole(
    owner: Caller, reader: Caller, administrator: Caller, scheme: str, url: str, source: Any
) -> None:
    import_as(owner, scheme, url, description="Old ones", is_private=True)
    assert owner("get_repo", repoid="copy") is None
    assert owner("get_repos") == []
    for caller in (owner, administrator):
        assert arriving(member(caller), "copy").user.username == "owner"
        assert [each.path for each in arrivals_in(member(caller), None)] == ["copy"]
    with pytest.raises(NotFound):
        arriving(member(reader), "copy")
    assert arrivals_in(member(reader), None) == []
    assert do_long_jobs() == ["SUCCESSFUL"]
    row = Repository.objects.get()
    assert (row.name, row.owner.username, row.description, row.is_private) == ("copy", "owner", "Old ones", True)
    assert open_repository(row).resolve("tip") == source.resolve("tip")
    assert row.last_changeset["message"] == "first"
    assert row.remote_uri == url
    assert Following.objects.filter(user=row.owner, repository=row).exists()
    assert not Arrival.objects.exists()
    assert not list((storage.root() / ARRIVING).iterdir())
    events = Event.objects.filter(repository_id=row.pk).values_list("kind", "actor_name", "address")
    assert set(events) == {("RepositoryCreated", "owner", "192.0.2.7"), ("Pushed", "owner", "192.0.2.7")}


@either
def test_the_name_is_taken_from_the_beginning(owner: Caller, writer: Caller, scheme: str, url: str) -> None:
    import_as(owner, scheme, url)
    assert "already exist" in writer.error("create_repo", repo_name="COPY", repo_type=scheme)
    with pytest.raises(Conflict):
        import_as(writer, scheme, url, "copy.git")
    asking.forget(managed_arrival(member(owner), "copy"))
    assert writer("create_repo", repo_name="copy", repo_type=scheme)["success"]


@either
def test_what_is_forgotten_while_it_waits_never_comes(
    owner: Caller, scheme: str, url: str, site: Path, other: Elsewhere
) -> None:
    import_as(owner, scheme, url)
    asking.forget(managed_arrival(member(owner), "copy"))
    assert do_long_jobs() == ["SUCCESSFUL"]
    assert not Repository.objects.exists()
    assert other.hosts == []


def test_what_is_forgotten_while_it_runs_leaves_nothing(
    owner: Caller, scheme: str, url: str, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the last moment too: everything is here, and only the row is missing."""

    def changing_his_mind(*_arguments: Any) -> None:
        asking.forget(managed_arrival(member(owner), "copy"))

    monkeypatch.setattr(bringing, "newest_changeset", changing_his_mind)
    import_as(owner, scheme, url)
    assert do_long_jobs() == ["SUCCESSFUL"]
    assert not Repository.objects.exists()
    assert not Arrival.objects.exists()
    assert on_disk(site) == []


def test_a_failure_says_why_and_is_tried_again(
    owner: Caller, scheme: str, url: str, site: Path, other: Elsewhere, caplog: pytest.LogCaptureFixture
) -> None:
    other.protect("ann", "right")
    import_as(owner, scheme, url.replace("http://", "http://ann:geheim@"), description="typed by hand")
    assert do_long_jobs() == ["SUCCESSFUL"]
    failed = managed_arrival(member(owner), "copy")
    assert (failed.state, failed.told) == ("failed", "it wants other credentials")
    assert failed.remote_uri == url.replace("http://", "http://ann@")
    assert "geheim" not in str([getattr(failed, each.attname) for each in failed._meta.concrete_fields]) + caplog.text
    assert on_disk(site) == []
    asking.try_again(failed, remote_address(member(owner), url.replace("http://", "http://ann:right@")))
    with pytest.raises(Conflict):
        asking.try_again(failed)
    do_long_jobs()
    assert Repository.objects.get().description == "typed by hand"


@either
def test_what_the_site_must_not_reach_is_refused_at_once_and_later(
    owner: Caller, scheme: str, url: str, settings: Any
) -> None:
    arrival = import_as(owner, scheme, url)
    settings.BELVEDERE = dataclasses.replace(settings.BELVEDERE, allow_private_remotes=False)
    with pytest.raises(Invalid, match="private network"):
        import_as(owner, scheme, url, "another")
    do_long_jobs()
    arrival.refresh_from_db()
    assert "private network" in arrival.told


@either
def test_who_may_not_any_more_gets_nothing(
    owner: Caller, administrator: Caller, scheme: str, url: str, source: Any
) -> None:
    administrator("create_repo_group", group_name="nature", owner="owner")
    arrival = import_as(owner, scheme, url, "nature/copy")
    administrator("update_user", userid="owner", active=False)
    do_long_jobs()
    arrival.refresh_from_db()
    assert arrival.told == "`owner` is not active any more"
    assert not Repository.objects.exists()


@either
def test_a_group_keeps_what_is_on_its_way(administrator: Caller, owner: Caller, scheme: str, url: str) -> None:
    administrator("create_repo_group", group_name="nature", owner="owner")
    import_as(owner, scheme, url, "nature/copy")
    assert "it is not empty" in administrator.error("delete_repo_group", repogroupid="nature")
    administrator("update_repo_group", repogroupid="nature", group_name="wild")
    assert arriving(member(owner), "wild/copy").path == "wild/copy"
    do_long_jobs()
    assert Repository.objects.get().name == "wild/copy"


def test_a_fork_has_everything_and_no_more_readers(
    owner: Caller, administrator: Caller, scheme: str, source: Any
) -> None:
    administrator("create_repo", repo_name="rocks", repo_type=scheme)
    administrator("grant_user_permission", repoid="rocks", userid="default", perm="repository.none")
    administrator("grant_user_permission", repoid="rocks", userid="owner", perm="repository.read")
    origin = Repository.objects.get()
    open_repository(origin).pull(source.path)
    fork_as(owner, "rocks", "mine")
    do_long_jobs()
    fork = Repository.objects.get(name="mine")
    assert fork.fork_of == origin
    assert open_repository(fork).resolve("tip") == source.resolve("tip")
    assert fork.grants.get(user_id=1).level == 0


@either
@pytest.mark.parametrize("happening", ["deleted", "hidden"])
def test_a_fork_of_what_is_gone_or_hidden_fails(
    owner: Caller, administrator: Caller, scheme: str, happening: str
) -> None:
    administrator("create_repo", repo_name="rocks", repo_type=scheme)
    arrival = fork_as(owner, "rocks", "mine")
    if happening == "deleted":
        administrator("delete_repo", repoid="rocks")
    else:
        administrator("grant_user_permission", repoid="rocks", userid="default", perm="repository.none")
    do_long_jobs()
    arrival.refresh_from_db()
    assert arrival.state == "failed"
    assert "not there any more" in arrival.told or "does not exist" in arrival.told
    assert not Repository.objects.filter(name="mine").exists()


def test_a_pull_tells_what_it_moved(owner: Caller, scheme: str, url: str, source: Any, scribe: Scribe) -> None:
    import_as(owner, scheme, url)
    do_long_jobs()
    scribe.write("a", "2\n").commit("second")
    scribe.push(source.path)
    source.catch_up()
    repository = administered(member(owner), "copy")
    asking.pull_later(member(owner), repository)
    with pytest.raises(Conflict, match="already"):
        asking.pull_later(member(owner), repository)
    do_long_jobs()
    done = pull_of(repository)
    assert done is not None
    assert (done.state, done.progress) == ("done", {"changesets": 1, "names": 1})
    assert Event.objects.filter(kind="Pushed").latest("pk").payload["way"] == "pull"
    asking.pull_later(member(owner), repository)
    do_long_jobs()
    assert pull_of(repository).progress == {"changesets": 0, "names": 0}  # type: ignore[union-attr]


@either
def test_a_pull_that_is_stopped_does_nothing(owner: Caller, scheme: str, url: str, other: Elsewhere) -> None:
    import_as(owner, scheme, url)
    do_long_jobs()
    asked = len(other.hosts)
    repository = administered(member(owner), "copy")
    asking.pull_later(member(owner), repository)
    assert asking.stop_pull(repository)
    assert not asking.stop_pull(repository)
    do_long_jobs()
    stopped = pull_of(repository)
    assert stopped is not None
    assert (stopped.state, stopped.told) == ("failed", asking.STOPPED)
    assert len(other.hosts) == asked
    assert not PushIntent.objects.exists()
    delete_repository(member(owner), repository)
    assert not Arrival.objects.exists()


def test_what_was_cut_off_is_done_anew(owner: Caller, scheme: str, url: str, source: Any, site: Path) -> None:
    """As kill -9 leaves it: the job and the arrival run for ever, and half a repository lies about."""
    arrival = import_as(owner, scheme, url)
    storage.create_draft(scheme, arrival.pk)
    storage.create_draft(scheme, arrival.pk + 1)
    storage.create(scheme, arrival.storage)
    DBTaskResult.objects.get().claim("x" * 32)
    Arrival.objects.update(state="running", began_on=timezone.now(), progress={"step": "receiving", "done": 7})
    put_back_cut_off(slow=True)
    settle_arrivals()
    arrival.refresh_from_db()
    assert (arrival.state, arrival.progress) == ("waiting", None)
    assert list((storage.root() / ARRIVING).iterdir()) == []
    assert do_long_jobs() == ["SUCCESSFUL"]
    assert open_repository(Repository.objects.get()).resolve("tip") == source.resolve("tip")


@either
def test_what_takes_its_worker_along_again_and_again_fails(owner: Caller, scheme: str, url: str) -> None:
    arrival = import_as(owner, scheme, url)
    for _ in range(3):
        Arrival.objects.update(state="running")
        DBTaskResult.objects.get().claim("x" * 32)
        put_back_cut_off(slow=True)
        settle_arrivals()
    arrival.refresh_from_db()
    assert (arrival.state, arrival.told) == ("failed", CUT_OFF)
    asking.try_again(managed_arrival(member(owner), "copy"))
    do_long_jobs()
    assert Repository.objects.exists()


@either
def test_an_arrival_whose_job_is_lost_gets_another(owner: Caller, scheme: str, url: str) -> None:
    import_as(owner, scheme, url)
    DBTaskResult.objects.all().delete()
    settle_arrivals()
    assert do_long_jobs() == ["SUCCESSFUL"]
    assert Repository.objects.exists()


def test_a_worker_that_has_to_end_puts_it_back(
    owner: Caller, scheme: str, url: str, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrival = import_as(owner, scheme, url)
    with monkeypatch.context() as patched:
        patched.setattr(jobs, "is_ending", lambda: True)
        assert do_long_jobs() == ["SUCCESSFUL"]
    arrival.refresh_from_db()
    assert (arrival.state, arrival.progress) == ("waiting", None)
    assert on_disk(site) == []
    assert do_long_jobs() == ["SUCCESSFUL"]
    assert Repository.objects.exists()


@either
def test_what_breaks_in_an_unforeseen_way_is_no_secret_of_the_server(
    owner: Caller, scheme: str, url: str, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_arguments: Any) -> None:
        raise RuntimeError("/srv/secret/path")

    arrival = import_as(owner, scheme, url)
    with monkeypatch.context() as patched:
        patched.setattr(bringing, "newest_changeset", break_down)
        assert do_long_jobs() == ["FAILED"]
    arrival.refresh_from_db()
    assert (arrival.state, arrival.told) == ("failed", bringing.OUR_FAULT)
    assert "/srv/secret/path" in DBTaskResult.objects.get().traceback
    assert on_disk(site) == []
    DBTaskResult.objects.update(status="READY")
    assert do_long_jobs() == ["SUCCESSFUL"]
    assert Repository.objects.exists()


@either
def test_a_key_for_reading_sees_it_and_changes_nothing(owner: Caller, scheme: str, url: str) -> None:
    import_as(owner, scheme, url)
    narrow = dataclasses.replace(member(owner), scope=Scope(ceiling=Level.READ))
    assert arriving(narrow, "copy")
    with pytest.raises(Forbidden):
        managed_arrival(narrow, "copy")
    elsewhere_only = dataclasses.replace(narrow, scope=Scope(objects=frozenset({("repository", 1)})))
    with pytest.raises(NotFound):
        arriving(elsewhere_only, "copy")


@either
def test_an_administrator_stops_it_by_its_job(owner: Caller, administrator: Caller, scheme: str, url: str) -> None:
    import_as(owner, scheme, url)
    [job] = administrator("get_jobs")
    assert (job["state"], job["about"], job["asked_by"]) == ("waiting", "import of copy", "owner")
    administrator("cancel_job", job_id=job["job_id"])
    assert administrator("get_jobs") == []
    stopped = arriving(member(owner), "copy")
    assert (stopped.state, stopped.told) == ("failed", asking.STOPPED_BY_ADMINISTRATOR)
    asking.try_again(managed_arrival(member(owner), "copy"))
    do_long_jobs()
    assert Repository.objects.exists()


@either
def test_nobody_waits_for_all_that_another_one_wants(owner: Caller, writer: Caller, scheme: str, url: str) -> None:
    for number in range(3):
        import_as(owner, scheme, url, f"copy{number}")
    import_as(writer, scheme, url, "other")
    queued = {each.job_id: each.name for each in Arrival.objects.all()}
    order = [queued[pk] for pk in DBTaskResult.objects.ready().values_list("pk", flat=True)]
    assert order == ["copy0", "other", "copy1", "copy2"]


@either
def test_an_import_that_waits_for_others_is_not_late(
    owner: Caller, administrator: Caller, scheme: str, url: str
) -> None:
    import_as(owner, scheme, url, "first")
    import_as(owner, scheme, url, "second")
    DBTaskResult.objects.update(enqueued_at=timezone.now() - LATE - LATE)
    assert queue().is_late
    DBTaskResult.objects.first().claim("x" * 32)  # type: ignore[union-attr]
    assert not queue().is_late
