"""Browsers that signed in: begun with a password, recognised by their cookie, listed and ended by their user."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NewType

from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from belvedere.access.actor import DEFAULT_USER_ID, Actor
from belvedere.access.prepared import Prepared, slot_of
from belvedere.accounts.authentication import may_come_from, user_named
from belvedere.accounts.happenings import SessionBegun, SessionsEnded
from belvedere.accounts.models import AddressRule, Session, User
from belvedere.accounts.passwords import hash_password, is_outdated, password_matches
from belvedere.accounts.refusals import note_wrong_password, place_of, tries_of
from belvedere.accounts.sealing import derived
from belvedere.accounts.throttling import forget_failures, note_success, require_patience
from belvedere.errors import Forbidden
from belvedere.events.bus import emit

SHORT = timedelta(hours=12)
REMEMBERED = timedelta(days=60)
NOTED_EVERY = timedelta(minutes=5)
TOKEN_LENGTH = 43  # of 32 random bytes in base64
AGENT_LENGTH = 255

SignedIn = NewType("SignedIn", User)
"""Proof that somebody just gave this user's password."""


@dataclass(frozen=True, slots=True)
class Browser:
    """A recognised session: who uses it, and its number."""

    actor: Actor
    session_id: int


def sign_in(username: str, password: str, address: str) -> SignedIn | None:
    """Check a password for a session; `Unavailable` where it was guessed too often, None where it is wrong.

    `Forbidden` tells somebody who signed up, and only him, what he waits for.
    """
    tries = tries_of(username, address)
    place = place_of(username, address)
    require_patience(tries, place)
    named = user_named(username.strip())
    user = named if password_matches(named, password) else None
    if user is not None and not user.is_active and user.awaits:
        raise Forbidden(f"your account waits for {User.Awaits(user.awaits).label}")
    if user is None or not user.is_active or not may_come_from(user.pk, address):
        note_wrong_password(named, username, address, "page")
        return None
    forget_failures(tries[2:])
    note_success(place)
    _renew_hash(user, password)
    return SignedIn(user)


def begin_session(user: SignedIn, address: str, agent: str, *, remember: bool) -> tuple[Session, str]:
    """Begin a session, and give it with the text for its cookie, which is kept nowhere."""
    forget_ended_sessions()
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        row = Session.objects.create(
            user=user,
            digest=_digest(token),
            password_mark=_mark(user.password),
            is_remembered=remember,
            expires_on=timezone.now() + (REMEMBERED if remember else SHORT),
            address=address[:64],
            agent=agent[:AGENT_LENGTH],
        )
        User.objects.filter(pk=user.pk).update(last_login=timezone.now())
        emit(SessionBegun(actor_id=user.pk, user_id=user.pk, username=user.username, is_remembered=remember))
    return row, token


def browser_from(token: str, address: str) -> Browser | None:
    """Recognise a cookie; None if its session has ended, its user is inactive or may not come from there."""
    if len(token) != TOKEN_LENGTH:
        return None
    row = _by_digest.first(digest=_digest(token))
    if row is None:
        return None
    pk, mark, is_remembered, last_seen, user_id, username, is_administrator, password, has_rules = row
    if not hmac.compare_digest(bytes(mark), _mark(password)) or (has_rules and not may_come_from(user_id, address)):
        return None
    _note_use(pk, last_seen, address, is_remembered=is_remembered)
    return Browser(Actor(user_id, username, is_administrator, address), pk)


def sessions_of(user_id: int) -> list[Session]:
    """Give a user's sessions that have not ended, neither by time nor with a password; the one used last first."""
    password = User.objects.filter(pk=user_id).values_list("password", flat=True).first() or ""
    alive = Session.objects.filter(user_id=user_id, expires_on__gt=timezone.now(), password_mark=_mark(password))
    return list(alive.order_by("-last_seen", "-pk"))


def end_session(user_id: int, session_id: int) -> bool:
    """End one of a user's sessions; tells whether there was one."""
    return bool(_end(Session.objects.filter(user_id=user_id, pk=session_id), user_id))


def end_other_sessions(user_id: int, session_id: int | None) -> int:
    """End all of a user's sessions but one, and tell how many."""
    return _end(Session.objects.filter(user_id=user_id).exclude(pk=session_id or 0), user_id)


def go_on_with_password(session_id: int, user: User) -> None:
    """Let one session outlive the change of its user's password."""
    Session.objects.filter(pk=session_id, user_id=user.pk).update(password_mark=_mark(user.password))


def forget_ended_sessions() -> None:
    """Delete what nobody can use any more."""
    Session.objects.filter(expires_on__lt=timezone.now()).delete()


def _end(rows: QuerySet[Session], user_id: int) -> int:
    with transaction.atomic():
        count = rows.delete()[0]
        if count:
            username = User.objects.filter(pk=user_id).values_list("username", flat=True).get()
            emit(SessionsEnded(user_id=user_id, username=username, count=count))
    return count


def _build_by_digest() -> QuerySet[Any, Any]:
    rules = AddressRule.objects.filter(Q(user_id=OuterRef("user_id")) | Q(user_id=DEFAULT_USER_ID), is_active=True)
    return (
        Session.objects.filter(expires_on__gt=Now(), digest=slot_of(Session, "digest"), user__is_active=True)
        .annotate(has_rules=Exists(rules))
        .values_list(
            "pk",
            "password_mark",
            "is_remembered",
            "last_seen",
            "user_id",
            "user__username",
            "user__is_administrator",
            "user__password",
            "has_rules",
        )
    )


_by_digest = Prepared(_build_by_digest)


def _renew_hash(user: User, password: str) -> None:
    """Hash a password as it is done today; sessions that were made with it go on."""
    before = user.password
    if not is_outdated(before):
        return
    user.password = hash_password(password)
    with transaction.atomic():
        User.objects.filter(pk=user.pk, password=before).update(password=user.password)
        Session.objects.filter(user=user, password_mark=_mark(before)).update(password_mark=_mark(user.password))


def _note_use(pk: int, last_seen: datetime, address: str, *, is_remembered: bool) -> None:
    now = timezone.now()
    if now - last_seen < NOTED_EVERY:
        return
    try:
        with transaction.atomic():
            Session.objects.filter(pk=pk).update(
                last_seen=now, address=address[:64], expires_on=now + (REMEMBERED if is_remembered else SHORT)
            )
    except DatabaseError:  # busy: the page matters more, and the next request notes it
        pass


def _digest(token: str) -> bytes:
    return hmac.digest(derived("session"), token.encode(), "sha256")


def _mark(password_hash: str) -> bytes:
    return hmac.digest(derived("session password"), password_hash.encode(), "sha256")
