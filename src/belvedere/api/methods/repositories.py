"""Methods about repositories."""

from typing import Any, Literal

from belvedere.access.actor import Actor, Administrator
from belvedere.access.levels import level_from_name
from belvedere.accounts.fetch import NamedUser, NewOwner, new_owner, own_ownership
from belvedere.api import review_shapes, shapes
from belvedere.api.arguments import Fields, Name, Reference, Text, Uri
from belvedere.api.registry import method
from belvedere.api.repository_list import repositories_json
from belvedere.api.results import Encoded
from belvedere.choices.site import chosen
from belvedere.errors import explained
from belvedere.repos import actions
from belvedere.repos.actions import RepositorySettings
from belvedere.repos.fetch import (
    Administered,
    Place,
    Readable,
    fork_creator,
    place_for_fork,
    place_to_move,
    readable,
    remote_address,
    visible_to,
)
from belvedere.repos.grants import grant_to_user, revoke_from_user
from belvedere.repos.landing import Landing
from belvedere.repos.storage import open_repository
from belvedere.reviews.listing import pull_requests_into
from belvedere.vcs.model import Capability


@method(null_if_absent=True)
def get_repo(
    actor: Actor, repoid: Readable, with_revision_names: bool = False, with_pullrequests: bool = False
) -> dict[str, Any]:
    """Give a repository with everyone who has a grant on it and who follows it.

    On request also its tags, branches and bookmarks, and the pull requests into it. The result is null if there is no
    such repository, or none that the caller may read.
    """
    shown = {**shapes.repository(repoid, actor), **shapes.people_of(repoid, actor)}
    if with_revision_names:
        shown |= _revision_names(repoid)
    if with_pullrequests:
        shown["pull_requests"] = [review_shapes.pull_request(each) for each in pull_requests_into(actor, repoid)]
    return shown


@method
def get_repos(actor: Actor) -> Encoded:
    """List the repositories that the caller may read (an administrator: all)."""
    return repositories_json(visible_to(actor).order_by("pk"), actor)


@method
def create_repo(
    actor: Actor,
    repo_name: Place,
    owner: NewOwner | None = None,
    repo_type: Literal["hg", "git"] | None = None,
    description: Text = "",
    private: bool = False,
    clone_uri: Uri | None = None,
    landing_rev: Landing | None = None,
    enable_statistics: bool | None = None,
    enable_downloads: bool | None = None,
    copy_permissions: bool = False,
) -> dict[str, Any]:
    """Create a repository; the groups in `repo_name` have to exist, and the caller may write to the last of them.

    At the top level it takes the permission to create repositories. Only an administrator names another owner. With
    `clone_uri` (http, https or ssh, for Git also git) everything is imported from there before the call is answered;
    if that fails, no repository is left behind. Only an administrator may give an address of ssh. Without `repo_type`
    it is what the site's choices have (`hg` unless an administrator changed it), as are statistics and downloads.
    """
    with explained(f"failed to create repository `{repo_name.path}`"):
        remote = remote_address(actor, clone_uri) if clone_uri else None
    row = actions.create_repository(
        repo_name,
        repo_type or chosen().repository_type,
        owner or own_ownership(actor),
        RepositorySettings(
            description=description,
            is_private=private,
            landing=landing_rev,
            remote=remote,
            has_downloads=enable_downloads,
            has_statistics=enable_statistics,
        ),
        copy_permissions=copy_permissions,
        importer=actor,
    )
    return {
        "msg": f"Created new repository `{row.name}`",
        "success": True,
        "repo": shapes.repository(row, actor),
    }


