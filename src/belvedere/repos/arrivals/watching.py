"""Where an arrival is, written down while it runs, and whether anybody still wants it."""

from __future__ import annotations

import logging
from dataclasses import asdict

from django.db import OperationalError

from belvedere import jobs
from belvedere.repos.models import Arrival
from belvedere.vcs.progress import CalledOff, Progress

log = logging.getLogger(__name__)


class Unwanted(CalledOff):
    """It was stopped or deleted."""


class Ending(CalledOff):
    """The worker has to end."""


class Watching:
    """The watch over one arrival: called about each second, it costs one small query."""

    def __init__(self, arrival: Arrival) -> None:
        self._mine = Arrival.objects.filter(pk=arrival.pk, job_id=arrival.job_id, state=Arrival.State.RUNNING)

    def __call__(self, progress: Progress | None) -> None:
        """Write down where it is; raises if it is to stop. That the database is busy stops nothing."""
        if jobs.is_ending():
            raise Ending
        try:
            is_wanted = self._mine.update(progress=asdict(progress)) if progress else self._mine.exists()
        except OperationalError as error:
            log.warning("the progress of an arrival is not written down: %s", error)
            return
        if not is_wanted:
            raise Unwanted
