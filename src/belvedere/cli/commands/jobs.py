"""Work on queued jobs."""

from __future__ import annotations

from typing import Annotated

from django.conf import settings
from django_tasks_db.management.commands.db_worker import Worker

from belvedere.cli import tidying
from belvedere.cli.command import command
from belvedere.cli.crew import work_on_long_jobs
from belvedere.instance.recovery import put_back_cut_off, settle_arrivals, worker_name
from belvedere.jobs import LONG
from belvedere.repos.reconcile import reconcile_all

SECONDS_BETWEEN_LOOKS = 1.0


@command
def run(*, queue: Annotated[str, "`long` for imports, forks and pulls alone; without, everything else"] = "") -> None:
    """Complete what a crash may have cut off, then work on jobs until told to stop.

    Short jobs that run then are finished, long ones are begun anew at the next start.
    """
    if queue == LONG:
        put_back_cut_off(long=True)
        settle_arrivals()
        work_on_long_jobs(settings.BELVEDERE.long_jobs)
        return
    reconcile_all()
    put_back_cut_off(long=False)
    tidying.begin()
    worker = Worker(
        queue_names=["*"],
        excluded_queue_names=[LONG],
        interval=SECONDS_BETWEEN_LOOKS,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=worker_name(),
    )
    worker.configure_signals()
    worker.run()
