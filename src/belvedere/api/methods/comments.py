"""Methods about comments on changesets and on pull requests."""

from typing import Any, Literal

from belvedere.access.actor import Actor
from belvedere.accounts.fetch import NamedUser
from belvedere.api import review_shapes
from belvedere.api.arguments import Name, Revision, Text
from belvedere.api.paging import checked_page
from belvedere.api.registry import method
from belvedere.errors import Invalid, NotFound
from belvedere.repos.fetch import Readable
from belvedere.repos.storage import open_repository
from belvedere.reviews.comments import Remark
from belvedere.reviews.comments import comment_changeset as say
from belvedere.reviews.fetch import ReadableComment, ReadablePullRequest, commentable
from belvedere.reviews.listing import comments_on, found_comments, said
from belvedere.reviews.models import Verdict
from belvedere.vcs.errors import AmbiguousRevision, RevisionNotFound

REVISION = {"raw_id": ("commit_id", "revision")}


@method(aliases=("comment_commit",), spellings={**REVISION, "comment_msg": ("message", "text")})
def comment_changeset(
    actor: Actor,
    repoid: Readable,
    raw_id: Revision,
    comment_msg: Text = "",
    status: Literal["not_reviewed", "under_review", "approved", "rejected", ""] | None = None,
    f_path: Text = "",
    line_no: Name = "",
) -> dict[str, Any]:
    """Comment a changeset, vote on it, or both at once; it takes read access to the repository.

    A comment is about all of it, about a file that it touches (`f_path`), or about a line of that (`line_no`, such as
    `n12` for a new and `o12` for an old line).
    """
    verdict = Verdict(status) if status else None
    try:
        row = say(actor, commentable(actor, repoid), raw_id, Remark(comment_msg, f_path, line_no), verdict)
    except AmbiguousRevision:
        raise
    except RevisionNotFound as error:
        raise NotFound(f"Changeset {raw_id} does not exist") from error
    return {
        "msg": f"Commented on commit `{row.raw_id}` for repository `{repoid.name}`",
        "success": True,
        "comment": review_shapes.comment(said(row)),
    }


@method(aliases=("get_repo_comments",), spellings={**REVISION})
def get_comments(
    actor: Actor,
    repoid: Readable,
    raw_id: Revision | None = None,
    userid: NamedUser | None = None,
    offset: int = 0,
    limit: int = 100,
) -> list[dict[str, Any]]:
    """List comments on a repository's changesets and on pull requests into it, the oldest first.

    `raw_id` narrows to those about a changeset, `userid` to those of a user. At most 500 are given at once.
    """
    checked_page(offset, limit)
    wanted = None if raw_id is None else open_repository(repoid).resolve(raw_id)
    return [review_shapes.comment(each) for each in found_comments(actor, repoid, wanted, userid, offset, limit)]


@method(aliases=("get_pull_request_comments",))
def get_pullrequest_comments(
    actor: Actor, pullrequest_id: ReadablePullRequest, repoid: Readable | None = None
) -> list[dict[str, Any]]:
    """List the comments on a pull request, the oldest first."""
    if repoid is not None and repoid.pk != pullrequest_id.target_id:
        raise Invalid(f"pull request `{pullrequest_id.pk}` does not go into `{repoid.name}`")
    return [review_shapes.comment(each) for each in comments_on(pullrequest_id)]


@method
def get_comment(actor: Actor, comment_id: ReadableComment) -> dict[str, Any]:
    """Give one comment by its number."""
    return review_shapes.comment(said(comment_id))
