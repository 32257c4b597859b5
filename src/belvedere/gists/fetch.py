"""The only way to come by a gist: with the proof of what the actor may do with it. Expired ones are missing."""

from __future__ import annotations

from typing import NewType

from django.db.models import Q, QuerySet
from django.utils import timezone

from belvedere.access.actor import Actor, Member
from belvedere.access.levels import Level
from belvedere.accounts.fetch import VisibleUser
from belvedere.errors import Forbidden, NotFound
from belvedere.gists.models import Gist

ShownGist = NewType("ShownGist", Gist)
"""Proof that the actor may look at a gist: it is public, or he knows its secret."""

ReadableGist = NewType("ReadableGist", ShownGist)
"""Proof that a gist is the actor's, or that he is an administrator: programs get no others."""

ManagedGist = NewType("ManagedGist", ReadableGist)
"""Proof that he may also change and delete it."""

GistAuthor = NewType("GistAuthor", Actor)
"""Proof that the actor may make gists."""


def shown_gist(actor: Actor, given: int | str) -> ShownGist:
    """Give a gist by its access id: a number for a public one, else its secret, which is all it takes."""
    _require_reach(actor)
    return ShownGist(_called(given))


def readable_gist(actor: Actor, given: int | str) -> ReadableGist:
    """As `shown_gist`; others' are not found."""
    return ReadableGist(ShownGist(_gist(actor, given)))


def managed_gist(actor: Actor, given: int | str) -> ManagedGist:
    """As `readable_gist`, for credentials that may change something."""
    found = _gist(actor, given)
    actor.scope.require_level("changing a gist", Level.WRITE)
    return ManagedGist(ReadableGist(ShownGist(found)))


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


def public_gists(actor: Actor) -> QuerySet[Gist]:
    """Give what everybody may find, the newest first."""
    _require_reach(actor)
    return _living().filter(secret=None).order_by("-pk")


def own_gists(member: Member, *, private: bool | None = None) -> QuerySet[Gist]:
    """Give the member's gists, or only the private or the public ones, the newest first."""
    _require_reach(member)
    rows = _living().filter(owner_id=member.user_id).order_by("-pk")
    return rows if private is None else rows.filter(secret__isnull=not private)


def may_manage(actor: Actor, gist: ShownGist) -> bool:
    """Tell whether `managed_gist` would give it: for what a page offers."""
    return not actor.is_anonymous and _is_his(actor, gist) and actor.ceiling >= Level.WRITE


def _gist(actor: Actor, given: int | str) -> Gist:
    _require_reach(actor)
    found = _called(given)
    if not _is_his(actor, found):
        raise NotFound(_missing(given))
    return found


def _called(given: int | str) -> Gist:
    named = Q(pk=given, secret=None) if isinstance(given, int) else Q(secret=given)
    found = _living().filter(named).first()
    if found is None:
        raise NotFound(_missing(given))
    return found


def _is_his(actor: Actor, gist: Gist) -> bool:
    return actor.administers or gist.owner_id == actor.user_id


def _missing(given: int | str) -> str:
    return f"gist `{given}` does not exist"


def _living() -> QuerySet[Gist]:
    return Gist.objects.filter(Q(expires_on=None) | Q(expires_on__gt=timezone.now())).select_related("owner")


def _require_reach(actor: Actor) -> None:
    """Refuse credentials that are narrowed to objects: a gist is none that they could name."""
    if actor.scope.objects is not None:
        raise Forbidden("gists are out of reach of a key that is narrowed to repositories or groups")
