"""Credentials that let nobody in: counted, and told in the audit log as long as that says something new."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from django.utils import timezone

from belvedere.access.actor import acting
from belvedere.accounts.happenings import ApiKeyRefused, SignInFailed
from belvedere.accounts.keys import digest
from belvedere.accounts.models import ApiKey, User
from belvedere.accounts.throttling import (
    FROM_ADDRESS,
    OF_ACCOUNT,
    OF_ACCOUNT_FROM_ADDRESS,
    Limit,
    is_used_up,
    note_failure,
    whence,
)
from belvedere.events.bus import Happening, emit

OF_KEY_FROM_ADDRESS = Limit("key from address", 1, timedelta(minutes=10))
OF_KEYS_FROM_ADDRESS = Limit("keys from address", 10, timedelta(minutes=10))
TOLD = Limit("refusals that are told", 1000, timedelta(hours=1))
"""However many addresses somebody has, the log does not grow with them."""


def tries_of(name: str, address: str) -> list[tuple[Limit, str]]:
    """Give what a wrong password for a name counts against; the last is that of the two together."""
    return [
        (FROM_ADDRESS, whence(address)),
        (OF_ACCOUNT, name.strip().lower()),
        (OF_ACCOUNT_FROM_ADDRESS, place_of(name, address)),
    ]


def place_of(name: str, address: str) -> str:
    """Give what stands for a name at an address."""
    return f"{name.strip().lower()}\0{whence(address)}"


def note_wrong_password(user: User | None, name: str, address: str, way: Literal["page", "client"]) -> None:
    """Count that somebody failed, and tell it: under the name of a user, if that is what was typed."""
    note_failure(tries_of(name, address))
    found = {"user_id": user.pk, "username": user.username} if user else {"user_id": None, "username": ""}
    _tell(SignInFailed(**found, way=way))


def note_refused_key(key: str, address: str) -> None:
    """Tell of an API key that let nobody in: once in a while for each, and for few of those that one address tries.

    Nobody is slowed down: there are too many keys to guess one.
    """
    tries = [(OF_KEY_FROM_ADDRESS, f"{key}\0{whence(address)}"), (OF_KEYS_FROM_ADDRESS, whence(address))]
    if is_used_up(tries):
        return
    note_failure(tries)
    row = ApiKey.objects.filter(digest=digest(key)).select_related("user").first()
    with acting(None, address):
        _tell(ApiKeyRefused(reason="unknown") if row is None else _refused(row))


def _tell(happening: Happening) -> None:
    told = [(TOLD, "")]
    if not is_used_up(told):
        note_failure(told)
        emit(happening)


def _refused(row: ApiKey) -> ApiKeyRefused:
    if row.expires_on is not None and row.expires_on <= timezone.now():
        reason = "expired"
    else:
        reason = "address" if row.user.is_active else "inactive"
    return ApiKeyRefused(
        user_id=row.user_id, username=row.user.username, key_id=row.pk, description=row.description, reason=reason
    )
