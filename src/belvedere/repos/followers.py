"""Watching repositories."""

from __future__ import annotations

from django.db.models import QuerySet

from belvedere.accounts.models import User
from belvedere.repos.fetch import Readable


def followers_of(repository: Readable) -> QuerySet[User]:
    """Give the users who watch a repository, in the order they began to."""
    watching = repository.followings.order_by("pk").values_list("user_id", flat=True)
    return User.objects.filter(pk__in=watching).order_by("pk")
