"""Passwords: hashed with argon2, and checked again cheaply for clients that send them with each request."""

from __future__ import annotations

import hmac
import os
import threading
import time
from collections import OrderedDict

from django.contrib.auth.hashers import check_password, make_password

from belvedere.accounts.models import User

REMEMBER_SECONDS = 60
REMEMBER_MOST = 1024

_process_key = os.urandom(32)
_remembered: OrderedDict[bytes, float] = OrderedDict()
_lock = threading.Lock()


def hash_password(password: str) -> str:
    """Give what is stored; an empty password means that no password logs in."""
    return make_password(password or None)


def password_matches(user: User | None, password: str) -> bool:
    """Check a password; an unknown user costs the same time as a known one.

    argon2 is slow by design, and a clone asks several times: a match is remembered for a minute by a digest that
    holds only in this process and only as long as the stored hash is the same.
    """
    if user is None or not user.has_usable_password():
        make_password(password)
        return False
    token = hmac.digest(_process_key, f"{user.pk}\0{user.password}\0{password}".encode("utf-8", "replace"), "sha256")
    if _is_remembered(token):
        return True
    if not check_password(password, user.password):
        return False
    _remember(token)
    return True


def _is_remembered(token: bytes) -> bool:
    with _lock:
        return _remembered.get(token, 0.0) > time.monotonic()


def _remember(token: bytes) -> None:
    with _lock:
        _remembered[token] = time.monotonic() + REMEMBER_SECONDS
        _remembered.move_to_end(token)
        while len(_remembered) > REMEMBER_MOST:
            _remembered.popitem(last=False)
