"""What reviewers say of many changesets at once, in short: how it was voted and how much was said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from belvedere.access.actor import Actor
from belvedere.repos.fetch import Readable
from belvedere.reviews.fetch import pull_requests_visible_to
from belvedere.reviews.models import Comment, Verdict

_Votes = dict[object, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Mark:
    """The verdict that the newest votes together make (empty without votes), and the number of comments with words."""

    verdict: str
    comment_count: int


def marks_of(actor: Actor, repository: Readable, raw_ids: Collection[str]) -> dict[str, Mark]:
    """Give the marks of those changesets that have any, in two queries.

    Votes count as in `reviews_of_changeset`; comments are those on the changesets themselves.
    """
    votes: dict[str, _Votes] = defaultdict(dict)
    counts: dict[str, int] = defaultdict(int)
    direct = Comment.objects.filter(repository=repository, raw_id__in=raw_ids, pull_request__isnull=True)
    said: Iterable[Any] = direct.values_list("raw_id", "pk", "vote", "author_id", "author_name", "text")
    for raw_id, pk, vote, author, name, text in said:
        counts[raw_id] += bool(text)
        _note(votes[raw_id], author or name, pk, vote)
    near = pull_requests_visible_to(actor).filter(Q(origin=repository) | Q(target=repository))
    through = Comment.objects.exclude(vote="").filter(
        iteration__changesets__raw_id__in=raw_ids, pull_request__in=near.values("pk")
    )
    voted: Iterable[Any] = through.values_list(
        "iteration__changesets__raw_id", "pk", "vote", "author_id", "author_name"
    )
    for raw_id, pk, vote, author, name in voted:
        if raw_id in raw_ids:
            _note(votes[raw_id], author or name, pk, vote)
    return {
        raw_id: Mark(_verdict({vote for _, vote in votes[raw_id].values()}), counts[raw_id])
        for raw_id in {*votes, *counts}
        if votes[raw_id] or counts[raw_id]
    }


def _note(votes: _Votes, voter: object, pk: int, vote: str) -> None:
    if vote:
        votes[voter] = max(votes.get(voter, (0, "")), (pk, vote))


def _verdict(votes: set[str]) -> str:
    """Give the gravest: one who rejects outweighs all who approve."""
    order = (Verdict.REJECTED, Verdict.UNDER_REVIEW, Verdict.APPROVED)
    return next((each.value for each in order if each.value in votes), "")
