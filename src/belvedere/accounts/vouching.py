"""E-mail addresses that administrators enter for users: they vouch for them, so that nothing is to be verified."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from belvedere.access.actor import Administrator
from belvedere.accounts.fetch import ManagedUser
from belvedere.accounts.happenings import EmailAdded, EmailRemoved, EmailVerified
from belvedere.accounts.locking import lock_user
from belvedere.accounts.models import EmailAddress
from belvedere.accounts.names import check_email
from belvedere.errors import Conflict, NotFound
from belvedere.events.bus import emit


def addresses_of_user(user: ManagedUser) -> list[EmailAddress]:
    """Give a user's addresses, the main one first."""
    return list(EmailAddress.objects.filter(user=user).order_by("-is_main", "address"))


def add_email(_administrator: Administrator, user: ManagedUser, text: str) -> EmailAddress:
    """Give a user a further address; it is the main one if he had none."""
    address = check_email(text.strip())
    taken = Conflict(f"email `{address}` already exist")
    try:
        with transaction.atomic():
            lock_user(user)
            held = EmailAddress.objects.filter(user=user)
            if held.filter(address=address).exists():
                raise taken
            row = EmailAddress.objects.create(
                user=user, address=address, is_main=not held.filter(is_main=True).exists(), verified_on=timezone.now()
            )
            emit(EmailAdded(user_id=user.pk, username=user.username, email=address))
    except IntegrityError as error:
        raise taken from error
    return row


def vouch_for(_administrator: Administrator, user: ManagedUser, email_id: int) -> None:
    """Believe that an address which a user claims is his."""
    row = _email(user, email_id)
    try:
        with transaction.atomic():
            if EmailAddress.objects.filter(pk=row.pk, verified_on=None).update(verified_on=timezone.now()):
                emit(EmailVerified(user_id=user.pk, username=user.username, email=row.address))
    except IntegrityError as error:
        raise Conflict(f"email `{row.address}` already exist: another user has verified it") from error


def make_main_email(_administrator: Administrator, user: ManagedUser, email_id: int) -> None:
    """Have letters go to one of a user's addresses; it has to be verified."""
    row = _email(user, email_id)
    if row.verified_on is None:
        raise Conflict(f"`{row.address}` is not verified yet")
    with transaction.atomic():
        lock_user(user)
        EmailAddress.objects.filter(user=user, is_main=True).update(is_main=False)
        EmailAddress.objects.filter(pk=row.pk).update(is_main=True)


def remove_email(_administrator: Administrator, user: ManagedUser, email_id: int) -> None:
    """Take an address away from a user; if it was the main one, the oldest verified one takes its place."""
    row = _email(user, email_id)
    with transaction.atomic():
        lock_user(user)
        EmailAddress.objects.filter(pk=row.pk).delete()
        if row.is_main:
            left = EmailAddress.objects.filter(user=user, verified_on__isnull=False).order_by("pk").first()
            if left is not None:
                EmailAddress.objects.filter(pk=left.pk).update(is_main=True)
        emit(EmailRemoved(user_id=user.pk, username=user.username, email=row.address))


def _email(user: ManagedUser, email_id: int) -> EmailAddress:
    found = EmailAddress.objects.filter(user=user, pk=email_id).first()
    if found is None:
        raise NotFound(f"`{user.username}` has no such e-mail address")
    return found
