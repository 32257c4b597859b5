"""Methods about user groups and who is in them."""

from typing import Any

from belvedere.access.actor import Actor
from belvedere.accounts import user_groups as actions
from belvedere.accounts.fetch import (
    AdministeredUserGroup,
    NamedUser,
    NewOwner,
    ReadableUserGroup,
    own_ownership,
    user_group_creator,
    user_groups_visible_to,
)
from belvedere.accounts.user_groups import UserGroupSettings
from belvedere.api import user_group_shapes as shapes
from belvedere.api.arguments import Name, Text
from belvedere.api.registry import method


@method(null_if_absent=True)
def get_user_group(actor: Actor, usergroupid: ReadableUserGroup) -> dict[str, Any]:
    """Give a user group with its members.

    The result is null if there is no such user group, or none that the caller may read.
    """
    return shapes.user_group(usergroupid, actor)


@method
def get_user_groups(actor: Actor) -> list[dict[str, Any]]:
    """List the user groups that the caller may read (an administrator: all), in the order they were created."""
    return shapes.user_groups(user_groups_visible_to(actor).select_related("owner").order_by("pk"), actor)


@method
def create_user_group(
    actor: Actor,
    group_name: Name,
    description: Text = "",
    owner: NewOwner | None = None,
    active: bool = True,
) -> dict[str, Any]:
    """Create a user group without members.

    It takes an administrator or the permission `hg.usergroup.create.true`; only an administrator names another owner.
    """
    group = actions.create_user_group(
        user_group_creator(actor),
        owner or own_ownership(actor),
        UserGroupSettings(name=group_name, description=description, is_active=active),
    )
    shown = shapes.user_group(group, actor)
    return {"msg": f"created new user group `{group.name}`", "users_group": shown, "user_group": shown}


@method
def update_user_group(
    actor: Actor,
    usergroupid: AdministeredUserGroup,
    group_name: Name | None = None,
    description: Text | None = None,
    owner: NewOwner | None = None,
    active: bool | None = None,
) -> dict[str, Any]:
    """Change a user group; what is not given stays as it is. An inactive one gives its members nothing."""
    group = actions.update_user_group(
        usergroupid, UserGroupSettings(name=group_name, description=description, is_active=active), owner
    )
    shown = shapes.user_group(group, actor)
    return {"msg": f"updated user group ID:{group.pk} {group.name}", "users_group": shown, "user_group": shown}


@method
def delete_user_group(actor: Actor, usergroupid: AdministeredUserGroup) -> dict[str, Any]:
    """Delete a user group. One that is granted something on repositories is not deleted: the error names them."""
    actions.delete_user_group(usergroupid)
    message = f"deleted user group ID:{usergroupid.pk} {usergroupid.name}"
    return {"msg": message, "users_group": None, "user_group": None}


@method(aliases=("add_user_user_group",))
def add_user_to_user_group(actor: Actor, usersgroupid: AdministeredUserGroup, userid: NamedUser) -> dict[str, Any]:
    """Put a user into a user group; `success` is false if the user is in it already."""
    if not actions.add_member(usersgroupid, userid):
        return {"success": False, "msg": "User is already in that group"}
    return {"success": True, "msg": f"added member `{userid.username}` to a user group `{usersgroupid.name}`"}


@method
def remove_user_from_user_group(actor: Actor, usersgroupid: AdministeredUserGroup, userid: NamedUser) -> dict[str, Any]:
    """Take a user out of a user group; `success` is false if the user is not in it."""
    if not actions.remove_member(usersgroupid, userid):
        return {"success": False, "msg": "User wasn't in group"}
    return {"success": True, "msg": f"removed member {userid.username} from user group {usersgroupid.name}"}
