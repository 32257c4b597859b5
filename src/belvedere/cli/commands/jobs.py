"""Work on queued jobs, see what runs, waits or failed, and cancel or retry it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from django.conf import settings
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker

from belvedere.accounts.fetch import at_the_console
from belvedere.cli import tidying
from belvedere.cli.command import command
from belvedere.cli.crew import work_on_slow_jobs
from belvedere.cli.failure import Failure
from belvedere.errors import DomainError
from belvedere.instance import queue as queues
from belvedere.instance.recovery import put_back_cut_off, settle_arrivals, worker_name
from belvedere.jobs import LONG, SLOW
from belvedere.repos.reconcile import reconcile_all

SECONDS_BETWEEN_LOOKS = 1.0
EVERY = "all"


@command
def run(*, queue: Annotated[str, "`long` for imports, forks, pulls and counting; without, the rest"] = "") -> None:
    """Complete what a crash may have cut off, then work on jobs until told to stop.

    Short jobs that run then are finished, long ones are begun anew at the next start.
    """
    if queue == LONG:
        put_back_cut_off(slow=True)
        settle_arrivals()
        work_on_slow_jobs(settings.BELVEDERE.long_jobs, settings.BELVEDERE.shutdown_grace / 2)
        return
    reconcile_all()
    put_back_cut_off(slow=False)
    tidying.begin()
    worker = Worker(
        queue_names=["*"],
        excluded_queue_names=list(SLOW),
        interval=SECONDS_BETWEEN_LOOKS,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=worker_name(),
    )
    worker.configure_signals()
    worker.run()


@command
def list_(
    *, state: Annotated[str | None, f"only one of: {', '.join((*queues.STATES.values(), queues.LATER))}"] = None
) -> None:
    """Print the jobs that run, wait or failed, at most fifty: number, state, since when, what and for whom."""
    if state not in (None, queues.LATER, *queues.STATES.values()):
        raise Failure(f"--state is one of: {', '.join((*queues.STATES.values(), queues.LATER))}")
    for job in queues.listed(at_the_console(), state):
        since = timezone.localtime(job.ended_on or job.began_on or job.queued_on).isoformat(" ", "seconds")
        print(f"{job.job_id}  {job.state:<7}  {since}  {job.name}  {job.about or '-'}  {job.asked_by or '-'}")


@command
def cancel(job_id: Annotated[str, "number of the job, as `jobs list` prints it"]) -> None:
    """Have a job that waits not run, or stop an import, fork or pull that runs."""
    with told():
        queues.cancel(at_the_console(), job_id)
    print("The job is cancelled.")


@command
def retry(job_id: Annotated[str, "number of the job, or `all`"]) -> None:
    """Have a job that failed run once more, or all of them."""
    administrator = at_the_console()
    with told():
        if job_id == EVERY:
            print(f"{queues.retry_all(administrator)} jobs are tried again.")
        else:
            queues.retry(administrator, job_id)
            print("The job is tried again.")


@contextmanager
def told() -> Iterator[None]:
    """Say in one line what cannot be done."""
    try:
        yield
    except DomainError as error:
        raise Failure(error.message) from error
