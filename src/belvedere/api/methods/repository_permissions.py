"""Methods about what user groups may do with a repository."""

from typing import Any

from belvedere.access.actor import Actor
from belvedere.access.levels import level_from_name
from belvedere.accounts.fetch import ReadableUserGroup
from belvedere.api.arguments import Name
from belvedere.api.registry import method
from belvedere.repos.fetch import Administered
from belvedere.repos.grants import grant_to_user_group, revoke_from_user_group


@method
def grant_user_group_permission(
    actor: Actor, repoid: Administered, usersgroupid: ReadableUserGroup, perm: Name
) -> dict[str, Any]:
    """Grant a user group `repository.none`, `.read`, `.write` or `.admin` on a repository, in place of what it had.

    It takes the admin level on the repository and being able to see the user group.
    """
    grant_to_user_group(repoid, usersgroupid, level_from_name("repository", perm))
    return {
        "msg": f"Granted perm: `{perm}` for group: `{usersgroupid.name}` in repo: `{repoid.name}`",
        "success": True,
    }


@method
def revoke_user_group_permission(actor: Actor, repoid: Administered, usersgroupid: ReadableUserGroup) -> dict[str, Any]:
    """Take back what was granted to a user group on a repository; it is no error if nothing was."""
    revoke_from_user_group(repoid, usersgroupid)
    return {"msg": f"Revoked perm for group: `{usersgroupid.name}` in repo: `{repoid.name}`", "success": True}
