"""The only way to come by a gist: with the proof of what the actor may do with it. Expired ones are missing."""

from __future__ import annotations

from typing import NewType

from django.db.models import Q, QuerySet
from django.utils import timezone

from belvedere.access.actor import Actor
from belvedere.access.levels import Level
from belvedere.accounts.fetch import VisibleUser
from belvedere.errors import Forbidden, NotFound
from belvedere.gists.models import Gist

ReadableGist = NewType("ReadableGist", Gist)
"""Proof that the actor may read a gist: it is his, or he is an administrator."""

ManagedGist = NewType("ManagedGist", ReadableGist)
"""Proof that he may also change and delete it."""

GistAuthor = NewType("GistAuthor", Actor)
"""Proof that the actor may make gists."""


def readable_gist(actor: Actor, given: int | str) -> ReadableGist:
    """Give a gist by its access id: a number for a public one, else its secret; others' are not found."""
    return ReadableGist(_gist(actor, given))


def managed_gist(actor: Actor, given: int | str) -> ManagedGist:
    """As `readable_gist`, for credentials that may change something."""
    found = _gist(actor, given)
    actor.scope.require_level("changing a gist", Level.WRITE)
    return ManagedGist(ReadableGist(found))


def gist_author(actor: Actor) -> GistAuthor:
    """Give the proof to everybody who has a name and credentials that may change something."""
    if actor.is_anonymous:
        raise Forbidden("only a known user may make gists")
    _require_reach(actor)
    actor.scope.require_level("making a gist", Level.WRITE)
    return GistAuthor(actor)


def gists_of(actor: Actor, owner: VisibleUser) -> list[Gist]:
    """Give a user's gists, the newest first."""
    _require_reach(actor)
    return list(_living().filter(owner=owner).order_by("-pk"))


def _gist(actor: Actor, given: int | str) -> Gist:
    _require_reach(actor)
    named = Q(pk=given, secret=None) if isinstance(given, int) else Q(secret=given)
    found = _living().filter(named).first()
    if found is None or not (actor.administers or found.owner_id == actor.user_id):
        raise NotFound(f"gist `{given}` does not exist")
    return found


def _living() -> QuerySet[Gist]:
    return Gist.objects.filter(Q(expires_on=None) | Q(expires_on__gt=timezone.now())).select_related("owner")


def _require_reach(actor: Actor) -> None:
    """Refuse credentials that are narrowed to objects: a gist is none that they could name."""
    if actor.scope.objects is not None:
        raise Forbidden("gists are out of reach of a key that is narrowed to repositories or groups")
