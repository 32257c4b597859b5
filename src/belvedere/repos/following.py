"""Watching repositories: whoever follows one finds what happens there in his journal."""

from __future__ import annotations

from django.db import transaction

from belvedere.access.actor import Member
from belvedere.errors import explained
from belvedere.repos.fetch import Readable
from belvedere.repos.models import Following


def toggle(member: Member, repository: Readable) -> bool:
    """Begin to follow a repository, or stop it; tell whether the member follows it now."""
    with explained(f"failed to follow `{repository.name}`"), transaction.atomic():
        gone, _ = Following.objects.filter(user_id=member.user_id, repository=repository).delete()
        if not gone:
            Following.objects.create(user_id=member.user_id, repository=repository)
    return not gone
