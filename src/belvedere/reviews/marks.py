"""What reviewers say of many changesets at once, in short: how it was voted and how much was said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import IntegerField, Q

from belvedere.access.actor import Actor
from belvedere.access.prepared import Prepared, PreparedForIds, Slot
from belvedere.repos.fetch import Readable
from belvedere.reviews.fetch import pull_requests_visible_to
from belvedere.reviews.models import Comment, IterationChangeset, Verdict

_Votes = dict[object, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Mark:
    """The verdict that the newest votes together make (empty without votes), and the number of comments with words."""

    verdict: str
    comment_count: int


_any_said = Prepared(
    lambda: Comment.objects.filter(
        repository=Slot("repository", IntegerField()), pull_request__isnull=True
    ).values_list("pk")[:1]
)
_proposed = PreparedForIds("raw_id", lambda: IterationChangeset.objects.values_list("raw_id"))


def marks_of(actor: Actor, repository: Readable, raw_ids: Collection[str]) -> dict[str, Mark]:
    """Give the marks of those changesets that have any, in at most four queries.

    Votes count as in `reviews_of_changeset`; comments are those on the changesets themselves.
    """
    votes: dict[str, _Votes] = defaultdict(dict)
    counts: dict[str, int] = defaultdict(int)
    if _any_said.first(repository=repository.pk):
        direct = Comment.objects.filter(repository=repository, raw_id__in=raw_ids, pull_request__isnull=True)
        said: Iterable[Any] = direct.values_list("raw_id", "pk", "vote", "author_id", "author_name", "text")
        for raw_id, pk, vote, author, name, text in said:
            counts[raw_id] += bool(text)
            _note(votes[raw_id], author or name, pk, vote)
    for raw_id, pk, vote, author, name in _through_pull_requests(actor, repository, raw_ids):
        _note(votes[raw_id], author or name, pk, vote)
    return {
        raw_id: Mark(_verdict({vote for _, vote in votes[raw_id].values()}), counts[raw_id])
        for raw_id in {*votes, *counts}
        if votes[raw_id] or counts[raw_id]
    }


def _through_pull_requests(actor: Actor, repository: Readable, raw_ids: Collection[str]) -> Iterable[Any]:
    """Give votes on pull requests from or into the repository, once for each changeset that they are about."""
    proposed = {raw_id for (raw_id,) in _proposed.rows(bytes.fromhex(each) for each in raw_ids)}
    if not proposed:
        return ()
    near = pull_requests_visible_to(actor).filter(Q(origin=repository) | Q(target=repository))
    votes = Comment.objects.exclude(vote="").filter(
        iteration__changesets__raw_id__in=proposed, pull_request__in=near.values("pk")
    )
    columns = ("iteration__changesets__raw_id", "pk", "vote", "author_id", "author_name")
    return (row for row in votes.values_list(*columns) if row[0] in proposed)


def _note(votes: _Votes, voter: object, pk: int, vote: str) -> None:
    if vote:
        votes[voter] = max(votes.get(voter, (0, "")), (pk, vote))


def _verdict(votes: set[str]) -> str:
    """Give the gravest: one who rejects outweighs all who approve."""
    order = (Verdict.REJECTED, Verdict.UNDER_REVIEW, Verdict.APPROVED)
    return next((each.value for each in order if each.value in votes), "")
