"""Creating, changing and deleting user groups, who is in them and who may see and change them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.db.models import ProtectedError, prefetch_related_objects

from belvedere.access.actor import DEFAULT_USER_ID, Actor
from belvedere.access.levels import Level
from belvedere.access.models import Grant
from belvedere.accounts.fetch import (
    AdministeredUserGroup,
    NamedUser,
    NewOwner,
    UserGroupCreator,
    default_level,
    user_group_rule,
)
from belvedere.accounts.granting import Change, Holder, change_grants, require_own, set_grants, strike_grants
from belvedere.accounts.happenings import (
    MemberAdded,
    MemberRemoved,
    UserGroupCreated,
    UserGroupDeleted,
    UserGroupUpdated,
)
from belvedere.accounts.models import Membership, UserGroup, UserGroupGrant
from belvedere.accounts.names import check_user_group_name
from belvedere.errors import Conflict, Invalid, NotFound, explained
from belvedere.events.bus import emit
from belvedere.events.changes import changes

CHANGING = ("name", "description", "is_active", "owner_id")


@dataclass(frozen=True, kw_only=True, slots=True)
class UserGroupSettings:
    """What can be said of a user group; None leaves it as it is, and as the default for a new one."""

    name: str | None = None
    description: str | None = None
    is_active: bool | None = None


def create_user_group(_creator: UserGroupCreator, owner: NewOwner, given: UserGroupSettings) -> UserGroup:
    """Create a user group without members; everyone gets the default level on it, the owner administers it."""
    name = given.name or ""
    row = UserGroup(owner=owner)
    with explained(f"failed to create group `{name}`", partial(_require_free_name, name)), transaction.atomic():
        _require_free_name(name)
        row.name = check_user_group_name(name)
        _fill(row, given)
        row.save(force_insert=True)
        grants = {DEFAULT_USER_ID: default_level("usergroup")}
        if not owner.is_administrator:
            grants[owner.pk] = Level.ADMIN
        UserGroupGrant.objects.bulk_create(
            UserGroupGrant(target=row, user_id=user, level=level) for user, level in grants.items()
        )
        emit(UserGroupCreated(user_group_id=row.pk, name=row.name))
    return row


def update_user_group(
    group: AdministeredUserGroup, given: UserGroupSettings, owner: NewOwner | None = None
) -> UserGroup:
    """Change what is given of a user group."""
    free = partial(_require_free_name, group.name if given.name is None else given.name, group)
    with explained(f"failed to update user group `{group.name}`", free), transaction.atomic():
        row = _locked(group)
        before = {name: getattr(row, name) for name in CHANGING}
        if given.name is not None and given.name != row.name:
            free()
            row.name = check_user_group_name(given.name)
        _fill(row, given)
        row.owner = owner or row.owner
        row.save()
        changed = changes(before, row)
        if changed:
            former = before["name"] if "name" in changed else ""
            emit(UserGroupUpdated(user_group_id=row.pk, name=row.name, changed=changed, former_name=former))
    return row


def delete_user_group(group: AdministeredUserGroup) -> None:
    """Delete a user group with its memberships; one that is granted something on repositories is kept."""
    try:
        with transaction.atomic():
            _locked(group)
            UserGroup.objects.filter(pk=group.pk).delete()
            emit(UserGroupDeleted(user_group_id=group.pk, name=group.name))
    except ProtectedError as error:
        kept = [each for each in error.protected_objects if isinstance(each, Grant)]
        prefetch_related_objects(kept, "target")
        names = sorted(str(each.target) for each in kept)  # type: ignore[attr-defined]  # every concrete grant has it
        raise Conflict(f"User Group assigned to {', '.join(names)}") from error


def add_member(group: AdministeredUserGroup, user: NamedUser) -> bool:
    """Put a user into a user group; tell whether he was not in it before."""
    if user.pk == DEFAULT_USER_ID:
        raise Invalid(f"`{user.username}` stands for everyone and is a member of nothing")
    with explained(f"failed to add member to user group `{group.name}`"), transaction.atomic():
        is_new = Membership.objects.get_or_create(user_group=group, user=user)[1]
        if is_new:
            emit(MemberAdded(user_group_id=group.pk, name=group.name, user_id=user.pk, username=user.username))
    return is_new


def remove_member(group: AdministeredUserGroup, user: NamedUser) -> bool:
    """Take a user out of a user group; tell whether he was in it."""
    with transaction.atomic():
        was_in = bool(Membership.objects.filter(user_group=group, user=user).delete()[0])
        if was_in:
            emit(MemberRemoved(user_group_id=group.pk, name=group.name, user_id=user.pk, username=user.username))
    return was_in


def change_members(
    group: AdministeredUserGroup, added: Iterable[NamedUser], removed: Iterable[NamedUser]
) -> tuple[int, int]:
    """Put users in and take others out, all or nothing; give how many were really put in and taken out."""
    with transaction.atomic():
        _locked(group)
        return sum([add_member(group, user) for user in added]), sum([remove_member(group, user) for user in removed])


def grant_on_user_group(group: AdministeredUserGroup, holder: Holder, level: Level) -> None:
    """Give a user or a user group a level on a user group, in place of the one he had."""
    with explained(f"failed to edit permission for {holder} in user group: `{group.name}`"), transaction.atomic():
        set_grants(UserGroupGrant, UserGroup.objects.filter(pk=group.pk), holder, level)


def revoke_on_user_group(group: AdministeredUserGroup, holder: Holder) -> bool:
    """Take back what was granted on a user group; tell whether there was anything."""
    with transaction.atomic():
        return strike_grants(UserGroupGrant, UserGroup.objects.filter(pk=group.pk), holder)


def change_on_user_group(
    actor: Actor, group: AdministeredUserGroup, changes: Iterable[Change], *, may_lose: bool
) -> None:
    """Change what several have on a user group, all or nothing; `LocksOut` as in `repos.grants.change`."""
    with explained(f"failed to edit permissions of user group: `{group.name}`"), transaction.atomic():
        change_grants(UserGroupGrant, UserGroup.objects.filter(pk=group.pk), changes)
        if not may_lose:
            require_own(user_group_rule, actor, group)


def _fill(row: UserGroup, given: UserGroupSettings) -> None:
    row.description = row.description if given.description is None else given.description
    row.is_active = row.is_active if given.is_active is None else given.is_active


def _locked(group: UserGroup) -> UserGroup:
    """Give the row as it is now and hold it until the transaction ends: no grant for it appears meanwhile."""
    row = UserGroup.objects.select_for_update().filter(pk=group.pk).first()
    if row is None:
        raise NotFound(f"user group `{group.name}` does not exist")
    return row


def _require_free_name(name: str, group: UserGroup | None = None) -> None:
    taken = UserGroup.objects.filter(key=name.casefold())
    if (taken.exclude(pk=group.pk) if group else taken).exists():
        raise Conflict(f"user group `{name}` already exist")
