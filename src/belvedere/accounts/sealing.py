"""Sealing what has to be read again: it opens only for the same instance, purpose and place."""

from __future__ import annotations

import hashlib
import hmac
import os
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_LENGTH = 12


def seal(text: str, purpose: str, place: str) -> bytes:
    """Encrypt a text so that it opens only with the same purpose and place (AES-256-GCM, random nonce first)."""
    nonce = os.urandom(NONCE_LENGTH)
    return nonce + AESGCM(derived(purpose)).encrypt(nonce, text.encode(), place.encode())


def unseal(sealed: bytes, purpose: str, place: str) -> str:
    """Decrypt what `seal` made; `cryptography.exceptions.InvalidTag` under another secret."""
    nonce, box = bytes(sealed[:NONCE_LENGTH]), bytes(sealed[NONCE_LENGTH:])
    return AESGCM(derived(purpose)).decrypt(nonce, box, place.encode()).decode()


@cache
def derived(purpose: str) -> bytes:
    """Derive one key a purpose from the instance's secret, so that none can stand for another."""
    return hmac.digest(settings.SECRET_KEY.encode(), f"belvedere {purpose}".encode(), hashlib.sha256)
