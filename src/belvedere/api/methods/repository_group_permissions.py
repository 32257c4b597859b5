"""Methods about what users and user groups may do with a repository group, and with what is inside it."""

from typing import Any

from belvedere.access.actor import Actor
from belvedere.access.levels import level_from_name
from belvedere.accounts.fetch import NamedUser, ReadableUserGroup
from belvedere.api.arguments import Name
from belvedere.api.registry import method
from belvedere.repos.fetch import AdministeredGroup
from belvedere.repos.group_grants import Children, grant_on_group, revoke_on_group
from belvedere.repos.names import split


@method
def grant_user_permission_to_repo_group(
    actor: Actor, repogroupid: AdministeredGroup, userid: NamedUser, perm: Name, apply_to_children: Children = "none"
) -> dict[str, Any]:
    """Grant a user `group.none`, `.read`, `.write` or `.admin` on a repository group, in place of what he had.

    `apply_to_children` grants the same level on all repositories inside (`repos`), on all groups inside (`groups`) or
    on both (`all`), at any depth. What everyone (`default`) is granted does not reach private repositories.
    """
    grant_on_group(repogroupid, userid, level_from_name("group", perm), apply_to_children)
    return _done(f"Granted perm: `{perm}`", apply_to_children, f"user: `{userid.username}`", repogroupid)


@method
def revoke_user_permission_from_repo_group(
    actor: Actor, repogroupid: AdministeredGroup, userid: NamedUser, apply_to_children: Children = "none"
) -> dict[str, Any]:
    """Take back what was granted to a user on a repository group, and on what is inside as for granting."""
    revoke_on_group(repogroupid, userid, apply_to_children)
    return _done("Revoked perm", apply_to_children, f"user: `{userid.username}`", repogroupid)


@method
def grant_user_group_permission_to_repo_group(
    actor: Actor,
    repogroupid: AdministeredGroup,
    usergroupid: ReadableUserGroup,
    perm: Name,
    apply_to_children: Children = "none",
) -> dict[str, Any]:
    """Grant a user group `group.none`, `.read`, `.write` or `.admin` on a repository group, in place of what it had.

    `apply_to_children` grants the same level on all repositories inside (`repos`), on all groups inside (`groups`) or
    on both (`all`), at any depth.
    """
    grant_on_group(repogroupid, usergroupid, level_from_name("group", perm), apply_to_children)
    return _done(f"Granted perm: `{perm}`", apply_to_children, f"user group: `{usergroupid.name}`", repogroupid)


@method
def revoke_user_group_permission_from_repo_group(
    actor: Actor, repogroupid: AdministeredGroup, usergroupid: ReadableUserGroup, apply_to_children: Children = "none"
) -> dict[str, Any]:
    """Take back what was granted to a user group on a repository group, and on what is inside as for granting."""
    revoke_on_group(repogroupid, usergroupid, apply_to_children)
    return _done("Revoked perm", apply_to_children, f"user group: `{usergroupid.name}`", repogroupid)


def _done(what: str, children: Children, holder: str, group: AdministeredGroup) -> dict[str, Any]:
    _parent, name = split(group.name)
    return {"msg": f"{what} (recursive:{children}) for {holder} in repo group: `{name}`", "success": True}
