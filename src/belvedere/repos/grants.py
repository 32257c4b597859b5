"""Granting and revoking levels on repositories."""

from __future__ import annotations

from belvedere.access.actor import Administrator
from belvedere.access.levels import Level
from belvedere.accounts.fetch import NamedUser
from belvedere.repos.fetch import Administered
from belvedere.repos.models import RepositoryGrant


def grant_to_user(_administrator: Administrator, repository: Administered, user: NamedUser, level: Level) -> None:
    """Give a user a level on a repository, in place of the one he had."""
    RepositoryGrant.objects.update_or_create(target=repository, user=user, defaults={"level": level})


def revoke_from_user(_administrator: Administrator, repository: Administered, user: NamedUser) -> bool:
    """Take a user's own grant on a repository back; tell whether there was one."""
    return bool(RepositoryGrant.objects.filter(target=repository, user=user).delete()[0])
