"""Granting and revoking levels on repository groups, and on what is inside them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from django.db import transaction
from django.db.models import QuerySet

from belvedere.access.actor import DEFAULT_USER_ID, Actor
from belvedere.access.levels import Level
from belvedere.accounts.granting import Change, Holder, change_grants, require_own, set_grants, strike_grants
from belvedere.accounts.models import User
from belvedere.errors import explained
from belvedere.repos.fetch import AdministeredGroup, group_rule
from belvedere.repos.groups import is_below, lock_tree
from belvedere.repos.models import Repository, RepositoryGrant, RepositoryGroup, RepositoryGroupGrant

Children = Literal["none", "repos", "groups", "all"]
"""What inside a group, at any depth, takes part in a change of the group's grants."""


def grant_on_group(group: AdministeredGroup, holder: Holder, level: Level, children: Children = "none") -> None:
    """Give a user or a user group a level on a group and the same on its children, all or nothing.

    What everyone may do with a private repository is kept for the day when it is public again.
    """
    with explained(f"failed to edit permission for {holder} in repo group: `{group.name}`"), transaction.atomic():
        groups, repositories = _reach(group, holder, children)
        set_grants(RepositoryGroupGrant, groups, holder, level)
        set_grants(RepositoryGrant, repositories, holder, level)


def revoke_on_group(group: AdministeredGroup, holder: Holder, children: Children = "none") -> None:
    """Take back what was granted on a group and on its children, all or nothing."""
    with transaction.atomic():
        groups, repositories = _reach(group, holder, children)
        strike_grants(RepositoryGroupGrant, groups, holder)
        strike_grants(RepositoryGrant, repositories, holder)


def change(actor: Actor, group: AdministeredGroup, changes: Iterable[Change], *, may_lose: bool) -> None:
    """Change what several have on a group alone, all or nothing; `LocksOut` as in `grants.change`."""
    with explained(f"failed to edit permissions of repo group: `{group.name}`"), transaction.atomic():
        change_grants(RepositoryGroupGrant, RepositoryGroup.objects.filter(pk=group.pk), changes)
        if not may_lose:
            require_own(group_rule, actor, group)


def _reach(
    group: AdministeredGroup, holder: Holder, children: Children
) -> tuple[QuerySet[RepositoryGroup], QuerySet[Repository]]:
    """Give the groups and the repositories that a change is about, held until the transaction ends."""
    lock_tree(group)
    itself = RepositoryGroup.objects.filter(pk=group.pk)
    below = RepositoryGroup.objects.filter(is_below(group.name))
    groups = itself | below if children in ("groups", "all") else itself
    if children not in ("repos", "all"):
        return groups, Repository.objects.none()
    repositories = Repository.objects.filter(is_below(group.name))
    if isinstance(holder, User) and holder.pk == DEFAULT_USER_ID:
        repositories = repositories.filter(is_private=False)
    return groups, repositories