@method
def update_repo(
    actor: Actor,
    repoid: Administered,
    name: Name | None = None,
    owner: NewOwner | None = None,
    group: Reference | None = None,
    description: Text | None = None,
    private: bool | None = None,
    clone_uri: Uri | None = None,
    landing_rev: Landing | None = None,
    enable_statistics: bool | None = None,
    enable_downloads: bool | None = None,
    fields: Fields | None = None,
) -> dict[str, Any]:
    """Change the settings of a repository; what is not given stays as it is.

    `name` is the last part only; `group` moves it, `""` to the top level. Its id and its permanent address stay. A new
    `clone_uri` has to answer; `""` takes away the one that is there. `fields` sets values of extra fields by their
    keys: an object, or text like `key=value,other=value`.
    """
    with explained(f"failed to update repo `{repoid.name}`"):
        remote = remote_address(actor, clone_uri) if clone_uri else None
    row = actions.update_repository(
        repoid,
        place_to_move(actor, repoid, name, group),
        RepositorySettings(
            description=description,
            is_private=private,
            landing=landing_rev,
            remote=remote,
            forget_remote=clone_uri == "",
            fields=fields,
            has_downloads=enable_downloads,
            has_statistics=enable_statistics,
        ),
        owner,
    )
    return {"msg": f"updated repo ID:{row.pk} `{row.name}`", "repository": shapes.repository(row, actor)}


@method
def fork_repo(
    actor: Actor,
    repoid: Reference,
    fork_name: Name,
    owner: Reference | None = None,
    description: Text = "",
    copy_permissions: bool = False,
    private: bool = False,
    landing_rev: Landing | None = None,
) -> dict[str, Any]:
    """Create a repository with all that another one holds; the groups in `fork_name` have to exist.

    It takes the permission to fork, reading the repository, and whatever creating one of that name takes. Only an
    administrator names another owner. A fork is never more public than its source is then: that of a private
    repository is private. The call is answered when the fork is complete.
    """
    forker = fork_creator(actor)
    place = place_for_fork(forker, fork_name.strip("/"))
    source = readable(actor, repoid)
    row = actions.fork_repository(
        forker,
        source,
        place,
        own_ownership(actor) if owner is None else new_owner(actor, owner),
        RepositorySettings(description=description, is_private=private, landing=landing_rev),
        copy_permissions=copy_permissions,
    )
    return {"msg": f"Created fork of `{source.name}` as `{row.name}`", "success": True}


@method
def delete_repo(
    actor: Actor, repoid: Administered, forks: Literal["delete", "detach", ""] | None = None
) -> dict[str, Any]:
    """Delete a repository. One with forks takes `forks`: `detach` keeps them, `delete` deletes them all too."""
    detached, deleted = actions.delete_repository(actor, repoid, forks or None)
    tail = f" Detached {detached} forks" if detached else f" Deleted {deleted} forks" if deleted else ""
    return {"msg": f"Deleted repository `{repoid.name}`{tail}", "success": True}


@method
def grant_user_permission(
    administrator: Administrator, repoid: Administered, userid: NamedUser, perm: Name
) -> dict[str, Any]:
    """Grant a user `repository.none`, `.read`, `.write` or `.admin` on a repository, in place of what he had."""
    grant_to_user(administrator, repoid, userid, level_from_name("repository", perm))
    return {
        "msg": f"Granted perm: `{perm}` for user: `{userid.username}` in repo: `{repoid.name}`",
        "success": True,
    }


@method
def revoke_user_permission(administrator: Administrator, repoid: Administered, userid: NamedUser) -> dict[str, Any]:
    """Take back what was granted to a user on a repository; it is no error if nothing was."""
    revoke_from_user(administrator, repoid, userid)
    return {"msg": f"Revoked perm for user: `{userid.username}` in repo: `{repoid.name}`", "success": True}


def _revision_names(repository: Readable) -> dict[str, dict[str, str]]:
    opened = open_repository(repository)
    refs = opened.refs()
    tags = dict(refs.tags)
    # Where branches are part of history, `tip` is a tag that every client knows.
    if Capability.NAMED_BRANCHES in opened.capabilities and not opened.is_empty():
        tags["tip"] = opened.resolve("tip")
    return {"tags": tags, "branches": dict(refs.branches), "bookmarks": dict(refs.bookmarks)}
