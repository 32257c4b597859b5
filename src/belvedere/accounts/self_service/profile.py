"""What people change of who they are here."""

from __future__ import annotations

from belvedere.accounts.models import User
from belvedere.accounts.self_service.fetch import OwnAccount


def rename(account: OwnAccount, firstname: str, lastname: str) -> None:
    """Change the names of a person; the username is for administrators to change."""
    User.objects.filter(pk=account.pk).update(firstname=firstname, lastname=lastname)
