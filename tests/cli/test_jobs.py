"""Jobs whose worker dies, and jobs that may take long beside those that must not wait."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django_tasks_db.models import DBTaskResult

from belvedere import jobs
from belvedere.cli.commands import jobs as commands
from belvedere.cli.failure import Failure
from belvedere.instance.recovery import put_back_cut_off, put_back_unfinished, worker_name
from tests.api.conftest import Caller, administrator, site
from tests.cli.processes import named
from tests.conftest import Server

__all__ = ["administrator", "site"]

RUN = "belvedere.repos.figures.count_repository"


def begun(*workers: str, status: str = "RUNNING", queue: str = "default") -> DBTaskResult:
    """A job that these workers took, one after the other."""
    return DBTaskResult.objects.create(
        task_path=RUN,
        status=status,
        queue_name=queue,
        backend_name="default",
        run_after="9999-01-01T00:00:00Z",
        args_kwargs={"args": [1], "kwargs": {}},
        worker_ids=list(workers),
    )


@pytest.mark.django_db
def test_what_a_dead_worker_had_begun_is_queued_again() -> None:
    ours, old, long = begun(worker_name()), begun("x" * 32), begun(worker_name(), queue=jobs.LONG)
    elsewhere = begun("another.machine/" + "x" * 16)
    assert put_back_cut_off(slow=False) == 2
    assert set(DBTaskResult.objects.ready()) == {ours, old}
    assert put_back_cut_off(slow=True) == 1
    assert set(DBTaskResult.objects.ready()) == {ours, old, long}
    assert set(DBTaskResult.objects.running()) == {elsewhere}


@pytest.mark.django_db
def test_what_has_to_be_left_at_the_end_is_no_attempt() -> None:
    first, name = worker_name(), worker_name()
    left, other = begun(first, name, queue=jobs.COUNTING), begun(worker_name(), queue=jobs.COUNTING)
    put_back_unfinished(name)
    [ready] = DBTaskResult.objects.ready()
    assert (ready.pk, ready.worker_ids) == (left.pk, [first])
    assert DBTaskResult.objects.running().get() == other


@pytest.mark.django_db
def test_what_kills_its_worker_again_and_again_is_given_up() -> None:
    begun(worker_name(), worker_name(), worker_name())
    put_back_cut_off(slow=False)
    failed = DBTaskResult.objects.failed().get()
    assert failed.traceback.strip().endswith("the server ended 3 times while this job ran")


def test_jobs_are_listed_cancelled_and_tried_again(administrator: Caller, capsys: pytest.CaptureFixture[str]) -> None:
    failed, ready = begun(status="FAILED"), begun(status="READY")
    commands.list_()
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in told] == [[str(ready.pk), "waiting"], [str(failed.pk), "failed"]]
    assert "count_repository" in told[0]
    commands.cancel(str(ready.pk))
    commands.list_(state="waiting")
    assert capsys.readouterr().out == "The job is cancelled.\n"
    commands.retry("all")
    commands.list_(state="failed")
    assert capsys.readouterr().out == "1 jobs are tried again.\n"
    for act in (
        lambda: commands.retry(str(failed.pk)),
        lambda: commands.cancel("x"),
        lambda: commands.list_(state="x"),
    ):
        with pytest.raises(Failure):
            act()


def test_there_is_a_worker_for_each_kind(make_server: Callable[..., Server]) -> None:
    server = make_server().start()
    every, long = named(server.pid, "jobs run"), named(server.pid, "jobs run --queue long")
    assert len(every) == 2
    assert len(long) == 1
    assert set(long) < set(every)
    assert server.stop() == 0
    assert "Traceback" not in server.output
