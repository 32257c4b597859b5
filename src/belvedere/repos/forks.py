"""What a repository is a fork of and what was forked from it, as far as somebody may see it."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from belvedere.access.actor import Actor
from belvedere.access.prepared import slot_of
from belvedere.repos.fetch import Readable, visible_query
from belvedere.repos.models import Repository


def _count(repositories: QuerySet[Repository], *, fork_of: int) -> QuerySet[Repository, tuple[int]]:
    return repositories.filter(fork_of=fork_of).values("fork_of").annotate(count=Count("pk")).values_list("count")


def _name(repositories: QuerySet[Repository], *, id: int) -> QuerySet[Repository, tuple[str]]:  # noqa: A002 the column's
    return repositories.filter(pk=id).values_list("name")


_counts = visible_query(_count, slot_of(Repository, "fork_of"))
_names = visible_query(_name, slot_of(Repository, "id"))


def fork_count(actor: Actor, repository: Readable) -> int:
    """Count the forks that the actor may read."""
    return sum(count for (count,) in _counts.rows(actor, fork_of=repository.pk))


def parent_name(actor: Actor, repository: Readable) -> str | None:
    """Give the full name of what the repository is a fork of; None where that is nothing, or hidden from the actor."""
    found = repository.fork_of_id and _names.first(actor, id=repository.fork_of_id)
    return found[0] if found else None
