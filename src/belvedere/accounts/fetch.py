"""Coming by users and user groups."""

from __future__ import annotations

from typing import Any, NewType

from django.db.models import Q, QuerySet

from belvedere.access.actor import DEFAULT_USER_ID, Actor, Administrator, administrator
from belvedere.access.levels import Level
from belvedere.access.models import Grant
from belvedere.access.prepared import Prepared, columns_of, instance_from, slot_of
from belvedere.access.rules import Rule
from belvedere.accounts.models import AddressRule, GlobalGrant, User, UserGroup, UserGroupGrant
from belvedere.errors import Forbidden, NotFound

_by_id = Prepared(lambda: User.objects.filter(pk=slot_of(User, "id")).values_list(*columns_of(User)))
_by_name = Prepared(lambda: User.objects.filter(username=slot_of(User, "username")).values_list(*columns_of(User)))


def _build_permissions() -> QuerySet[Any, Any]:
    user = slot_of(GlobalGrant, "user")
    default, own = GlobalGrant.objects.filter(user_id=DEFAULT_USER_ID), GlobalGrant.objects.filter(user=user)
    groups = GlobalGrant.objects.filter(user_group__is_active=True, user_group__memberships__user=user)
    return default.values_list("permission").union(own.values_list("permission"), groups.values_list("permission"))


_permissions = Prepared(_build_permissions)

CREATE_USER_GROUPS = "hg.usergroup.create.true"

user_group_rule = Rule(UserGroup, UserGroupGrant)

ReadableUserGroup = NewType("ReadableUserGroup", UserGroup)
"""Proof that the actor may see a user group and who is in it, and may name it in grants."""

AdministeredUserGroup = NewType("AdministeredUserGroup", ReadableUserGroup)
"""Proof that the actor may change a user group and who is in it."""

UserGroupCreator = NewType("UserGroupCreator", Actor)
"""Proof that the actor may create user groups."""

NamedUser = NewType("NamedUser", User)
"""A user whom somebody may name, to own a thing or to be granted a level; says nothing about reading his profile."""

NewOwner = NewType("NewOwner", User)
"""Proof that the actor may make this user the owner of something."""

VisibleUser = NewType("VisibleUser", User)
"""Proof that the actor may look at all of this user's profile."""

ManagedUser = NewType("ManagedUser", User)
"""Proof that the user came to an administrator."""


def named_user(_actor: Actor, given: int | str) -> NamedUser:
    """Give a user by id or exact name; `NotFound` otherwise."""
    return NamedUser(_user(given))


def holder_of(grant: Grant) -> NamedUser | ReadableUserGroup:
    """Give whom a grant is for: who may change the grant may name him, as its list does."""
    if grant.user is not None:
        return NamedUser(grant.user)
    assert grant.user_group is not None, "a grant has one holder: the database sees to it"
    return ReadableUserGroup(grant.user_group)


def new_owner(actor: Actor, given: int | str) -> NewOwner:
    """Give the user whom an administrator names as owner; others own what they create themselves."""
    if not actor.administers:
        raise Forbidden("Only Kallithea admin can specify `owner` param")
    return NewOwner(_user(given))


def own_ownership(actor: Actor) -> NewOwner:
    """Give the actor as the owner of what he creates."""
    return NewOwner(_user(actor.user_id))


def first_administrator(_administrator: Administrator) -> NewOwner:
    """Give the administrator who was there first, as the owner of what nobody created."""
    return NewOwner(User.objects.filter(is_administrator=True).earliest("pk"))


def at_the_console() -> Administrator:
    """Give the actor for whoever runs commands on the server: he acts as the first administrator."""
    user = User.objects.filter(is_administrator=True).earliest("pk")
    return Administrator(Actor(user.pk, user.username, is_administrator=True))


def still_administrator(user_id: int) -> Administrator:
    """Give the proof again to a job that an administrator began; `Forbidden` if he is none any more."""
    user = _user(user_id)
    return administrator(Actor(user.pk, user.username, user.is_administrator and user.is_active))


