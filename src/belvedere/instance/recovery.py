"""Jobs whose worker died: put back into the queue at the next start, and given up where that goes on and on."""

from __future__ import annotations

import logging
import socket
from typing import Any

from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.models import DBTaskResult

from belvedere.instance.queue import FAILED, READY, RUNNING, put_back
from belvedere.jobs import SLOW
from belvedere.repos.arrivals.bringing import OVER, queue_again
from belvedere.repos.models import Arrival
from belvedere.repos.storage import clear_drafts

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
CUT_OFF = "the server was stopped or ended several times while it ran"
_APART = "/"


class CutOffError(Exception):
    """The worker of a job died, again and again."""


def worker_name() -> str:
    """Give a worker a name of its own that tells on which machine it runs."""
    return f"{socket.gethostname()[:32]}{_APART}{get_random_string(16)}"


def put_back_cut_off(*, slow: bool) -> int:
    """Queue again what the workers of this machine had begun, before new ones start; give how many jobs that were.

    A job that took its worker along several times is marked as failed instead.
    """
    running = DBTaskResult.objects.running()
    mine = running.filter(queue_name__in=SLOW) if slow else running.exclude(queue_name__in=SLOW)
    found = [row for row in mine if _ran_here(row)]
    for row in found:
        if len(row.worker_ids) < MOST_ATTEMPTS:
            put_back(row.pk, RUNNING, row.worker_ids)
        else:
            row.set_failed(CutOffError(f"the server ended {len(row.worker_ids)} times while this job ran"))
    if found:
        log.warning("%d jobs were cut off when their worker died", len(found))
    return len(found)


def put_back_unfinished(worker: str) -> None:
    """Queue again what a worker has to leave because the server stops; that does not count as an attempt."""
    for row in DBTaskResult.objects.running().filter(queue_name__in=SLOW):
        if row.worker_ids[-1:] == [worker]:
            put_back(row.pk, RUNNING, row.worker_ids[:-1])


def settle_arrivals() -> None:
    """After `put_back_cut_off`: have nothing count as running that nobody works on, and clear away what is half."""
    under_way = list(Arrival.objects.exclude(state__in=OVER))
    jobs = dict(DBTaskResult.objects.filter(pk__in=[each.job_id for each in under_way]).values_list("pk", "status"))
    elsewhere = []
    for arrival in under_way:
        status = jobs.get(arrival.job_id) if arrival.job_id else None
        mine = Arrival.objects.filter(pk=arrival.pk, job_id=arrival.job_id)
        if status == RUNNING:
            elsewhere.append(arrival.pk)
        elif status == READY:
            mine.update(state=Arrival.State.WAITING, progress=None)
        elif status == FAILED:
            mine.update(state=Arrival.State.FAILED, told=CUT_OFF, ended_on=timezone.now())
        else:
            queue_again(arrival)
    clear_drafts(except_of=elsewhere)


def _ran_here(row: DBTaskResult[Any, Any]) -> bool:
    machine, apart, _ = str(row.worker_ids[-1] if row.worker_ids else "").partition(_APART)
    return not apart or machine == socket.gethostname()[:32]
