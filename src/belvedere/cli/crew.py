"""The workers of slow jobs: a few threads, for what takes long is mostly done by processes of git and Mercurial."""

from __future__ import annotations

import signal
import threading
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import Any

from django.db import close_old_connections
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from belvedere import jobs
from belvedere.instance.recovery import put_back_unfinished, worker_name

SECONDS_BETWEEN_LOOKS = 0.5


def work_on_slow_jobs(count: int, grace: float) -> None:
    """Work on so many long jobs at once, and beside them on what counts, until told to stop.

    Long jobs go back into the queue then, for the next start, and so does what is not counted after so many seconds.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)
    long, counting = _Crew(jobs.LONG), _Crew(jobs.COUNTING)
    counter = threading.Thread(target=counting.work, name="counting", daemon=True)
    counter.start()
    with ThreadPoolExecutor(count, thread_name_prefix="long job") as threads:
        working = [threads.submit(long.work) for _ in range(count)]
        ended, _ = wait(working, return_when=FIRST_COMPLETED)
        jobs.end()  # if one failed, which no job can bring about, a new process takes over
    counter.join(grace)
    for name in counting.names:
        put_back_unfinished(name)
    for each in ended:
        each.result()


def _end(_number: int, _frame: object) -> None:
    jobs.end()


class _Crew:
    """The threads that work on one queue; one of them looks for all that are idle."""

    def __init__(self, queue: str) -> None:
        self.names: list[str] = []
        self._queue = queue
        self._looking = threading.Lock()

    def work(self) -> None:
        """Work until the process has to end; if that cannot be, end it."""
        name = worker_name()
        self.names.append(name)
        worker = _EndingWorker(
            queue_names=[self._queue],
            excluded_queue_names=[],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=name,
        )
        try:
            while self._is_something_waiting():
                worker.run()
                close_old_connections()
        finally:
            jobs.end()

    def _is_something_waiting(self) -> bool:
        """Wait for a job; False when the process has to end.

        Looking costs less than taking: that locks the database.
        """
        with self._looking:
            while not jobs.is_ending(SECONDS_BETWEEN_LOOKS):
                if DBTaskResult.objects.ready().filter(queue_name=self._queue).exists():
                    return True
                close_old_connections()
        return False


class _EndingWorker(Worker):
    """Takes no further job when the process has to end."""

    def run_task(self, db_task_result: DBTaskResult[Any, Any]) -> None:
        super().run_task(db_task_result)
        self.running = not jobs.is_ending()
