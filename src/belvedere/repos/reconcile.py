"""After a crash: finish what was announced and never recorded."""

from __future__ import annotations

import logging
import socket

from belvedere.repos import recycling
from belvedere.repos.fetch import recorded
from belvedere.repos.models import PushIntent
from belvedere.repos.pushes import names_of, record
from belvedere.repos.storage import open_repository
from belvedere.vcs.errors import VcsError

log = logging.getLogger(__name__)


def reconcile_all() -> int:
    """Finish deletions, and record every push of this node whose note is still there; give how many of these.

    A note is struck in the transaction that records its push, so what is left was cut off before that. A repository
    that cannot be read now keeps its notes for the next time.
    """
    recycling.reconcile()
    notes = list(PushIntent.objects.filter(node=socket.gethostname()).select_related("repository").order_by("pk"))
    for note in notes:
        try:
            _reconcile(note)
        except VcsError as error:
            log.warning("push to %s is not reconciled yet: %s", note.repository, error)
    return len(notes)


def _reconcile(note: PushIntent) -> None:
    repository = open_repository(note.repository)
    names = names_of(note) or None
    while movement := repository.catch_up(names):  # each tells what hangs together
        record(note.user_id, note.address, recorded(note.repository), movement)
    record(note.user_id, note.address, recorded(note.repository), movement, note.pk)
