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
REMEMBER_MOST = 1024

_process_key = os.urandom(32)


class Memory:
    """What was tried lately, by digests that hold in this process only; the oldest of too many are forgotten."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until: OrderedDict[bytes, float] = OrderedDict()
        self._lock = threading.Lock()

    def holds(self, token: bytes) -> bool:
        """Tell whether it was added a short while ago."""
        with self._lock:
            return self._until.get(token, 0.0) > time.monotonic()

    def add(self, token: bytes) -> None:
        """Remember it from now on."""
        with self._lock:
            self._until[token] = time.monotonic() + self._seconds
            self._until.move_to_end(token)
            while len(self._until) > REMEMBER_MOST:
                self._until.popitem(last=False)

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._until.clear()


_right = Memory(60)
_wrong = Memory(600)


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
    if is_known_right(user, password):
        return True
    if not check_password(password, user.password):
        return False
    _right.add(_token(user, "", password))
    return True


def is_known_right(user: User | None, password: str) -> bool:
    """Tell whether this password was found right a short while ago."""
    return user is not None and _right.holds(_token(user, "", password))


def is_known_wrong(user: User | None, name: str, password: str) -> bool:
    """Tell whether this password was found wrong for the name a while ago: who sends it again guesses nothing."""
    return _wrong.holds(_token(user, name, password))


def remember_wrong(user: User | None, name: str, password: str) -> None:
    """Know for ten minutes that this password is wrong for the name, unless its user changes his meanwhile."""
    _wrong.add(_token(user, name, password))


def _token(user: User | None, name: str, password: str) -> bytes:
    owner = (0, "") if user is None else (user.pk, user.password)
    return hmac.digest(_process_key, repr((*owner, name, password)).encode("utf-8", "replace"), "sha256")
