"""Passwords: hashed with argon2, and checked again cheaply for clients that send them with each request."""

from __future__ import annotations

import hmac
import os
import threading
import time
from collections import OrderedDict
from functools import cache

from django.contrib.auth.hashers import check_password, get_hasher, identify_hasher, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from belvedere.accounts.models import User
from belvedere.errors import Invalid

SHORTEST = 8
LONGEST = 1024
REMEMBER_SECONDS = 60
REMEMBER_MOST = 1024

_process_key = os.urandom(32)
_remembered: OrderedDict[bytes, float] = OrderedDict()
_lock = threading.Lock()


def hash_password(password: str) -> str:
    """Give what is stored; an empty password means that no password logs in."""
    return make_password(password or None)


def check_new_password(password: str, *names: str) -> None:
    """Refuse what is guessed first: short ones, those that everyone takes, and the names of their user."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(f"a password has {SHORTEST} to {LONGEST} characters")
    if password.strip().lower() in {part for name in names for part in (name.lower(), name.lower().partition("@")[0])}:
        raise Invalid("the password must not be your name or e-mail address")
    try:
        _common().validate(password)
    except ValidationError as error:
        raise Invalid("this password is on the list of those that are tried first: take another one") from error


@cache
def _common() -> CommonPasswordValidator:
    return CommonPasswordValidator()


def is_outdated(stored: str) -> bool:
    """Tell whether a password would be hashed in another way today."""
    preferred, used = get_hasher(), identify_hasher(stored)
    return used.algorithm != preferred.algorithm or used.must_update(stored)


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
