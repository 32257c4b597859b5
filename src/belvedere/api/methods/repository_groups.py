"""Methods about repository groups."""

from typing import Any

from belvedere.access.actor import Actor, Administrator
from belvedere.accounts.fetch import NewOwner, own_ownership
from belvedere.api import shapes
from belvedere.api.arguments import Name, Reference, Text
from belvedere.api.registry import method
from belvedere.repos.fetch import (
    AdministeredGroup,
    ReadableGroup,
    every_group,
    place_for_group,
    place_to_move_group,
)
from belvedere.repos.groups import create_repository_group, delete_repository_group, update_repository_group


@method
def create_repo_group(
    administrator: Administrator,
    group_name: Name,
    description: Text = "",
    owner: NewOwner | None = None,
    parent: ReadableGroup | None = None,
    copy_permissions: bool = False,
) -> dict[str, Any]:
    """Create a repository group called `group_name`, inside `parent` if given."""
    group = create_repository_group(
        place_for_group(administrator, group_name, parent),
        owner or own_ownership(administrator),
        description,
        copy_permissions=copy_permissions,
    )
    return {"msg": f"created new repo group `{group.name}`", "repo_group": shapes.repository_group(group)}


@method
def get_repo_group(administrator: Administrator, repogroupid: ReadableGroup) -> dict[str, Any]:
    """Give a repository group with the repositories directly in it and everyone who has a grant on it."""
    shown = shapes.repository_group(repogroupid)
    return {**shown, "members": shapes.members_of(repogroupid, administrator)}


@method
def get_repo_groups(administrator: Administrator) -> list[dict[str, Any]]:
    """List all repository groups, by name."""
    return shapes.repository_groups(every_group(administrator))


@method
def update_repo_group(
    actor: Actor,
    repogroupid: AdministeredGroup,
    group_name: Name | None = None,
    description: Text | None = None,
    owner: NewOwner | None = None,
    parent: Reference | None = None,
) -> dict[str, Any]:
    """Change a repository group; what is not given stays as it is.

    `group_name` is the last part only; `parent` moves the group, `""` to the top level. The full names of all
    repositories and groups inside change along; their ids and their permanent addresses stay. It takes the admin level
    on the group, and on a new parent too.
    """
    group = update_repository_group(
        repogroupid, place_to_move_group(actor, repogroupid, group_name, parent), description, owner
    )
    return {
        "msg": f"updated repository group ID:{group.pk} {group.name}",
        "repo_group": shapes.repository_group(group),
    }


@method
def delete_repo_group(actor: Actor, repogroupid: AdministeredGroup) -> dict[str, Any]:
    """Delete a repository group. One that holds repositories or groups is not deleted."""
    delete_repository_group(repogroupid)
    return {"msg": f"deleted repo group ID:{repogroupid.pk} {repogroupid.name}", "repo_group": None}
