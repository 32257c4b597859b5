"""Methods about pull requests."""

from typing import Any, Literal

from belvedere.access.actor import Actor
from belvedere.accounts.fetch import NamedUser, NewOwner, own_ownership
from belvedere.api import review_shapes
from belvedere.api.arguments import Name, NamedUsers, Nominees, Text
from belvedere.api.paging import checked_page
from belvedere.api.registry import method
from belvedere.errors import Invalid, NotFound
from belvedere.repos.fetch import Readable
from belvedere.reviews import actions
from belvedere.reviews.actions import Proposal
from belvedere.reviews.comments import Ballot, Remark
from belvedere.reviews.comments import comment_pull_request as say
from belvedere.reviews.fetch import (
    ClosablePullRequest,
    CommentablePullRequest,
    ManagedPullRequest,
    ReadablePullRequest,
    ReviewersOf,
    closable,
    commentable,
    votable,
)
from belvedere.reviews.listing import Direction, Wanted, found_pull_requests, sight
from belvedere.reviews.models import PullRequest, Status, Verdict

VoteName = Literal["not_reviewed", "under_review", "approved", "rejected", ""]
REMARK = {"comment_msg": ("message", "text")}


@method(aliases=("get_pull_request",))
def get_pullrequest(
    actor: Actor, pullrequest_id: ReadablePullRequest, repoid: Readable | None = None
) -> dict[str, Any]:
    """Give a pull request with its reviewers, changesets, comments and votes.

    It takes read access to the repository that it comes from. `repoid`, if given, has to be the one that it goes
    into. The addresses begin with the setting `base_url`, and are paths where that is empty.
    """
    _require_into(pullrequest_id, repoid)
    return review_shapes.pull_request(sight(pullrequest_id))


@method(aliases=("get_pull_requests",))
def get_pullrequests(
    actor: Actor,
    repoid: Readable | None = None,
    status: Literal["new", "closed", "all", ""] = "new",
    direction: Direction = "into",
    owner: NamedUser | None = None,
    reviewer: NamedUser | None = None,
    offset: int = 0,
    limit: int = 100,
) -> list[dict[str, Any]]:
    """List pull requests that the caller may read, the newest first; every filter narrows further.

    `direction` tells whether they go `into` `repoid`, come `from` it, or `both`. At most 500 are given at once.
    """
    checked_page(offset, limit)
    state = Status(status) if status in Status.values else None
    wanted = Wanted(repository=repoid, direction=direction, status=state, owner=owner, reviewer=reviewer)
    return [review_shapes.pull_request(each) for each in found_pull_requests(actor, wanted, offset, limit)]


@method(
    aliases=("create_pull_request",),
    spellings={
        "org_repo": ("source_repo",),
        "org_ref": ("source_ref",),
        "other_repo": ("target_repo",),
        "other_ref": ("target_ref",),
    },
)
def create_pullrequest(
    actor: Actor,
    org_repo: Readable,
    org_ref: Name,
    other_repo: Readable,
    other_ref: Name,
    title: Text = "",
    description: Text = "",
    reviewers: Nominees | None = None,
    owner: NewOwner | None = None,
) -> dict[str, Any]:
    """Propose to bring what `org_ref` has and `other_ref` has not into `other_repo`.

    A ref is `type:name:hash`, `type:name` (types `branch`, `tag`, `book` and `rev`), or the name alone. The two
    repositories may be one. Without a title, one is made of the two refs. Only an administrator names another owner.
    """
    row = actions.create_pull_request(
        actor,
        commentable(actor, org_repo),
        other_repo,
        owner or own_ownership(actor),
        Proposal(org_ref, other_ref, title, description),
        reviewers or [],
    )
    return {
        "msg": f"Created new pull request `{row.title}`",
        "pull_request_id": row.pk,
        "pull_request": review_shapes.pull_request(sight(row)),
    }


@method(aliases=("update_pull_request",), spellings={"update_commits": ("update_revisions",)})
def update_pullrequest(
    actor: Actor,
    pullrequest_id: ManagedPullRequest,
    title: Text | None = None,
    description: Text | None = None,
    owner: NamedUser | None = None,
    update_commits: bool = False,
    repoid: Readable | None = None,
) -> dict[str, Any]:
    """Change an open pull request; what is not given stays as it is.

    With `update_commits`, a new iteration is made of what its refs stand for now, if they moved. It takes its owner,
    an administrator, or admin access to the repository that it goes into.
    """
    _require_into(pullrequest_id, repoid)
    changed = actions.update_pull_request(
        actor,
        pullrequest_id,
        title=title or None,
        description=description,
        owner=owner,
        refresh=update_commits,
    )
    return {
        "msg": f"Updated pull request `{pullrequest_id.pk}`",
        "changed": changed,
        "pull_request": review_shapes.pull_request(sight(pullrequest_id)),
    }


@method(aliases=("close_pull_request",), spellings=REMARK)
def close_pullrequest(
    actor: Actor, pullrequest_id: ClosablePullRequest, comment_msg: Text = "", repoid: Readable | None = None
) -> dict[str, Any]:
    """Close a pull request, with a last word if there is one. It takes its owner or an administrator."""
    _require_into(pullrequest_id, repoid)
    say(actor, pullrequest_id, Remark(comment_msg), closing=pullrequest_id)
    return {"pull_request_id": pullrequest_id.pk, "close_status": "closed", "closed": True}


@method(aliases=("comment_pull_request",), spellings=REMARK)
def comment_pullrequest(
    actor: Actor,
    pull_request_id: CommentablePullRequest,
    comment_msg: Text = "",
    status: VoteName | None = None,
    close_pr: bool = False,
    f_path: Text = "",
    line_no: Name = "",
    repoid: Readable | None = None,
) -> bool:
    """Add a comment, vote on or close an open pull request; several of these at once, all or nothing.

    A comment is about all of it, about a file that it touches (`f_path`), or about a line of that (`line_no`, such as
    `n12` for a new and `o12` for an old line). Votes are for administrators, its owner and its reviewers; closing is
    for the first two.
    """
    _require_into(pull_request_id, repoid)
    closing = closable(actor, pull_request_id) if close_pr else None
    ballot = Ballot(votable(actor, pull_request_id), Verdict(status)) if status else None
    say(actor, pull_request_id, Remark(comment_msg, f_path, line_no), ballot=ballot, closing=closing)
    return True


@method
def edit_reviewers(
    actor: Actor, pull_request_id: ReviewersOf, add: Nominees | None = None, remove: NamedUsers | None = None
) -> dict[str, Any]:
    """Add reviewers to and remove them from an open pull request, each named by id or name, one or a list of them.

    An object `{"username": ..., "reason": ...}` says why somebody is asked. It takes its owner, an administrator, or
    admin access to the repository that it goes into.
    """
    if not add and not remove:
        raise Invalid("Invalid request. Neither 'add' nor 'remove' is specified.")
    change = actions.edit_reviewers(actor, pull_request_id, add or [], remove or [])
    return {"added": change.added, "already_present": change.already_present, "removed": change.removed}


def _require_into(row: PullRequest, repository: Readable | None) -> None:
    if repository is not None and repository.pk != row.target_id:
        raise NotFound(f"pull request `{row.pk}` does not exist in `{repository.name}`")
