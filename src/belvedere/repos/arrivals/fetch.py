"""Coming by what arrives: who asked for it sees it and decides about it, and so do administrators."""

from __future__ import annotations

from typing import NewType

from django.db.models import Q, QuerySet

from belvedere.access.actor import Actor
from belvedere.access.levels import Level
from belvedere.access.prepared import Prepared
from belvedere.errors import Forbidden, NotFound
from belvedere.repos.fetch import Administered, ReadableGroup
from belvedere.repos.models import Arrival
from belvedere.repos.names import split

_any = Prepared(lambda: Arrival.objects.filter(repository=None).values_list("pk")[:1])

Arriving = NewType("Arriving", Arrival)
"""Proof that the actor may see how a repository comes to be."""

ManagedArrival = NewType("ManagedArrival", Arriving)
"""Proof that the actor may stop it, or have it tried again."""


def arriving(actor: Actor, path: str) -> Arriving:
    """Give what is to be a repository of this full name; `NotFound` if there is none or it is not the actor's."""
    group, name = split(path)
    within = Q(group__name=group) if group else Q(group=None)
    rows = to_be_seen_by(actor).filter(within, name=name).select_related("group", "user", "source")
    found = rows.first()
    if found is None:
        raise NotFound(f"repository `{path}` does not exist")
    return Arriving(found)


def managed_arrival(actor: Actor, path: str) -> ManagedArrival:
    """As `arriving`; `Forbidden` if the actor's credentials allow less than administering."""
    found = arriving(actor, path)
    if actor.ceiling < Level.ADMIN:
        raise Forbidden(f"{Level.ADMIN.label} access is needed, and these credentials allow only {actor.ceiling.label}")
    return ManagedArrival(found)


def arrivals_in(actor: Actor, group: ReadableGroup | None) -> list[Arriving]:
    """Give what is to be in a group (None: at the top level), as far as it is the actor's, by name."""
    if _any.first() is None:  # as mostly, and this page is everybody's first
        return []
    rows = to_be_seen_by(actor).filter(group=group).select_related("group").order_by("key")
    return [Arriving(each) for each in rows]


def pull_of(repository: Administered) -> Arrival | None:
    """Give the pull that runs in a repository, or ended last."""
    return Arrival.objects.filter(repository_id=repository.pk).select_related("user").first()


def to_be_seen_by(actor: Actor) -> QuerySet[Arrival]:
    """Give the repositories to be that an actor may know of: his own, or every one for an administrator."""
    rows = Arrival.objects.filter(repository=None)
    if actor.is_anonymous or actor.scope.objects is not None or actor.ceiling < Level.READ:
        return rows.none()
    return rows if actor.is_administrator else rows.filter(user_id=actor.user_id)
