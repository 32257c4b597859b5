"""Keeping repositories quick to read, in the background."""

from __future__ import annotations

from belvedere.events.bus import on
from belvedere.jobs import COUNTING, job
from belvedere.repos.figures import bring_up_to_date
from belvedere.repos.models import Repository
from belvedere.repos.pushes import Pushed
from belvedere.repos.storage import open_repository


@job(queue_name=COUNTING)
def maintain_repository(repository_id: int) -> None:
    """Rebuild what makes reading fast after a push, then count; a repository deleted meanwhile needs none."""
    row = Repository.objects.filter(pk=repository_id).first()
    if row is not None:
        open_repository(row).maintain()
        bring_up_to_date(row)


@on(Pushed)
def after_push(pushed: Pushed) -> None:
    """Leave the work to a job: the client is waiting."""
    if pushed.repository_id is not None:
        maintain_repository.enqueue(pushed.repository_id)
