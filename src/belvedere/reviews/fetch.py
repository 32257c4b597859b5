"""The only way to come by a pull request or a comment: with the proof of what the actor may do with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NewType

from django.db.models import Q, QuerySet

from belvedere.access.actor import Actor
from belvedere.access.levels import Level
from belvedere.access.prepared import Prepared, columns_of, instance_from, slot_of
from belvedere.accounts.fetch import NamedUser
from belvedere.accounts.models import User
from belvedere.errors import Forbidden, NotFound
from belvedere.repos.fetch import Readable, repository_rule, visible_to
from belvedere.repos.models import Repository
from belvedere.reviews.models import Comment, PullRequest

ReadablePullRequest = NewType("ReadablePullRequest", PullRequest)
"""Proof that the actor may read it: its origin, or its target when the origin is deleted."""

CommentablePullRequest = NewType("CommentablePullRequest", ReadablePullRequest)
"""Proof that the actor may say something about it."""

VotablePullRequest = NewType("VotablePullRequest", CommentablePullRequest)
"""Proof that the actor may vote on it: an administrator, its owner or one of its reviewers."""

ClosablePullRequest = NewType("ClosablePullRequest", CommentablePullRequest)
"""Proof that the actor may close it: an administrator or its owner."""

ManagedPullRequest = NewType("ManagedPullRequest", CommentablePullRequest)
"""Proof that the actor may change it and its reviewers: as above, or an administrator of the target."""

ReviewersOf = NewType("ReviewersOf", ManagedPullRequest)
"""The same proof, asked for in order to change the reviewers: a refusal says so."""

CommentableRepository = NewType("CommentableRepository", Readable)
"""Proof that the actor may say something about a repository's changesets, vote on them and propose pull requests."""

ReadableComment = NewType("ReadableComment", Comment)

PULL_REQUEST_COLUMNS = [
    *columns_of(PullRequest),
    *columns_of(Repository, "target__"),
    *columns_of(Repository, "origin__"),
    *columns_of(User, "owner__"),
]
_by_id = Prepared(lambda: PullRequest.objects.filter(pk=slot_of(PullRequest, "id")).values_list(*PULL_REQUEST_COLUMNS))

NO_CLOSE = "No permission to close pull request. User needs to be admin or owner."
NO_VOTE = "No permission to change pull request status. User needs to be admin, owner or reviewer."
NO_COMMENT = "No permission to add comment. User needs at least reading permissions to the source repository."
NO_EDIT = "No permission to edit this pull request. User needs to be admin or pull request owner."
NO_REVIEWERS = "No permission to edit reviewers of this pull request. User needs to be admin or pull request owner."


def pull_requests_visible_to(actor: Actor) -> QuerySet[PullRequest]:
    """Give every pull request that the actor may read, each by the same rule as `readable_pull_request`."""
    seen = visible_to(actor).values("pk")
    return PullRequest.objects.filter(Q(origin__in=seen) | Q(origin__isnull=True, target__in=seen))


def readable_pull_request(actor: Actor, given: int | str) -> ReadablePullRequest:
    """Give a pull request by its number; `NotFound` if there is none, `Forbidden` if its origin may not be read."""
    return ReadablePullRequest(_readable(actor, given, "not allowed"))


def commentable_pull_request(actor: Actor, given: int | str) -> CommentablePullRequest:
    """As `readable_pull_request`, for somebody who has a name and credentials that may change something."""
    found = _readable(actor, given, NO_COMMENT)
    _require_voice(actor)
    return CommentablePullRequest(ReadablePullRequest(found))


def votable(actor: Actor, given: CommentablePullRequest) -> VotablePullRequest:
    """Give the proof, or `Forbidden`."""
    if not (_is_own(actor, given) or given.reviewers.filter(user_id=actor.user_id).exists()):
        raise Forbidden(NO_VOTE)
    return VotablePullRequest(given)


def closable(actor: Actor, given: CommentablePullRequest) -> ClosablePullRequest:
    """Give the proof, or `Forbidden`."""
    if not _is_own(actor, given):
        raise Forbidden(NO_CLOSE)
    return ClosablePullRequest(given)


