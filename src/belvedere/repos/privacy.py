"""What a repository's privacy does to who changes it."""

from __future__ import annotations

from belvedere.access.actor import Actor
from belvedere.access.levels import Level
from belvedere.access.rules import SOURCES
from belvedere.repos.fetch import Administered, repository_rule


def would_shut_out(actor: Actor, repository: Administered) -> bool:
    """Tell whether the actor administers a repository only because everyone does: what a private one takes from him."""
    if repository.is_private:
        return False
    reasons = repository_rule.reasons(actor, repository.pk)
    return all(each.source == SOURCES["default"] for each in reasons if each.level == Level.ADMIN)
