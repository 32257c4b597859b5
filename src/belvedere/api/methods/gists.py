"""Methods about gists: a few files with an address of their own."""

from typing import Any, Literal

from belvedere.access.actor import Actor
from belvedere.accounts.fetch import NewOwner, VisibleUser, own_ownership, visible_user
from belvedere.api import gist_shapes
from belvedere.api.arguments import GistFiles, Text
from belvedere.api.registry import method
from belvedere.gists import actions
from belvedere.gists.actions import FOR_EVER, NewGist
from belvedere.gists.fetch import ManagedGist, ReadableGist, gist_author, gists_of


@method
def get_gist(actor: Actor, gistid: ReadableGist) -> dict[str, Any]:
    """Give a gist by its access id, with the content of its files; it takes its owner or an administrator.

    `url` begins with the setting `base_url`, and is a path where that is empty.
    """
    return gist_shapes.gist_with_files(gistid)


@method
def get_gists(actor: Actor, userid: VisibleUser | None = None) -> list[dict[str, Any]]:
    """List the gists of a user, the newest first: the caller's unless an administrator names another user."""
    return [gist_shapes.gist(row) for row in gists_of(actor, userid or visible_user(actor, actor.user_id))]


@method
def create_gist(
    actor: Actor,
    files: GistFiles,
    owner: NewOwner | None = None,
    gist_type: Literal["public", "private"] = "public",
    lifetime: int = FOR_EVER,
    description: Text = "",
) -> dict[str, Any]:
    """Make a gist of files. Only an administrator names another `owner`.

    A private gist is found by its random access id alone. After `lifetime` minutes the gist is gone; -1 means never. A
    gist has at most 100 files of at most 4 MiB each and 8 MiB together; a file's name has no directories.
    """
    given = NewGist(files=files, description=description, is_private=gist_type == "private", lifetime=lifetime)
    row = actions.create_gist(gist_author(actor), owner or own_ownership(actor), given)
    return {"msg": "created new gist", "gist": gist_shapes.gist(row)}


@method
def delete_gist(actor: Actor, gistid: ManagedGist) -> dict[str, Any]:
    """Delete a gist for good; it takes its owner or an administrator."""
    access_id = gistid.access_id
    actions.delete_gist(actor, gistid)
    return {"msg": f"deleted gist ID:{access_id}", "gist": None}
