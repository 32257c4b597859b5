"""Methods that bring repositories up to date, and those about their extra fields."""

from typing import Any

from belvedere.access.actor import Actor, Administrator
from belvedere.api.arguments import Name, Text, Uri
from belvedere.api.registry import method
from belvedere.errors import explained
from belvedere.repos import extra_fields, pulling, rescan
from belvedere.repos.fetch import Administered, Writable, remote_address


@method
def pull(administrator: Administrator, repoid: Writable, clone_uri: Uri | None = None) -> str:
    """Pull everything from the repository's remote address, or from `clone_uri`, which is not kept.

    Git's branches and tags, and Mercurial's bookmarks, then stand where they stand there; what is only here stays.
    """
    with explained(f"Unable to pull changes from `{repoid.name}`"):
        address = remote_address(administrator, clone_uri) if clone_uri else None
    pulling.pull(administrator, repoid, address)
    return f"Pulled from `{repoid.name}`"


@method
def rescan_repos(administrator: Administrator, remove_obsolete: bool = False) -> dict[str, list[str]]:
    """Adopt repositories that lie unknown in the server's directory of repositories, and name those that are missing.

    Directories of Mercurial and bare ones of Git are adopted where they are, under their path as name; the groups that
    this takes are created, and the first administrator owns what is new. With `remove_obsolete` missing ones are
    forgotten; nothing on disk is ever removed.
    """
    found = rescan.rescan(administrator, remove_obsolete=remove_obsolete)
    return {"added": found.added, "removed": found.removed}


@method
def invalidate_cache(actor: Actor, repoid: Writable) -> str:
    """Read a repository's names and changesets anew, as after a change by hand; it takes the write level."""
    pulling.refresh(actor, repoid)
    return f"Caches of repository `{repoid.name}`"


@method
def add_field_to_repo(
    actor: Actor, repoid: Administered, key: Name, label: Name = "", description: Text = ""
) -> dict[str, Any]:
    """Add an extra field to a repository; its value, set by `update_repo`, is shown as `ex_<key>`."""
    extra_fields.add_field(repoid, key, label, description)
    return {"msg": f"Added new repository field `{key}`", "success": True}


@method
def remove_field_from_repo(actor: Actor, repoid: Administered, key: Name) -> dict[str, Any]:
    """Remove an extra field from a repository, with its value."""
    extra_fields.remove_field(repoid, key)
    return {"msg": f"Deleted repository field `{key}`", "success": True}
