"""Methods about who may see and change a user group; their names are RhodeCode's."""

from typing import Any

from belvedere.access.actor import Actor
from belvedere.access.levels import level_from_name
from belvedere.accounts.fetch import AdministeredUserGroup, NamedUser, ReadableUserGroup
from belvedere.accounts.user_groups import grant_on_user_group, revoke_on_user_group
from belvedere.api.arguments import Name
from belvedere.api.registry import method


@method
def grant_user_permission_to_user_group(
    actor: Actor, usergroupid: AdministeredUserGroup, userid: NamedUser, perm: Name
) -> dict[str, Any]:
    """Grant a user `usergroup.none`, `.read`, `.write` or `.admin` on a user group, in place of what he had."""
    grant_on_user_group(usergroupid, userid, level_from_name("usergroup", perm))
    return {
        "msg": f"Granted perm: `{perm}` for user: `{userid.username}` in user group: `{usergroupid.name}`",
        "success": True,
    }


@method
def revoke_user_permission_from_user_group(
    actor: Actor, usergroupid: AdministeredUserGroup, userid: NamedUser
) -> dict[str, Any]:
    """Take back what was granted to a user on a user group; it is no error if nothing was."""
    revoke_on_user_group(usergroupid, userid)
    return {
        "msg": f"Revoked perm for user: `{userid.username}` in user group: `{usergroupid.name}`",
        "success": True,
    }


@method
def grant_user_group_permission_to_user_group(
    actor: Actor, usergroupid: AdministeredUserGroup, sourceusergroupid: ReadableUserGroup, perm: Name
) -> dict[str, Any]:
    """Grant the members of `sourceusergroupid` a level on the user group `usergroupid`, in place of what they had."""
    grant_on_user_group(usergroupid, sourceusergroupid, level_from_name("usergroup", perm))
    return {
        "msg": f"Granted perm: `{perm}` for user group: `{sourceusergroupid.name}` in user group: `{usergroupid.name}`",
        "success": True,
    }


@method
def revoke_user_group_permission_from_user_group(
    actor: Actor, usergroupid: AdministeredUserGroup, sourceusergroupid: ReadableUserGroup
) -> dict[str, Any]:
    """Take back what was granted to a user group on another one; it is no error if nothing was."""
    revoke_on_user_group(usergroupid, sourceusergroupid)
    return {
        "msg": f"Revoked perm for user group: `{sourceusergroupid.name}` in user group: `{usergroupid.name}`",
        "success": True,
    }
