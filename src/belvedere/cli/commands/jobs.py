"""Work on queued jobs."""

from __future__ import annotations

from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from belvedere.cli import tidying
from belvedere.cli.command import command
from belvedere.repos.reconcile import reconcile_all

SECONDS_BETWEEN_LOOKS = 1.0


@command
def run() -> None:
    """Complete what a crash may have cut off, then work on jobs until told to stop; a running job is finished."""
    reconcile_all()
    tidying.begin()
    worker = Worker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=SECONDS_BETWEEN_LOOKS,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
    )
    worker.configure_signals()
    worker.run()
