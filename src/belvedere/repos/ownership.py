"""What a user owns, and giving all of it to another one."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from belvedere.access.actor import Administrator
from belvedere.accounts.actions import delete_user
from belvedere.accounts.fetch import ManagedUser, NewOwner
from belvedere.accounts.happenings import OwnershipMoved
from belvedere.accounts.locking import lock_user
from belvedere.accounts.models import User, UserGroup
from belvedere.errors import Conflict
from belvedere.events.bus import emit
from belvedere.repos.models import Repository, RepositoryGroup

MOST_NAMED = 100


@dataclass(frozen=True, slots=True)
class Owned:
    """How much a user owns, with the first names of each."""

    repositories: int
    repository_groups: int
    user_groups: int
    repository_names: list[str]
    repository_group_names: list[str]
    user_group_names: list[tuple[int, str]]

    @property
    def is_empty(self) -> bool:
        """Whether nothing keeps him from being deleted."""
        return not (self.repositories or self.repository_groups or self.user_groups)


def owned_by(_administrator: Administrator, user: ManagedUser) -> Owned:
    """Tell what a user owns."""
    repositories = Repository.objects.filter(owner=user)
    groups = RepositoryGroup.objects.filter(owner=user)
    user_groups = UserGroup.objects.filter(owner=user)
    return Owned(
        repositories.count(),
        groups.count(),
        user_groups.count(),
        list(repositories.order_by("name").values_list("name", flat=True)[:MOST_NAMED]),
        list(groups.order_by("name").values_list("name", flat=True)[:MOST_NAMED]),
        list(user_groups.order_by("name").values_list("pk", "name")[:MOST_NAMED]),
    )


def move_ownership(_administrator: Administrator, user: ManagedUser, owner: NewOwner) -> None:
    """Give all that a user owns to another one; grants stay as they are."""
    if owner.pk == user.pk:
        raise Conflict(f"`{user.username}` owns it already")
    with transaction.atomic():
        for each in sorted((user, owner), key=_by_id):  # in one order, so that two who do this wait for each other
            lock_user(each)
        counts = [
            model._default_manager.filter(owner=user).update(owner=owner)
            for model in (Repository, RepositoryGroup, UserGroup)
        ]
        emit(
            OwnershipMoved(
                user_id=user.pk,
                username=user.username,
                owner_id=owner.pk,
                owner_name=owner.username,
                repositories=counts[0],
                repository_groups=counts[1],
                user_groups=counts[2],
            )
        )


def delete_owner(administrator: Administrator, user: ManagedUser, owner: NewOwner | None) -> None:
    """Delete a user, and give what he owns to another one before where that is named; both, or nothing."""
    with transaction.atomic():
        if owner is not None:
            move_ownership(administrator, user, owner)
        delete_user(administrator, user)


def _by_id(user: User) -> int:
    return user.pk