def closable_pull_request(actor: Actor, given: int | str) -> ClosablePullRequest:
    """Give a pull request that the actor is about to close."""
    return closable(actor, commentable_pull_request(actor, given))


def managed(actor: Actor, given: int | str) -> ManagedPullRequest:
    """Give a pull request that the actor is about to change, or `Forbidden`."""
    return _managed(actor, given, NO_EDIT)


def reviewers_of(actor: Actor, given: int | str) -> ReviewersOf:
    """Give a pull request whose reviewers the actor is about to change, or `Forbidden`."""
    return ReviewersOf(_managed(actor, given, NO_REVIEWERS))


def named_users(_actor: Actor, given: Sequence[int | str]) -> list[NamedUser]:
    """Give users by id or exact name, in the order given and in one query; `NotFound` names the first missing."""
    ids, names = ([each for each in given if isinstance(each, kind)] for kind in (int, str))
    found: dict[int | str, User] = {}
    for user in User.objects.filter(Q(pk__in=ids) | Q(username__in=names)):
        found[user.pk] = found[user.username] = user
    for each in given:
        if each not in found:
            raise NotFound(f"user `{each}` does not exist")
    return [NamedUser(found[each]) for each in given]


@dataclass(frozen=True, slots=True)
class Nominee:
    """Somebody who is asked to review, and why (may be empty)."""

    user: NamedUser
    reason: str = ""


def _managed(actor: Actor, given: int | str, refusal: str) -> ManagedPullRequest:
    found = _readable(actor, given, refusal)
    _require_voice(actor)
    if not _is_own(actor, found):
        target = found.target
        if repository_rule.level_on(actor, target.pk, target.owner_id) < Level.ADMIN:
            raise Forbidden(refusal)
    return ManagedPullRequest(CommentablePullRequest(ReadablePullRequest(found)))


def commentable(actor: Actor, repository: Readable) -> CommentableRepository:
    """Give the proof for somebody who has a name and credentials that may change something."""
    _require_voice(actor)
    return CommentableRepository(repository)


def comments_visible_to(actor: Actor) -> QuerySet[Comment]:
    """Give every comment that the actor may read: on changesets he sees, and on pull requests he sees."""
    on_changesets = Q(pull_request__isnull=True, repository__in=visible_to(actor).values("pk"))
    return Comment.objects.filter(on_changesets | Q(pull_request__in=pull_requests_visible_to(actor).values("pk")))


def readable_comment(actor: Actor, given: int | str) -> ReadableComment:
    """Give a comment by its number; hidden ones are not found."""
    wanted = comments_visible_to(actor).filter(pk=given if isinstance(given, int) else -1)
    found = wanted.first()
    if found is None:
        raise NotFound(f"comment `{given}` does not exist")
    return ReadableComment(found)


def _readable(actor: Actor, given: int | str, refusal: str) -> PullRequest:
    row = _by_id.first(id=given) if isinstance(given, int) else None
    if row is None:
        raise NotFound(f"pull request `{given}` does not exist")
    found = pull_request_from(row)
    source: Repository = found.origin or found.target
    if repository_rule.level_on(actor, source.pk, source.owner_id) < Level.READ:
        raise Forbidden(refusal)
    return found


def pull_request_from(row: Sequence[Any]) -> PullRequest:
    """Make a pull request with its owner, origin and target of `PULL_REQUEST_COLUMNS`."""
    found = instance_from(PullRequest, row)
    at = len(columns_of(PullRequest))
    found.target = instance_from(Repository, row, at)
    at += len(columns_of(Repository))
    found.origin = None if found.origin_id is None else instance_from(Repository, row, at)
    at += len(columns_of(Repository))
    found.owner = None if found.owner_id is None else instance_from(User, row, at)
    return found


def _is_own(actor: Actor, given: PullRequest) -> bool:
    return actor.administers or given.owner_id == actor.user_id


def _require_voice(actor: Actor) -> None:
    """Refuse nobody in particular, and credentials that are for reading only."""
    if actor.is_anonymous:
        raise Forbidden("only a known user may comment, vote or propose a pull request")
    if actor.ceiling < Level.WRITE:
        raise Forbidden(f"these credentials allow only {actor.ceiling.label}")
