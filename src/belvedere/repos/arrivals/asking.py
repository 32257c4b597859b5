"""Asking for an import, a fork or a pull in the background, asking again, and wanting it no more."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from belvedere.access.actor import Actor, Administrator, Member
from belvedere.errors import Conflict, explained
from belvedere.repos import remotes, storage
from belvedere.repos.actions import RepositorySettings
from belvedere.repos.arrivals.bringing import OVER, queue
from belvedere.repos.arrivals.fetch import ManagedArrival
from belvedere.repos.fetch import Administered, ForkCreator, Place, Readable, RemoteAddress
from belvedere.repos.models import Arrival
from belvedere.repos.names import check_path, key, split
from belvedere.repos.places import lock_place, require_free_path

State = Arrival.State
STOPPED = "it was stopped"
STOPPED_BY_ADMINISTRATOR = "an administrator stopped it"


def import_later(
    actor: Member, place: Place, scheme: str, given: RepositorySettings, remote: RemoteAddress, *, copy: bool = False
) -> Arrival:
    """Have a repository imported; its owner will be the actor. With `copy` it begins with its group's grants.

    Whether the address may be connected to is looked at now, and again when it is.
    """
    with explained(f"failed to create repository `{place.path}`"):
        remotes.reachable(remote, scheme)
        row = _row(actor, place, scheme, Arrival.Way.IMPORT, given, copy=copy)
        remotes.keep(row, remote)
        return _begun(row, place)


def fork_later(
    actor: ForkCreator, source: Readable, place: Place, given: RepositorySettings, *, copy: bool = False
) -> Arrival:
    """Have a repository forked; its owner will be the actor. With `copy` it begins with the same grants."""
    with explained(f"failed to fork repository `{source.name}` as `{place.path}`"):
        row = _row(actor, place, source.scheme, Arrival.Way.FORK, given, copy=copy)
        row.source = source
        return _begun(row, place)


def pull_later(actor: Actor, repository: Administered) -> Arrival:
    """Have a repository pulled from its own address; `Conflict` if that is being done already."""
    row = Arrival(
        way=Arrival.Way.PULL,
        user_id=actor.user_id,
        address=actor.address,
        repository=repository,
        scheme=repository.scheme,
        remote_uri=repository.remote_uri,
    )
    with explained(f"Unable to pull changes from `{repository.name}`"):
        remotes.stored(repository)
        with transaction.atomic():
            last = Arrival.objects.select_for_update().filter(repository=repository).first()
            if last is not None and last.state not in OVER:
                raise Conflict(f"`{repository.name}` is being pulled already")
            Arrival.objects.filter(repository=repository).delete()
            row.save(force_insert=True)
            queue(row)
    return row


def try_again(arrival: ManagedArrival, remote: RemoteAddress | None = None) -> None:
    """Have what failed done anew, from another address if one is given; `Conflict` if it did not fail."""
    changed: dict[str, Any] = {"state": State.WAITING, "told": "", "progress": None, "asked_on": timezone.now()}
    if remote is not None:
        with explained(f"failed to create repository `{arrival.path}`"):
            remotes.reachable(remote, arrival.scheme)
        remotes.keep(arrival, remote)
        changed |= {"remote_uri": arrival.remote_uri, "remote_secret": arrival.remote_secret}
    with transaction.atomic():
        if not Arrival.objects.filter(pk=arrival.pk, state=State.FAILED).update(**changed):
            raise Conflict(f"`{arrival.path}` is on its way already")
        queue(arrival)


def forget(arrival: ManagedArrival) -> None:
    """Want it no more: what runs notices within seconds, stops and clears away what it had."""
    if Arrival.objects.filter(pk=arrival.pk).delete()[0]:
        storage.discard(arrival.storage)  # where a crash at the very end may have left it


def stop_pull(repository: Administered) -> bool:
    """Stop a pull; tell whether one was under way."""
    return _stop(Arrival.objects.filter(repository=repository), STOPPED)


def stop_job(_administrator: Administrator, job_id: UUID) -> bool:
    """Stop what a job works on, or will; tell whether it was under way."""
    return _stop(Arrival.objects.filter(job_id=job_id), STOPPED_BY_ADMINISTRATOR)


def _stop(rows: QuerySet[Arrival], reason: str) -> bool:
    """Have it count as failed unless it is over: what runs notices within seconds, and what waits does nothing."""
    stopped = {"state": State.FAILED, "told": reason, "ended_on": timezone.now(), "job_id": None}
    return bool(rows.exclude(state__in=OVER).update(**stopped))


def _row(
    actor: Actor, place: Place, scheme: str, way: Arrival.Way, given: RepositorySettings, *, copy: bool
) -> Arrival:
    require_free_path(place.path)
    name = split(check_path(place.path))[1]
    return Arrival(
        way=way,
        user_id=actor.user_id,
        address=actor.address,
        group=place.group,
        name=name,
        key=key(name),
        scheme=scheme,
        storage=storage.new_storage(scheme),
        plan={
            "description": given.description,
            "is_private": given.is_private,
            "landing": given.landing,
            "copy_permissions": copy,
        },
    )


def _begun(row: Arrival, place: Place) -> Arrival:
    with transaction.atomic():
        lock_place(place)
        row.save(force_insert=True)
        queue(row)
    return row
