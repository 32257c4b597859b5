"""Watching repositories: whoever follows one finds what happens there in his journal."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Count, QuerySet

from belvedere.access.actor import Actor, Member
from belvedere.access.prepared import Prepared, slot_of
from belvedere.errors import explained
from belvedere.repos.fetch import Readable
from belvedere.repos.models import Following


def _followings() -> QuerySet[Following]:
    return Following.objects.filter(repository=slot_of(Following, "repository"))


_own = Prepared(lambda: _followings().filter(user=slot_of(Following, "user")).values_list("pk"))
_counts = Prepared(lambda: _followings().values("repository").annotate(count=Count("pk")).values_list("count"))


def follows(actor: Actor, repository: Readable) -> bool:
    """Tell whether the actor follows the repository; who is not known follows nothing."""
    return not actor.is_anonymous and bool(_own.rows(user=actor.user_id, repository=repository.pk))


def follower_count(repository: Readable) -> int:
    """Count who follows the repository."""
    return sum(count for (count,) in _counts.rows(repository=repository.pk))


def toggle(member: Member, repository: Readable) -> bool:
    """Begin to follow a repository, or stop it; tell whether the member follows it now."""
    with explained(f"failed to follow `{repository.name}`"), transaction.atomic():
        gone, _ = Following.objects.filter(user_id=member.user_id, repository=repository).delete()
        if not gone:
            Following.objects.create(user_id=member.user_id, repository=repository)
    return not gone
