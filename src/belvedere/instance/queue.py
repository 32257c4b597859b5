"""The queue of jobs: what waits, what failed, and trying that again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from belvedere.access.actor import Administrator
from belvedere.errors import Conflict, NotFound

READY, RUNNING, FAILED = "READY", "RUNNING", "FAILED"
LATE = timedelta(minutes=5)
MOST_SHOWN = 50


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


def discard(_administrator: Administrator, job_id: str) -> None:
    """Forget a job that failed."""
    DBTaskResult.objects.filter(pk=_failed(job_id), status=FAILED).delete()


def retry_all(_administrator: Administrator) -> int:
    """Have every job that failed run once more, and tell how many these are."""
    ids = [str(pk) for pk in DBTaskResult.objects.failed().order_by("finished_at").values_list("pk", flat=True)]
    for job_id in ids:
        retry(_administrator, job_id)
    return len(ids)


def _failed(job_id: str) -> UUID:
    try:
        pk = UUID(job_id)
    except ValueError:
        pk = None
    if pk is None or not DBTaskResult.objects.filter(pk=pk, status=FAILED).exists():
        raise NotFound("there is no such job, or it did not fail")
    return pk


def _oldest() -> datetime | None:
    """Give when the job that waits longest could have begun: when it was queued, or for when it was put off."""
    now = timezone.now()
    rows = DBTaskResult.objects.ready().order_by("enqueued_at").values_list("enqueued_at", "run_after")
    times = [after if after <= now else queued for queued, after in rows[:MOST_SHOWN]]
    return min(times, default=None)
