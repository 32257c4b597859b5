"""When API keys were last used: noted in memory, written down after the answer, at most once in five minutes a key."""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone

from belvedere.accounts.models import ApiKey

log = logging.getLogger(__name__)

INTERVAL = timedelta(minutes=5)
MOST_KNOWN = 10_000

_noted: dict[int, float] = {}
_waiting: dict[int, tuple[datetime, str]] = {}
_lock = threading.Lock()


def note(key_id: int, address: str) -> None:
    """Note that a key was just used; costs nothing if that was noted by this process a short while ago."""
    now = time.monotonic()
    if now - _noted.get(key_id, float("-inf")) < INTERVAL.total_seconds():
        return
    with _lock:
        if len(_noted) >= MOST_KNOWN:
            _noted.clear()
        _noted[key_id] = now
        _waiting[key_id] = (timezone.now(), address)


def write(**_signal: Any) -> None:
    """Write down what was noted. It runs when an answer is out, and no answer depends on it.

    Other processes note the same keys: only the first of them in five minutes writes a row.
    """
    if not _waiting:
        return
    with _lock:
        taken = dict(_waiting)
        _waiting.clear()
    try:
        with transaction.atomic():
            for key_id, (moment, address) in sorted(taken.items()):
                is_old = Q(last_used=None) | Q(last_used__lt=moment - INTERVAL)
                ApiKey.objects.filter(is_old, pk=key_id).update(last_used=moment, last_address=address[:64])
    except DatabaseError:
        log.info("the last use of %d API keys was not written: the database is busy", len(taken))


def forget() -> None:
    """Forget what was noted in this process, so that the next use of each key is written."""
    with _lock:
        _noted.clear()
        _waiting.clear()
