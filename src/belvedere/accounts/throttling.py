"""Slowing down whoever guesses: failures are counted in the database, for all processes together."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from belvedere.accounts.models import Failures
from belvedere.accounts.sealing import derived
from belvedere.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` failures of one `kind` and subject within the time.

    One that counts what `anybody` does spares whom it is about, where he came in before.
    """

    kind: str
    most: int
    within: timedelta
    is_of_anybody: bool = False


FROM_ADDRESS = Limit("address", 30, timedelta(minutes=10))
OF_ACCOUNT = Limit("account", 50, timedelta(hours=1), is_of_anybody=True)
OF_ACCOUNT_FROM_ADDRESS = Limit("account from address", 6, timedelta(minutes=5))

CAME_IN = "came in"
KEPT = timedelta(days=30)
"""How long it is known from where somebody came in, and how long a count is kept at most."""
NOTED_EVERY = timedelta(days=1)
NETWORK_BITS = 64

Tries = Iterable[tuple[Limit, str]]
"""Limits, each with the subject that it counts for."""


def whence(address: str) -> str:
    """Give what an address counts as: one of IPv6 as its network, of which its user has every other address too."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, NETWORK_BITS), strict=False))


def require_patience(tries: Tries, place: str = "") -> None:
    """Let pass what has not failed too often; `Unavailable` says when to try again.

    `place` is as `note_success` has it: others who guess do not shut out who came in from there lately.
    """
    now = timezone.now()
    for limit, row in _used_up(tries, now):
        if limit.is_of_anybody and place and _came_in(place).exists():
            continue
        minutes = int((row.since + limit.within - now).total_seconds() // 60) + 1
        raise Unavailable(f"too many attempts: try again in {minutes} minute{'s' if minutes > 1 else ''}")


def is_used_up(tries: Tries) -> bool:
    """Tell whether one of these failed as often as it may."""
    return any(True for _ in _used_up(tries, timezone.now()))


def note_failure(tries: Tries) -> None:
    """Count a failure; what is too old to matter begins anew."""
    now = timezone.now()
    with transaction.atomic():  # limits always in the same order, so that two of these cannot wait for each other
        for limit, subject in tries:
            row, is_new = Failures.objects.select_for_update().get_or_create(
                digest=_digest(limit.kind, subject), defaults={"count": 1, "since": now}
            )
            if row.since <= now - limit.within:
                Failures.objects.filter(pk=row.pk).update(count=1, since=now)
            elif not is_new:
                Failures.objects.filter(pk=row.pk).update(count=F("count") + 1)
    Failures.objects.filter(since__lt=now - KEPT).delete()


def forget_failures(tries: Tries) -> None:
    """Begin anew for those who succeeded."""
    rows = Failures.objects.filter(digest__in=[_digest(limit.kind, subject) for limit, subject in tries])
    if rows.exists():  # to delete nothing would still wait for other writers
        rows.delete()


def note_success(place: str) -> None:
    """Remember from where somebody came in: `place` is his name and his address; written once a day."""
    now = timezone.now()
    if not _came_in(place).filter(since__gt=now - NOTED_EVERY).exists():
        digest = _digest(CAME_IN, place)
        Failures.objects.update_or_create(digest=digest, defaults={"count": 0, "since": now})


def _came_in(place: str) -> QuerySet[Failures]:
    return Failures.objects.filter(digest=_digest(CAME_IN, place), since__gt=timezone.now() - KEPT)


def _used_up(tries: Tries, now: datetime) -> Iterator[tuple[Limit, Failures]]:
    limits = {_digest(limit.kind, subject): limit for limit, subject in tries}
    for row in Failures.objects.filter(digest__in=limits):
        limit = limits[bytes(row.digest)]
        if row.count >= limit.most and row.since > now - limit.within:
            yield limit, row


def _digest(kind: str, subject: str) -> bytes:
    return hmac.digest(derived("failures"), f"{kind}\0{subject}".encode("utf-8", "replace"), "sha256")
