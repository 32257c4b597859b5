"""The queue of jobs: what waits, what failed, and trying that again."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, IntegerField, QuerySet, When
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from belvedere.access.actor import Administrator
from belvedere.errors import Conflict, NotFound
from belvedere.jobs import SLOW
from belvedere.repos.arrivals.asking import stop_job
from belvedere.repos.models import Arrival

READY, RUNNING, FAILED = "READY", "RUNNING", "FAILED"
LATE = timedelta(minutes=5)
MOST_SHOWN = 50
STATES = {READY: "waiting", RUNNING: "running", FAILED: "failed"}
LATER = "later"
NO_JOB = "there is no such job"


@dataclass(frozen=True, slots=True)
class Queue:
    """How many jobs there are: `waiting_since` is the time since which the oldest could have run."""

    waiting: int
    later: int
    running: int
    failed: int
    done: int
    waiting_since: datetime | None

    @property
    def is_late(self) -> bool:
        """Whether a job waits longer than it should: nobody may be working on them."""
        return self.waiting_since is not None and timezone.now() - self.waiting_since > LATE


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job that ended with an error."""

    job_id: str
    name: str
    failed_on: datetime | None
    error: str
    traceback: str


@dataclass(frozen=True, slots=True)
class ListedJob:
    """A job that is not done: `state` is running, waiting, later or failed.

    For one that brings something in there is what it is `about`, and the name of who asked for it.
    """

    job_id: str
    name: str
    state: str
    queued_on: datetime
    began_on: datetime | None
    ended_on: datetime | None
    runs_after: datetime | None
    about: str
    asked_by: str


def queue() -> Queue:
    """Count the jobs."""
    rows = DBTaskResult.objects.order_by()
    counts = dict(rows.values_list("status").annotate(count=Count("pk")))
    ready = rows.ready()
    waiting = ready.count()
    return Queue(
        waiting=waiting,
        later=counts.get(READY, 0) - waiting,
        running=counts.get(RUNNING, 0),
        failed=counts.get(FAILED, 0),
        done=counts.get("SUCCESSFUL", 0),
        waiting_since=_oldest(),
    )


def failed_jobs(_administrator: Administrator, most: int = MOST_SHOWN) -> list[FailedJob]:
    """Give the jobs that failed last."""
    rows = DBTaskResult.objects.failed().order_by("-finished_at")[:most]
    return [
        FailedJob(
            str(row.pk),
            row.task_path.rpartition(".")[2],
            row.finished_at,
            row.traceback.strip().rpartition("\n")[2],
            row.traceback,
        )
        for row in rows
    ]


def retry(_administrator: Administrator, job_id: str) -> None:
    """Have a job that failed run once more, as soon as a worker is free."""
    if not put_back(_failed(job_id), FAILED, []):
        raise Conflict("this job was tried again already")


def put_back(pk: UUID, status: str, worker_ids: list[str]) -> bool:
    """Have a job of this status run from its beginning; tell whether it still had it."""
    again: dict[str, Any] = {
        "status": READY,
        "started_at": None,
        "finished_at": None,
        "worker_ids": worker_ids,
        "exception_class_path": "",
        "traceback": "",
        "run_after": get_date_max(),
    }
    return bool(DBTaskResult.objects.filter(pk=pk, status=status).update(**again))


def listed(_administrator: Administrator, state: str | None = None, most: int = MOST_SHOWN) -> list[ListedJob]:
    """Give the jobs that run, wait or failed, or those of one state: what runs first, then as they come."""
    rows = _of_state(state).annotate(
        rank=Case(When(status=RUNNING, then=0), When(status=READY, then=1), default=2, output_field=IntegerField())
    )
    found = list(rows.order_by("rank", "-finished_at", "enqueued_at").defer("traceback")[:most])
    about = Arrival.objects.filter(job_id__in=[row.pk for row in found])
    arrivals = {each.job_id: each for each in about.select_related("user", "group", "repository")}
    return [_listed(row, arrivals.get(row.pk)) for row in found]


def cancel(administrator: Administrator, job_id: str) -> None:
    """Have a job not run that waits, or stop one that brings something in: within seconds, if it runs.

    `Conflict` for others that run: they are done in a moment.
    """
    pk = _known(job_id)
    if stop_job(administrator, pk):
        DBTaskResult.objects.filter(pk=pk, status=READY).delete()
    elif not DBTaskResult.objects.filter(pk=pk, status=READY).delete()[0]:
        raise Conflict("this job has ended, or cannot be stopped while it runs")


def discard(_administrator: Administrator, job_id: str) -> None:
    """Forget a job that failed."""
    DBTaskResult.objects.filter(pk=_failed(job_id), status=FAILED).delete()


def retry_all(_administrator: Administrator) -> int:
    """Have every job that failed run once more, and tell how many these were."""
    ids = [str(pk) for pk in DBTaskResult.objects.failed().order_by("finished_at").values_list("pk", flat=True)]
    done = 0
    for job_id in ids:
        with suppress(NotFound):  # somebody else was quicker
            retry(_administrator, job_id)
            done += 1
    return done


def _known(job_id: str) -> UUID:
    try:
        pk = UUID(job_id)
    except ValueError:
        raise NotFound(NO_JOB) from None
    if not DBTaskResult.objects.filter(pk=pk).exists():
        raise NotFound(NO_JOB)
    return pk


def _failed(job_id: str) -> UUID:
    pk = _known(job_id)
    if not DBTaskResult.objects.filter(pk=pk, status=FAILED).exists():
        raise NotFound("there is no such job, or it did not fail")
    return pk


def _of_state(state: str | None) -> QuerySet[DBTaskResult[Any, Any]]:
    rows = DBTaskResult.objects.all()
    if state == LATER:
        return rows.filter(status=READY).exclude(pk__in=rows.ready().values("pk"))
    if state is None:
        return rows.filter(status__in=STATES)
    status = next(status for status, word in STATES.items() if word == state)
    return rows.ready() if status == READY else rows.filter(status=status)


def _listed(row: DBTaskResult[Any, Any], arrival: Arrival | None) -> ListedJob:
    is_later = row.status == READY and timezone.now() < row.run_after < get_date_max()
    return ListedJob(
        job_id=str(row.pk),
        name=row.task_path.rpartition(".")[2],
        state=LATER if is_later else STATES[row.status],
        queued_on=row.enqueued_at,
        began_on=row.started_at,
        ended_on=row.finished_at,
        runs_after=row.run_after if is_later else None,
        about=str(arrival) if arrival else "",
        asked_by=arrival.user.username if arrival else "",
    )


def _oldest() -> datetime | None:
    """Give when the job that waits longest could have begun: when it was queued, or for when it was put off.

    A slow one may have to wait for others of its kind, so it counts only while none of them runs.
    """
    now = timezone.now()
    busy = DBTaskResult.objects.running().filter(queue_name__in=SLOW).order_by().values("queue_name")
    ready = DBTaskResult.objects.ready().exclude(queue_name__in=busy).order_by("enqueued_at")
    rows = ready.values_list("enqueued_at", "run_after")[:MOST_SHOWN]
    times = [after if after <= now else queued for queued, after in rows]
    return min(times, default=None)
