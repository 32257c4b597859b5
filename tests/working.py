"""A worker for tests in one process: does what waits in the queue of long jobs, as the real one does."""

from __future__ import annotations

from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from belvedere.instance.recovery import worker_name
from belvedere.jobs import LONG


def do_long_jobs() -> list[str]:
    """Do every long job that waits, and give how each ended."""
    worker = Worker(
        queue_names=[LONG],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=worker_name(),
        excluded_queue_names=[],
    )
    statuses = []
    for row in list(DBTaskResult.objects.ready().filter(queue_name=LONG)):
        row.claim(worker.worker_id)
        worker.run_task(row)
        statuses.append(row.status)
    return statuses
