"""Adopting many repositories in the background, on behalf of the administrator who asked for it."""

from __future__ import annotations

from belvedere.access.actor import Administrator, acting
from belvedere.accounts.fetch import still_administrator
from belvedere.jobs import COUNTING, job
from belvedere.repos.rescan import rescan


def adopt_in_background(administrator: Administrator) -> None:
    """Have what lies unknown on disk adopted; the audit log tells of each."""
    adopt.enqueue(administrator.user_id)


@job(queue_name=COUNTING)
def adopt(user_id: int) -> None:
    """Rescan as an administrator, if he is one still."""
    administrator = still_administrator(user_id)
    with acting(administrator):
        rescan(administrator)
