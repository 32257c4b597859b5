"""The letters about accounts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone

from belvedere.accounts.models import EmailAddress, User
from belvedere.accounts.self_service.tokens import NEW_PASSWORD, VERIFIED_ADDRESS, Purpose, mark_of, token_for
from belvedere.choices.site import site_title
from belvedere.mail import Letter, letter

PASSWORD_PAGE = "/_admin/password_reset_confirmation"  # noqa: S105 the address of a page
ADDRESS_PAGE = "/_admin/confirm_address"


def path_to_new_password(user: User) -> str:
    """Give the path of a link with which the password of a user is chosen anew, once and within an hour."""
    token = token_for(NEW_PASSWORD, user.pk, mark_of(user.password))
    return f"{PASSWORD_PAGE}?{urlencode({'token': token})}"


def forgotten_password(address: str, asked_on: str) -> Letter | None:
    """Write a link to a new password to whom the address belongs; nobody gets one where it belongs to nobody.

    Whether it does is looked at here, after the answer: so the page tells nothing, not even by its time.
    """
    is_late = timezone.now() - datetime.fromisoformat(asked_on) > NEW_PASSWORD.lasts
    row = EmailAddress.objects.filter(address=address, verified_on__isnull=False).select_related("user").first()
    if row is None or is_late or not row.user.is_active:
        return None
    return _letter(row.user, "forgotten_password", row.address, path=path_to_new_password(row.user))


def password_changed(user_id: int) -> Letter | None:
    """Tell somebody that his password is another one now."""
    return _to_main_address(user_id, "password_changed")


def main_address_changed(user_id: int, before: str) -> Letter | None:
    """Tell the address that was the main one that it is not any more."""
    user = User.objects.filter(pk=user_id).first()
    return None if user is None else _letter(user, "main_address_changed", before)


def confirm_address(address_id: int) -> Letter | None:
    """Write the link that verifies an address, or to its owner that somebody else claimed it."""
    row = EmailAddress.objects.filter(pk=address_id, verified_on=None).select_related("user").first()
    if row is None:
        return None
    owner = EmailAddress.objects.filter(address=row.address, verified_on__isnull=False).select_related("user").first()
    is_new = row.user.awaits == User.Awaits.ADDRESS
    if owner is not None:
        return _letter(owner.user, "address_claimed", row.address, is_new=is_new)
    token = token_for(VERIFIED_ADDRESS, row.pk, row.address)
    path = f"{ADDRESS_PAGE}?{urlencode({'token': token})}"
    return _letter(row.user, "confirm_address", row.address, path=path, is_new=is_new)


def sign_up_waits(administrator_id: int, user_id: int) -> Letter | None:
    """Tell an administrator that somebody waits for approval."""
    waiting = User.objects.filter(pk=user_id, awaits=User.Awaits.APPROVAL).first()
    if waiting is None:
        return None
    claimed = waiting.addresses.filter(is_main=True).first()
    return _to_main_address(administrator_id, "sign_up_waits", waiting=waiting, claimed=claimed)


def approved(user_id: int) -> Letter | None:
    """Tell somebody who signed up that he can sign in."""
    row = EmailAddress.objects.filter(user_id=user_id, is_main=True, user__is_active=True).first()
    return None if row is None else _letter(row.user, "approved", row.address)


def trial(user_id: int) -> Letter | None:
    """Show an administrator that mail arrives."""
    return _to_main_address(user_id, "trial")


def _to_main_address(user_id: int, template: str, **context: Any) -> Letter | None:
    """Write to a user's main address if it is verified."""
    rows = EmailAddress.objects.filter(user_id=user_id, is_main=True, verified_on__isnull=False)
    row = rows.select_related("user").first()
    return None if row is None else _letter(row.user, template, row.address, **context)


def _letter(user: User, template: str, to: str, **context: Any) -> Letter:
    told = {"hour": in_words(NEW_PASSWORD), "days": in_words(VERIFIED_ADDRESS), "user": user, **context}
    return letter(to, f"letters/{template}.txt", site_title(), **told)


def in_words(purpose: Purpose) -> str:
    """Say how long a link works."""
    if purpose.lasts >= timedelta(days=1):
        return f"{purpose.lasts.days} days"
    return f"{int(purpose.lasts.total_seconds() // 60)} minutes"
