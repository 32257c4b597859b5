"""What people change of who they are here."""

from __future__ import annotations

from django.db import transaction

from belvedere.accounts.happenings import UserUpdated
from belvedere.accounts.models import User
from belvedere.accounts.self_service.fetch import OwnAccount
from belvedere.events.bus import emit


def rename(account: OwnAccount, firstname: str, lastname: str) -> None:
    """Change the names of a person; the username is for administrators to change."""
    given = {"firstname": firstname, "lastname": lastname}
    changed = [name for name, value in given.items() if getattr(account, name) != value]
    with transaction.atomic():
        User.objects.filter(pk=account.pk).update(**given)
        if changed:
            emit(UserUpdated(user_id=account.pk, username=account.username, changed=changed))
