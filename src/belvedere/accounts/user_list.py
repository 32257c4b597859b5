"""Everybody on this site as administrators look through them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from django.db.models import Q, QuerySet

from belvedere.access.actor import DEFAULT_USER_ID, Administrator
from belvedere.accounts.models import EmailAddress, User

Show = Literal["", "active", "inactive", "waiting", "administrators"]

CONDITIONS: dict[Show, Q] = {
    "": Q(),
    "active": Q(is_active=True),
    "inactive": Q(is_active=False),
    "waiting": Q(awaits=User.Awaits.APPROVAL),
    "administrators": Q(is_administrator=True),
}


def users_with(_administrator: Administrator, words: Iterable[str], show: Show = "") -> QuerySet[User]:
    """Give the users who have each word in their username, name or an e-mail address."""
    rows = User.objects.exclude(pk=DEFAULT_USER_ID).filter(CONDITIONS[show])
    for word in words:
        mailed = EmailAddress.objects.filter(address__icontains=word).values("user_id")
        rows = rows.filter(
            Q(username__icontains=word) | Q(firstname__icontains=word) | Q(lastname__icontains=word) | Q(pk__in=mailed)
        )
    return rows


def waiting_for_approval(_administrator: Administrator) -> int:
    """Count those who signed up and wait for an administrator."""
    return User.objects.filter(CONDITIONS["waiting"]).count()


def main_addresses(users: Iterable[User]) -> dict[int, str]:
    """Give the main addresses of users, in one query."""
    rows = EmailAddress.objects.filter(user__in=[user.pk for user in users], is_main=True)
    return dict(rows.values_list("user_id", "address"))
