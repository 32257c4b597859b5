"""API keys: made, recognised by a keyed digest, and sealed so that only the running instance can show them."""

from __future__ import annotations

import hmac
import re
import secrets

from belvedere.accounts import sealing
from belvedere.accounts.sealing import derived

KEY_FORM = re.compile(r"[A-Za-z0-9]{40}")


def new_key() -> str:
    """Make a key of 160 random bits as 40 hex digits."""
    return secrets.token_hex(20)


def is_key(text: object) -> bool:
    """Tell whether the text has the form of a key: exactly 40 letters and digits."""
    return isinstance(text, str) and KEY_FORM.fullmatch(text) is not None


def digest(key: str) -> bytes:
    """Give what a key is stored and found by; useless without the instance's secret."""
    return hmac.digest(derived("api key digest"), key.encode(), "sha256")


def seal(key: str, user_id: int) -> bytes:
    """Encrypt a key so that it opens only for this user's row."""
    return sealing.seal(key, "api key seal", str(user_id))


def unseal(sealed: bytes, user_id: int) -> str:
    """Decrypt what `seal` made."""
    return sealing.unseal(sealed, "api key seal", str(user_id))
