"""What the links in letters carry: facts that are signed, for one purpose and a limited time."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core import signing

from belvedere.accounts.sealing import derived
from belvedere.errors import Invalid

MARK_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a link is for, and how long it works."""

    name: str
    lasts: timedelta


NEW_PASSWORD = Purpose("link to a new password", timedelta(hours=1))
VERIFIED_ADDRESS = Purpose("link that verifies an address", timedelta(days=3))


def token_for(purpose: Purpose, *facts: str | int) -> str:
    """Sign facts; they can be read by everyone who has the token."""
    return signing.dumps(list(facts), key=_key(purpose), salt=purpose.name)


def facts_in(purpose: Purpose, token: str) -> list[Any]:
    """Read what `token_for` signed; `Invalid` for anything else, and when its time is over."""
    try:
        found: list[Any] = signing.loads(token, key=_key(purpose), salt=purpose.name, max_age=purpose.lasts)
    except signing.SignatureExpired as error:
        raise Invalid("this link is too old: ask for a new one") from error
    except signing.BadSignature as error:
        raise Invalid("this link is not complete: open it from the letter once more, or ask for a new one") from error
    return found


def mark_of(password_hash: str) -> str:
    """Give what changes with a password and tells nothing of it: a link that has it works once."""
    return hmac.digest(derived(NEW_PASSWORD.name), password_hash.encode(), "sha256").hex()[:MARK_LENGTH]


def _key(purpose: Purpose) -> str:
    return derived(purpose.name).hex()
