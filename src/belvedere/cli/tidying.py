"""Forgetting, once a day, what nobody can use any more."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from belvedere.accounts.self_service.signing_up import forget_abandoned
from belvedere.accounts.sessions import forget_ended_sessions
from belvedere.gists.cleaning import clean_up
from belvedere.jobs import job

EVERY = timedelta(days=1)
DONE_KEPT = timedelta(days=1)
FAILED_KEPT = timedelta(days=30)


@job
def tidy() -> None:
    """Forget what has ended, and come back in a day even if that fails."""
    try:
        clean_up()
        forget_ended_sessions()
        forget_abandoned()
        forget_jobs()
    finally:
        tidy.using(run_after=timezone.now() + EVERY).enqueue()


def begin() -> None:
    """Tidy now and every day: what an earlier process had planned is planned anew."""
    DBTaskResult.objects.filter(task_path=tidy.module_path, finished_at=None).delete()
    tidy.enqueue()


def forget_jobs() -> None:
    """Delete the records of jobs that were done; of those that failed, once nobody will look at them any more."""
    now = timezone.now()
    DBTaskResult.objects.successful().filter(finished_at__lt=now - DONE_KEPT).delete()
    DBTaskResult.objects.failed().filter(finished_at__lt=now - FAILED_KEPT).delete()
