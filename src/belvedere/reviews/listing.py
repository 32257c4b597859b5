"""Pull requests and comments in numbers: a constant number of queries, however many are shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.db.models import F, Q, QuerySet

from belvedere.access.actor import Actor
from belvedere.accounts.models import User
from belvedere.repos.fetch import Readable
from belvedere.reviews.fetch import comments_visible_to, pull_requests_visible_to
from belvedere.reviews.models import Comment, IterationChangeset, PullRequest, Reviewer, Status

Direction = Literal["into", "from", "both"]


@dataclass(frozen=True, slots=True)
class Sight:
    """A pull request with all that is shown of it: reviewers by name, comments and changesets oldest first."""

    row: PullRequest
    reviewers: Sequence[Reviewer] = ()
    comments: Sequence[Comment] = ()
    changesets: Sequence[str] = ()

    @property
    def votes(self) -> list[Comment]:
        """The comments that say a vote, oldest first."""
        return [each for each in self.comments if each.vote]

    @property
    def current_votes(self) -> dict[int, str]:
        """The newest vote of each user on the current iteration, by the user's id."""
        current = [each for each in self.votes if each.iteration and each.iteration.number == self.row.iteration_count]
        return {each.author_id: each.vote for each in current if each.author_id is not None}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pull requests; every field narrows further."""

    repository: Readable | None = None
    direction: Direction = "into"
    status: Status | None = None
    owner: User | None = None
    reviewer: User | None = None


@dataclass(slots=True)
class _Parts:
    reviewers: dict[int, list[Reviewer]] = field(default_factory=lambda: defaultdict(list))
    comments: dict[int | None, list[Comment]] = field(default_factory=lambda: defaultdict(list))
    changesets: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))


def pull_requests_into(actor: Actor, repository: Readable) -> list[Sight]:
    """Give all pull requests into a repository that the actor may read, closed ones too, oldest first."""
    return sights(pull_requests_visible_to(actor).filter(target=repository).order_by("pk"))


def found_pull_requests(actor: Actor, wanted: Wanted, offset: int, limit: int) -> list[Sight]:
    """Give a page of pull requests that the actor may read, newest first."""
    rows = pull_requests_visible_to(actor)
    if wanted.repository is not None:
        ways = {"into": Q(target=wanted.repository), "from": Q(origin=wanted.repository)}
        rows = rows.filter(ways.get(wanted.direction) or (ways["into"] | ways["from"]))
    if wanted.status is not None:
        rows = rows.filter(status=wanted.status)
    if wanted.owner is not None:
        rows = rows.filter(owner=wanted.owner)
    if wanted.reviewer is not None:
        rows = rows.filter(reviewers__user=wanted.reviewer)
    return sights(rows.order_by("-pk")[offset : offset + limit])


def sights(rows: QuerySet[PullRequest]) -> list[Sight]:
    """Give pull requests with what is shown of them, in four queries."""
    return _seen(list(rows.select_related("owner", "origin", "target")))


def sight(row: PullRequest) -> Sight:
    """Give one pull request with what is shown of it."""
    return _seen([row])[0]


def comments_on(pull_request: PullRequest) -> list[Comment]:
    """Give what was said of a pull request, oldest first."""
    rows = Comment.objects.filter(pull_request=pull_request)
    return list(rows.select_related("author", "iteration").order_by("pk"))


def found_comments(
    actor: Actor, repository: Readable, raw_id: str | None, author: User | None, offset: int, limit: int
) -> list[Comment]:
    """Give a page of what was said in a repository, on its changesets and on pull requests into it, oldest first."""
    rows = comments_visible_to(actor).filter(repository=repository)
    if raw_id is not None:
        rows = rows.filter(raw_id=raw_id)
    if author is not None:
        rows = rows.filter(author=author)
    return list(rows.select_related("author", "iteration").order_by("pk")[offset : offset + limit])


def reviews_of_changeset(actor: Actor, repository: Readable, raw_id: str) -> list[Comment]:
    """Give the newest vote of each user on a changeset, newest first.

    A vote on a pull request from or into the repository is one on each changeset of its iteration.
    """
    votes = Comment.objects.exclude(vote="").select_related("author")
    direct = votes.filter(repository=repository, raw_id=raw_id, pull_request__isnull=True)
    near = pull_requests_visible_to(actor).filter(Q(origin=repository) | Q(target=repository))
    through = votes.filter(iteration__changesets__raw_id=raw_id, pull_request__in=near.values("pk"))
    newest: dict[object, Comment] = {}
    for vote in sorted([*direct, *through], key=lambda each: -each.pk):
        newest.setdefault(vote.author_id or vote.author_name, vote)
    return list(newest.values())


def _seen(rows: list[PullRequest]) -> list[Sight]:
    parts = _parts([row.pk for row in rows]) if rows else _Parts()
    return [Sight(row, parts.reviewers[row.pk], parts.comments[row.pk], parts.changesets[row.pk]) for row in rows]


def _parts(ids: Iterable[int]) -> _Parts:
    parts, ids = _Parts(), list(ids)
    for reviewer in Reviewer.objects.filter(pull_request__in=ids).select_related("user").order_by("user__username"):
        parts.reviewers[reviewer.pull_request_id].append(reviewer)
    said = Comment.objects.filter(pull_request__in=ids).select_related("author", "iteration").order_by("pk")
    for comment in said:
        parts.comments[comment.pull_request_id].append(comment)
    current = IterationChangeset.objects.filter(
        iteration__pull_request__in=ids, iteration__number=F("iteration__pull_request__iteration_count")
    )
    for number, raw_id in current.order_by("iteration", "position").values_list("iteration__pull_request", "raw_id"):
        parts.changesets[number].append(str(raw_id))
    return parts
