"""Reading every repository anew, in the background: after somebody worked on the server's disk by hand."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.db import transaction

from belvedere.access.actor import Administrator
from belvedere.events.bus import Happening, emit
from belvedere.jobs import COUNTING, job
from belvedere.repos.fetch import recorded
from belvedere.repos.models import Repository
from belvedere.repos.pushes import newest_changeset, record
from belvedere.repos.storage import open_repository
from belvedere.vcs.errors import VcsError

log = logging.getLogger(__name__)

AT_ONCE = 100


@dataclass(frozen=True, kw_only=True)
class AllReread(Happening):
    """An administrator had every repository read anew."""


def reread_all(_administrator: Administrator) -> int:
    """Have it done, and tell how many repositories there are."""
    with transaction.atomic():
        emit(AllReread())
        reread.enqueue(0)
    return Repository.objects.count()


@job(queue_name=COUNTING)
def reread(after: int) -> None:
    """Read the next repositories by their ids, and queue those behind them."""
    rows = list(Repository.objects.filter(pk__gt=after).order_by("pk")[:AT_ONCE])
    for row in rows:
        try:
            opened = open_repository(row)
            record(None, "", recorded(row), opened.catch_up())
            Repository.objects.filter(pk=row.pk).update(last_changeset=newest_changeset(opened))
        except VcsError as error:
            log.warning("%s cannot be read anew: %s", row.name, error)
    if len(rows) == AT_ONCE:
        reread.enqueue(rows[-1].pk)
