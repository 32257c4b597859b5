"""Granting and revoking levels on repositories."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from belvedere.access.actor import Actor, Administrator
from belvedere.access.levels import Level
from belvedere.accounts.fetch import NamedUser, ReadableUserGroup
from belvedere.accounts.granting import Change, Holder, change_grants, require_own, set_grants, strike_grants
from belvedere.errors import explained
from belvedere.repos.fetch import Administered, repository_rule
from belvedere.repos.models import Repository, RepositoryGrant


def grant_to_user(_administrator: Administrator, repository: Administered, user: NamedUser, level: Level) -> None:
    """Give a user a level on a repository, in place of the one he had."""
    _grant(repository, user, level)


def revoke_from_user(_administrator: Administrator, repository: Administered, user: NamedUser) -> bool:
    """Take a user's own grant on a repository back; tell whether there was one."""
    return _revoke(repository, user)


def grant_to_user_group(repository: Administered, group: ReadableUserGroup, level: Level) -> None:
    """Give a user group a level on a repository, in place of the one it had."""
    _grant(repository, group, level)


def revoke_from_user_group(repository: Administered, group: ReadableUserGroup) -> bool:
    """Take a user group's grant on a repository back; tell whether there was one."""
    return _revoke(repository, group)


def change(actor: Actor, repository: Administered, changes: Iterable[Change], *, may_lose: bool) -> None:
    """Change what several have on a repository, all or nothing.

    Without `may_lose` it is `LocksOut` if the actor himself would not administer it any more.
    """
    with explained(f"failed to edit permissions of repo: `{repository.name}`"), transaction.atomic():
        change_grants(RepositoryGrant, Repository.objects.filter(pk=repository.pk), changes)
        if not may_lose:
            require_own(repository_rule, actor, repository)


def _grant(repository: Administered, holder: Holder, level: Level) -> None:
    with explained(f"failed to edit permission for {holder} in repo: `{repository.name}`"), transaction.atomic():
        set_grants(RepositoryGrant, Repository.objects.filter(pk=repository.pk), holder, level)


def _revoke(repository: Administered, holder: Holder) -> bool:
    with transaction.atomic():
        return strike_grants(RepositoryGrant, Repository.objects.filter(pk=repository.pk), holder)
