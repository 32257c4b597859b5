"""Work on queued jobs."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.core.management import call_command

from belvedere.cli.command import command

RECONCILIATION = "belvedere.repos.reconcile"


@command
def run() -> None:
    """Complete what a crash may have cut off, then work on jobs until told to stop; a running job is finished."""
    if find_spec(RECONCILIATION) is not None:
        import_module(RECONCILIATION).reconcile_all()
    call_command("db_worker", queue_name="*", startup_delay=False)
