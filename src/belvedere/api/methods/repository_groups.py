"""Methods about repository groups."""

from typing import Any

from belvedere.access.actor import Administrator
from belvedere.accounts.fetch import NewOwner, own_ownership
from belvedere.api import shapes
from belvedere.api.arguments import Name, Text
from belvedere.api.registry import method
from belvedere.repos.fetch import ReadableGroup, every_group, place_for_group
from belvedere.repos.groups import create_repository_group


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
        administrator,
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
