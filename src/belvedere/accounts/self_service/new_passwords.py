"""Choosing another password: knowing the one before, or with a link."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from belvedere import mail
from belvedere.access.actor import Administrator
from belvedere.accounts.fetch import ManagedUser
from belvedere.accounts.happenings import PasswordChanged
from belvedere.accounts.models import EmailAddress, User
from belvedere.accounts.passwords import check_new_password, hash_password
from belvedere.accounts.self_service import letters
from belvedere.accounts.self_service.fetch import PasswordLink
from belvedere.accounts.sessions import SignedIn, end_other_sessions, go_on_with_password
from belvedere.accounts.throttling import OF_ACCOUNT, Limit, forget_failures, note_failure, require_patience, whence
from belvedere.errors import Conflict
from belvedere.events.bus import emit

ASKED_FROM_ADDRESS = Limit("password links asked from an address", 10, timedelta(hours=1))
ASKED_FOR_ADDRESS = Limit("password links to an address", 3, timedelta(hours=1))


def ask_for_link(email: str, address: str) -> None:
    """Have a link to a new password sent to whom the e-mail address belongs, asked for from a network address.

    It does the same and takes the same time whether it belongs to anybody or not.
    """
    email = email.strip().lower()
    tries = [(ASKED_FROM_ADDRESS, whence(address)), (ASKED_FOR_ADDRESS, email)]
    require_patience(tries)
    note_failure(tries)
    mail.post(letters.forgotten_password, address=email, asked_on=timezone.now().isoformat())


def change_password(user: SignedIn, password: str, session_id: int | None) -> None:
    """Change the password of somebody who just gave the old one; of his sessions this one alone goes on."""
    with transaction.atomic():
        _set(user, password)
        if session_id is not None:
            go_on_with_password(session_id, user)
        end_other_sessions(user.pk, session_id)


def choose_password(link: PasswordLink, password: str) -> None:
    """Change the password of somebody who opened a link; all of his sessions end, and the link with them."""
    with transaction.atomic():
        _set(link, password)
        end_other_sessions(link.pk, None)
    forget_failures([(OF_ACCOUNT, link.username.lower())])


def link_for(_administrator: Administrator, user: ManagedUser) -> str:
    """Give the path of a link with which a user chooses a new password, for an administrator to hand on."""
    if not user.is_active:
        raise Conflict(f"user `{user.username}` is not active")
    return letters.path_to_new_password(user)


def _set(user: User, password: str) -> None:
    addresses = EmailAddress.objects.filter(user_id=user.pk).values_list("address", flat=True)
    check_new_password(password, user.username, *addresses)
    user.password = hash_password(password)
    User.objects.filter(pk=user.pk).update(password=user.password)
    emit(PasswordChanged(user_id=user.pk, username=user.username))
    mail.post(letters.password_changed, user_id=user.pk)
