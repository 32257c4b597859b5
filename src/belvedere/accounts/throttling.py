"""Slowing down whoever guesses: failures are counted in the database, for all processes together."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from belvedere.accounts.models import Failures
from belvedere.accounts.sealing import derived
from belvedere.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` failures of one `kind` and subject within the time."""

    kind: str
    most: int
    within: timedelta


FROM_ADDRESS = Limit("address", 30, timedelta(minutes=10))
OF_ACCOUNT = Limit("account", 50, timedelta(hours=1))
OF_ACCOUNT_FROM_ADDRESS = Limit("account from address", 6, timedelta(minutes=5))

Tries = Iterable[tuple[Limit, str]]
"""Limits, each with the subject that it counts for."""


def require_patience(tries: Tries) -> None:
    """Let pass what has not failed too often; `Unavailable` says when to try again."""
    now = timezone.now()
    for limit, subject in tries:
        row = Failures.objects.filter(digest=_digest(limit, subject), since__gt=now - limit.within).first()
        if row is not None and row.count >= limit.most:
            minutes = int((row.since + limit.within - now).total_seconds() // 60) + 1
            raise Unavailable(f"too many attempts: try again in {minutes} minute{'s' if minutes > 1 else ''}")


def note_failure(tries: Tries) -> None:
    """Count a failure; what is too old to matter begins anew."""
    now = timezone.now()
    for limit, subject in tries:
        with transaction.atomic():
            row, is_new = Failures.objects.select_for_update().get_or_create(
                digest=_digest(limit, subject), defaults={"count": 1, "since": now}
            )
            if row.since <= now - limit.within:
                Failures.objects.filter(pk=row.pk).update(count=1, since=now)
            elif not is_new:
                Failures.objects.filter(pk=row.pk).update(count=F("count") + 1)
    Failures.objects.filter(since__lt=now - timedelta(days=1)).delete()


def forget_failures(tries: Tries) -> None:
    """Begin anew for those who succeeded."""
    Failures.objects.filter(digest__in=[_digest(limit, subject) for limit, subject in tries]).delete()


def _digest(limit: Limit, subject: str) -> bytes:
    return hmac.digest(derived("failures"), f"{limit.kind}\0{subject}".encode("utf-8", "replace"), "sha256")
