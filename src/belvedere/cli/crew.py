"""The workers of long jobs: a few threads, for what takes long is done by processes of git and Mercurial."""

from __future__ import annotations

import signal
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import Any

from django.db import close_old_connections
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from belvedere import jobs
from belvedere.instance.recovery import worker_name

SECONDS_BETWEEN_LOOKS = 0.5


def work_on_long_jobs(count: int) -> None:
    """Work on so many jobs at once until told to stop; then they go back into the queue, for the next start."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)
    with ThreadPoolExecutor(count, thread_name_prefix="long job") as threads:
        working = [threads.submit(_work) for _ in range(count)]
        ended, _ = wait(working, return_when=FIRST_COMPLETED)
        jobs.end()  # if one failed, which no job can bring about, a new process takes over
    for each in ended:
        each.result()


def _end(_number: int, _frame: object) -> None:
    jobs.end()


def _work() -> None:
    worker = _EndingWorker(
        queue_names=[jobs.LONG],
        excluded_queue_names=[],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=worker_name(),
    )
    while not jobs.is_ending(SECONDS_BETWEEN_LOOKS):
        # Looking costs less than taking: that locks the database.
        if DBTaskResult.objects.ready().filter(queue_name=jobs.LONG).exists():
            worker.run()
        close_old_connections()


class _EndingWorker(Worker):
    """Takes no further job when the process has to end."""

    def run_task(self, db_task_result: DBTaskResult[Any, Any]) -> None:
        super().run_task(db_task_result)
        self.running = not jobs.is_ending()
