"""API keys: made, recognised by a keyed digest, and sealed so that only the running instance can show them."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

KEY_FORM = re.compile(r"[A-Za-z0-9]{40}")
NONCE_LENGTH = 12


def new_key() -> str:
    """Make a key of 160 random bits as 40 hex digits."""
    return secrets.token_hex(20)


def is_key(text: object) -> bool:
    """Tell whether the text has the form of a key: exactly 40 letters and digits."""
    return isinstance(text, str) and KEY_FORM.fullmatch(text) is not None


def digest(key: str) -> bytes:
    """Give what a key is stored and found by; useless without the instance's secret."""
    return hmac.digest(_secret("digest"), key.encode(), "sha256")


def seal(key: str, user_id: int) -> bytes:
    """Encrypt a key so that it opens only for this user's row (AES-256-GCM, random nonce first)."""
    nonce = os.urandom(NONCE_LENGTH)
    return nonce + AESGCM(_secret("seal")).encrypt(nonce, key.encode(), str(user_id).encode())


def unseal(sealed: bytes, user_id: int) -> str:
    """Decrypt what `seal` made."""
    nonce, box = bytes(sealed[:NONCE_LENGTH]), bytes(sealed[NONCE_LENGTH:])
    return AESGCM(_secret("seal")).decrypt(nonce, box, str(user_id).encode()).decode()


@cache
def _secret(purpose: str) -> bytes:
    """Derive one key a purpose from the instance's secret, so that none can stand for another."""
    return hmac.digest(settings.SECRET_KEY.encode(), f"belvedere api key {purpose}".encode(), hashlib.sha256)
