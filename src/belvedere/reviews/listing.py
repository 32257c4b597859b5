"""Pull requests and comments in numbers: a constant number of queries, however many are shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from django.db.models import F, Q, QuerySet

from belvedere.access.actor import Actor
from belvedere.access.prepared import PreparedForIds
from belvedere.accounts.models import User
from belvedere.repos.fetch import Readable
from belvedere.reviews.fetch import (
    PULL_REQUEST_COLUMNS,
    comments_visible_to,
    pull_request_from,
    pull_requests_visible_to,
)
from belvedere.reviews.models import Comment, IterationChangeset, PullRequest, Reviewer, Status

Direction = Literal["into", "from", "both"]


class Said(NamedTuple):
    """A comment as it is shown; `iteration` is a number, None on a changeset."""

    comment_id: int
    pull_request_id: int | None
    raw_id: str
    author_id: int | None
    present_name: str | None
    name_then: str
    text: str
    path: str
    line: str
    vote: str
    iteration: int | None
    created_on: datetime
    modified_on: datetime

    @property
    def username(self) -> str:
        """Who said it, or was called so before he was deleted."""
        return self.present_name or self.name_then


SAID = (
    "pk",
    "pull_request_id",
    "raw_id",
    "author_id",
    "author__username",
    "author_name",
    "text",
    "path",
    "line",
    "vote",
    "iteration__number",
    "created_on",
    "modified_on",
)


class Asked(NamedTuple):
    """A reviewer as shown."""

    pull_request_id: int
    user_id: int
    username: str
    reason: str


@dataclass(frozen=True, slots=True)
class Sight:
    """A pull request with all that is shown of it: reviewers by name, comments and changesets oldest first."""

    row: PullRequest
    reviewers: Sequence[Asked] = ()
    comments: Sequence[Said] = ()
    changesets: Sequence[str] = ()

    @property
    def votes(self) -> list[Said]:
        """The comments that say a vote, oldest first."""
        return [each for each in self.comments if each.vote]

    @property
    def current_votes(self) -> dict[int, str]:
        """The newest vote of each user on the current iteration, by the user's id."""
        current = [each for each in self.votes if each.iteration == self.row.iteration_count]
        return {each.author_id: each.vote for each in current if each.author_id is not None}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pull requests; every field narrows further."""

    repository: Readable | None = None
    direction: Direction = "into"
    status: Status | None = None
    owner: User | None = None
    reviewer: User | None = None


_reviewers = PreparedForIds(
    "pull_request_id",
    lambda: Reviewer.objects.order_by("user__username").values_list(
        "pull_request_id", "user_id", "user__username", "reason"
    ),
)
_comments = PreparedForIds("pull_request_id", lambda: Comment.objects.order_by("pk").values_list(*SAID))
_changesets = PreparedForIds(
    "iteration__pull_request_id",
    lambda: (
        IterationChangeset.objects.filter(iteration__number=F("iteration__pull_request__iteration_count"))
        .order_by("iteration", "position")
        .values_list("iteration__pull_request_id", "raw_id")
    ),
)


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
    """Give pull requests with what is shown of them: a query for them and three for every 512 of them."""
    return _seen([pull_request_from(row) for row in rows.values_list(*PULL_REQUEST_COLUMNS)])


def sight(row: PullRequest) -> Sight:
    """Give one pull request with what is shown of it."""
    return _seen([row])[0]


def comments_on(pull_request: PullRequest) -> list[Said]:
    """Give what was said of a pull request, oldest first."""
    return [Said(*row) for row in _comments.rows([pull_request.pk])]


def said(comment: Comment) -> Said:
    """Give one comment as it is shown."""
    return Said(*Comment.objects.filter(pk=comment.pk).values_list(*SAID)[0])


def found_comments(
    actor: Actor, repository: Readable, raw_id: str | None, author: User | None, offset: int, limit: int
) -> list[Said]:
    """Give a page of what was said in a repository, on its changesets and on pull requests into it, oldest first."""
    rows = comments_visible_to(actor).filter(repository=repository)
    if raw_id is not None:
        rows = rows.filter(raw_id=raw_id)
    if author is not None:
        rows = rows.filter(author=author)
    return [Said(*row) for row in rows.order_by("pk").values_list(*SAID)[offset : offset + limit]]


def reviews_of_changeset(actor: Actor, repository: Readable, raw_id: str) -> list[Said]:
    """Give the newest vote of each user on a changeset, newest first.

    A vote on a pull request from or into the repository is one on each changeset of its iteration.
    """
    votes = Comment.objects.exclude(vote="").values_list(*SAID)
    direct = votes.filter(repository=repository, raw_id=raw_id, pull_request__isnull=True)
    near = pull_requests_visible_to(actor).filter(Q(origin=repository) | Q(target=repository))
    through = votes.filter(iteration__changesets__raw_id=raw_id, pull_request__in=near.values("pk"))
    newest: dict[int | str, Said] = {}
    for vote in sorted((Said(*row) for row in (*direct, *through)), key=lambda each: -each.comment_id):
        newest.setdefault(vote.author_id or vote.name_then, vote)
    return list(newest.values())


def _seen(rows: list[PullRequest]) -> list[Sight]:
    ids = [row.pk for row in rows]
    asked: dict[int, list[Asked]] = defaultdict(list)
    for reviewer in _reviewers.rows(ids):
        asked[reviewer[0]].append(Asked(*reviewer))
    words: dict[int | None, list[Said]] = defaultdict(list)
    for comment in _comments.rows(ids):
        words[comment[1]].append(Said(*comment))
    changesets: dict[int, list[str]] = defaultdict(list)
    for pk, raw_id in _changesets.rows(ids):
        changesets[pk].append(raw_id)
    return [Sight(row, asked[row.pk], words[row.pk], changesets[row.pk]) for row in rows]
