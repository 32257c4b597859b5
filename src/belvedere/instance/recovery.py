"""Jobs whose worker died: put back into the queue at the next start, and given up where that goes on and on."""

from __future__ import annotations

import logging
import socket
from typing import Any

from django.utils.crypto import get_random_string
from django_tasks_db.models import DBTaskResult

from belvedere.instance.queue import RUNNING, put_back
from belvedere.jobs import LONG, Interrupted

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
_APART = "/"
_INTERRUPTED = f"{Interrupted.__module__}.{Interrupted.__qualname__}"


class CutOffError(Exception):
    """The worker of a job died, again and again."""


def worker_name() -> str:
    """Give a worker a name of its own that tells on which machine it runs."""
    return f"{socket.gethostname()[:32]}{_APART}{get_random_string(16)}"


def put_back_cut_off(*, long: bool) -> int:
    """Queue again what the workers of this machine had begun, before new ones start; give how many jobs that were.

    A job that took its worker along several times is marked as failed instead.
    """
    mine = DBTaskResult.objects.filter(queue_name=LONG) if long else DBTaskResult.objects.exclude(queue_name=LONG)
    found = [row for row in mine.filter(status=RUNNING) if _ran_here(row)]
    for row in found:
        if len(row.worker_ids) < MOST_ATTEMPTS:
            put_back(row.pk, RUNNING, row.worker_ids)
        else:
            row.set_failed(CutOffError(f"the server ended {len(row.worker_ids)} times while this job ran"))
    if found:
        log.warning("%d jobs were cut off when their worker died", len(found))
    return len(found) + put_back_interrupted()


def put_back_interrupted() -> int:
    """Queue again what ended because its worker had to; that does not count as an attempt."""
    rows = list(DBTaskResult.objects.failed().filter(queue_name=LONG, exception_class_path=_INTERRUPTED))
    for row in rows:
        put_back(row.pk, row.status, row.worker_ids[:-1])
    return len(rows)


def _ran_here(row: DBTaskResult[Any, Any]) -> bool:
    machine, apart, _ = str(row.worker_ids[-1] if row.worker_ids else "").partition(_APART)
    return not apart or machine == socket.gethostname()[:32]
