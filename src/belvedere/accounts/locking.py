"""Holding a user while something is made for him."""

from __future__ import annotations

from belvedere.accounts.models import User
from belvedere.errors import NotFound


def lock_user(user: User) -> None:
    """Hold the row until the transaction ends: he is not deleted, and nobody else who holds it goes on meanwhile.

    `NotFound` if he was deleted since he was looked up.
    """
    if not User.objects.select_for_update(no_key=True).filter(pk=user.pk).values_list("pk"):
        raise NotFound(f"user `{user.username}` does not exist")
