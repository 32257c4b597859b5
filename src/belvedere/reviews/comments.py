"""Saying something of changesets and pull requests, voting, and closing with a last word."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from belvedere.access.actor import Actor
from belvedere.accounts.models import User
from belvedere.errors import Invalid, NotFound
from belvedere.events.bus import emit
from belvedere.repos.fetch import Readable
from belvedere.repos.models import Repository
from belvedere.repos.storage import open_repository
from belvedere.reviews.fetch import (
    ClosablePullRequest,
    CommentablePullRequest,
    CommentableRepository,
    VotablePullRequest,
)
from belvedere.reviews.happenings import ChangesetCommented, PullRequestClosed, PullRequestCommented, Reviewed
from belvedere.reviews.locking import hold_repositories, open_and_locked
from belvedere.reviews.models import PATH_LENGTH, Comment, Iteration, PullRequest, Status, Verdict
from belvedere.text.paths import shown
from belvedere.vcs.model import ChangedPaths, RevisionLike

LINE = re.compile(r"[no][1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said, and where: about a file (`path`), about a line of it (`n12`: new, `o12`: old), or about all."""

    text: str = ""
    path: str = ""
    line: str = ""


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote on a pull request by somebody who may vote there."""

    pull_request: VotablePullRequest
    verdict: Verdict


def comment_pull_request(
    actor: Actor,
    pull_request: CommentablePullRequest,
    remark: Remark,
    *,
    ballot: Ballot | None = None,
    closing: ClosablePullRequest | None = None,
) -> Comment:
    """Comment an open pull request, and vote on it or close it in the same breath, all or nothing."""
    if not remark.text.strip() and ballot is None and closing is None:
        raise Invalid("an empty comment says nothing: give a text, a status, or close the pull request")
    _check_form(remark)
    if remark.path:
        _require_touched(remark, _paths_of_pull_request(pull_request), f"pull request `{pull_request.pk}`")
    with transaction.atomic():
        row = open_and_locked(pull_request)
        row.updated_on = timezone.now()
        row.status = Status.CLOSED if closing is not None else row.status
        row.save(update_fields=["updated_on", "status"])
        comment = say(
            actor,
            remark,
            pull_request.target,
            row.origin_head,
            iteration=row.iterations.get(number=row.iteration_count),
            vote=None if ballot is None else ballot.verdict,
            is_closing=closing is not None,
        )
    pull_request.status, pull_request.updated_on = row.status, row.updated_on
    return comment


def comment_changeset(
    actor: Actor,
    repository: CommentableRepository,
    revision: RevisionLike,
    remark: Remark,
    vote: Verdict | None = None,
) -> Comment:
    """Comment a changeset, whatever name it is given by, and vote on it in the same breath."""
    if not remark.text.strip() and vote is None:
        raise Invalid("an empty comment says nothing: give a text or a status")
    _check_form(remark)
    opened = open_repository(repository)
    raw_id = opened.resolve(revision)
    if remark.path:
        _require_touched(remark, opened.changed_paths(None, raw_id), f"changeset `{raw_id}`")
    with transaction.atomic():
        hold_repositories(repository)
        return say(actor, remark, repository, raw_id, vote=vote)


def say(
    actor: Actor,
    remark: Remark,
    repository: Readable | Repository,
    raw_id: str,
    *,
    author: User | None = None,
    iteration: Iteration | None = None,
    vote: Verdict | None = None,
    is_closing: bool = False,
) -> Comment:
    """Store a comment of the actor's (unless it is said for another `author`) with its events, in a transaction."""
    comment = Comment.objects.create(
        repository=repository,
        pull_request_id=iteration.pull_request_id if iteration else None,
        iteration=iteration,
        raw_id=raw_id,
        author_id=author.pk if author else actor.user_id,
        author_name=author.username if author else actor.username,
        text=remark.text,
        path=remark.path,
        line=remark.line,
        vote=vote or "",
        is_closing=is_closing,
    )
    _tell(actor, comment)
    return comment


def _tell(actor: Actor, comment: Comment) -> None:
    by, where, number = actor.user_id, comment.repository_id, comment.pull_request_id
    if comment.vote:
        emit(
            Reviewed(
                actor_id=by,
                repository_id=where,
                raw_id=comment.raw_id,
                pull_request_id=number,
                comment_id=comment.pk,
                vote=str(comment.vote),
            )
        )
    if number is not None and comment.is_closing:
        emit(PullRequestClosed(actor_id=by, repository_id=where, pull_request_id=number, comment_id=comment.pk))
    if not comment.text:
        return
    if number is not None:
        emit(PullRequestCommented(actor_id=by, repository_id=where, pull_request_id=number, comment_id=comment.pk))
    else:
        emit(ChangesetCommented(actor_id=by, repository_id=where, raw_id=comment.raw_id, comment_id=comment.pk))


def _check_form(remark: Remark) -> None:
    if remark.line and not LINE.fullmatch(remark.line):
        raise Invalid("line_no is `n` or `o` (a new or an old line) and the number of the line, such as `n12`")
    if remark.line and not remark.path:
        raise Invalid("line_no needs f_path: the file whose line it is")
    if len(remark.path) > PATH_LENGTH:
        raise Invalid(f"f_path has at most {PATH_LENGTH} characters")


def _paths_of_pull_request(pull_request: PullRequest) -> ChangedPaths:
    opened = open_repository(pull_request.origin or pull_request.target)
    return opened.changed_paths(pull_request.ancestor, pull_request.origin_head)


def _require_touched(remark: Remark, paths: ChangedPaths, what: str) -> None:
    touched = {shown(path) for path in (*paths.added, *paths.changed, *paths.removed)}
    if remark.path not in touched:
        raise NotFound(f"{what} does not touch the file `{remark.path}`")