def still_active(user_id: int, address: str) -> Actor:
    """Give the actor again to a job that somebody began from an address; `Forbidden` if he may not sign in any more."""
    user = _user(user_id)
    if not user.is_active:
        raise Forbidden(f"`{user.username}` is not active any more")
    return Actor(user.pk, user.username, user.is_administrator, address)


def managed_user(_administrator: Administrator, given: int | str) -> ManagedUser:
    """Give a user whom an administrator is about to look at or to change."""
    return ManagedUser(_user(given))


def visible_user(actor: Actor, given: int | str) -> VisibleUser:
    """Give any user to an administrator; anyone else may name only himself, by id or by name."""
    if not actor.administers and given not in (actor.user_id, actor.username):
        raise Forbidden("userid is not the same as your user")
    return VisibleUser(_user(given))


def readable_user_group(actor: Actor, given: int | str) -> ReadableUserGroup:
    """Give a user group by id or exact name; hidden ones are not found."""
    return ReadableUserGroup(_user_group(actor, given, Level.READ))


def administered_user_group(actor: Actor, given: int | str) -> AdministeredUserGroup:
    """As `readable_user_group`; `Forbidden` with the reason if the actor may not administer it."""
    return AdministeredUserGroup(ReadableUserGroup(_user_group(actor, given, Level.ADMIN)))


def explainable_user_group(actor: Actor, user: User, given: int | str) -> ReadableUserGroup:
    """Give a user group of which the actor may know why this user reaches it: he is the user, or administers it."""
    return (readable_user_group if user.pk == actor.user_id else administered_user_group)(actor, given)


def user_groups_visible_to(actor: Actor) -> QuerySet[UserGroup]:
    """Give every user group that the actor may see."""
    return user_group_rule.reached(actor, Level.READ)


def user_group_creator(actor: Actor) -> UserGroupCreator:
    """Give the proof to administrators and to those with the global permission; `Forbidden` to others."""
    if not has_global_permission(actor, CREATE_USER_GROUPS):
        raise Forbidden(f"no permission to create user groups: it takes `{CREATE_USER_GROUPS}`")
    return UserGroupCreator(actor)


def address_rules(user: ManagedUser) -> list[str]:
    """Give the networks from which a user may come, as they were entered."""
    return list(AddressRule.objects.filter(user=user).order_by("pk").values_list("network", flat=True))


def all_users(_administrator: Administrator) -> list[User]:
    """Give everybody but `default`, by name."""
    return list(User.objects.exclude(pk=DEFAULT_USER_ID).order_by("username"))


def has_global_permission(actor: Actor, permission: str) -> bool:
    """Tell whether the actor, one of his active user groups or everyone has the permission."""
    return actor.administers or permission in global_permissions(actor)


def global_permissions(actor: Actor) -> set[str]:
    """Give every global permission from default, the actor's active user groups and his own grants.

    Credentials that are narrowed to a level or to objects have none: such a permission is about what is not there yet.
    """
    if not actor.scope.reaches_all:
        return set()
    return {permission for (permission,) in _permissions.rows(user=actor.user_id)}


def default_level(prefix: str) -> Level:
    """Give the level that everyone gets on a new object of this kind (`repository`, `group` or `usergroup`)."""
    names = GlobalGrant.objects.filter(user_id=DEFAULT_USER_ID, permission__startswith=f"{prefix}.")
    found = [name.partition(".")[2] for name in names.values_list("permission", flat=True)]
    return max((level for level in Level if level.label in found), default=Level.NONE)


def _user(given: int | str) -> User:
    row = _by_id.first(id=given) if isinstance(given, int) else _by_name.first(username=given)
    if row is None:
        raise NotFound(f"user `{given}` does not exist")
    return instance_from(User, row)


def _user_group(actor: Actor, given: int | str, level: Level) -> UserGroup:
    missing = f"user group `{given}` does not exist"
    condition = Q(pk=given) if isinstance(given, int) else Q(name=given)
    found = UserGroup.objects.filter(condition).select_related("owner").first()
    if found is None:
        raise NotFound(missing)
    return user_group_rule.permitted(actor, found, level, missing)
