"""The job that brings in what is to arrive: whole, moved into place at once, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from belvedere.access.actor import Actor, acting
from belvedere.accounts.fetch import own_ownership, still_active
from belvedere.errors import DomainError, NotFound, domain_error_from
from belvedere.jobs import LONG, TaskContext, job
from belvedere.repos import remotes, storage
from belvedere.repos.actions import RepositorySettings, grants_of_fork, grants_of_new, new_fork, new_row
from belvedere.repos.arrivals.watching import Ending, Unwanted, Watching
from belvedere.repos.creation import Content, Grants, save, tell_content
from belvedere.repos.fetch import Place, administered, place_for_repository, readable
from belvedere.repos.landing import Landing
from belvedere.repos.models import Arrival, Repository
from belvedere.repos.pulling import pull_again
from belvedere.repos.pushes import newest_changeset
from belvedere.vcs.errors import VcsError
from belvedere.vcs.progress import Progress, Step

State = Arrival.State
OVER = (State.FAILED, State.DONE)
LAST = -100
"""The lowest priority that a job can have."""
OUR_FAULT = "something went wrong on this server; its administrators find it among the jobs that failed"
SOURCE_GONE = "the repository that was to be forked is not there any more"


@job(queue_name=LONG, takes_context=True)
def bring_in(context: TaskContext, arrival_id: int) -> None:
    """Do what was asked for, from the beginning; nothing if it is another job's by now, or is wanted no more."""
    arrival = _taken(arrival_id, UUID(context.task_result.id))
    if arrival is None:
        return
    try:
        actor = still_active(arrival.user_id, arrival.address)
        with acting(actor):
            WAYS[Arrival.Way(arrival.way)](actor, arrival, Watching(arrival))
    except Unwanted:
        return
    except (DomainError, VcsError) as error:
        _end(arrival, State.FAILED, told=_reason(error))
    except Ending:
        queue_again(arrival)
    except BaseException:
        _end(arrival, State.FAILED, told=OUR_FAULT)
        raise


def queue(arrival: Arrival) -> None:
    """Have it done by a new job, in the current transaction; one that it had before has nothing to do any more.

    The more somebody has on its way already, the further behind it goes: nobody waits for all that another one wants.
    """
    others = Arrival.objects.filter(user_id=arrival.user_id).exclude(pk=arrival.pk).exclude(state__in=OVER).count()
    queued = bring_in.using(priority=max(-others, LAST)).enqueue(arrival.pk)
    Arrival.objects.filter(pk=arrival.pk).update(job_id=queued.id)


def queue_again(arrival: Arrival) -> None:
    """Have it done from the beginning by a new job, if it is still wanted: the one that it had ends, or is lost."""
    with transaction.atomic():
        mine = Arrival.objects.filter(pk=arrival.pk, job_id=arrival.job_id).exclude(state__in=OVER)
        if mine.update(state=State.WAITING, progress=None):
            queue(arrival)


def _taken(arrival_id: int, job_id: UUID) -> Arrival | None:
    mine = Arrival.objects.filter(pk=arrival_id, job_id=job_id).exclude(state=State.DONE)
    mine.update(state=State.RUNNING, began_on=timezone.now(), ended_on=None, progress=None, told="")
    return mine.select_related("group", "source", "user").first()


def _end(arrival: Arrival, state: Arrival.State, **more: object) -> None:
    """Say how it ended, unless somebody has stopped it meanwhile."""
    running = Arrival.objects.filter(pk=arrival.pk, job_id=arrival.job_id, state=State.RUNNING)
    running.update(state=state, ended_on=timezone.now(), **more)


def _reason(error: DomainError | VcsError) -> str:
    """Give the reason alone: what was tried stands beside it."""
    said = error if isinstance(error, DomainError) else domain_error_from(error)
    return said.message.removeprefix(f"{said.summary}: ")


def _import(actor: Actor, arrival: Arrival, watch: Watching) -> None:
    place = place_for_repository(actor, arrival.path)
    row = new_row(place, arrival.scheme, own_ownership(actor), _settings(arrival))
    row.remote_uri, row.remote_secret = arrival.remote_uri, arrival.remote_secret
    grants = grants_of_new(row, place, copy_permissions=arrival.plan["copy_permissions"])
    _arrive(arrival, row, place, grants, Content(remotes.stored(arrival), actor, "import"), watch)


def _fork(actor: Actor, arrival: Arrival, watch: Watching) -> None:
    if arrival.source_id is None:
        raise NotFound(SOURCE_GONE)
    source = readable(actor, arrival.source_id)
    place = place_for_repository(actor, arrival.path)
    row = new_fork(source, place, own_ownership(actor), _settings(arrival))
    grants = grants_of_fork(row, source, copy_permissions=arrival.plan["copy_permissions"])
    _arrive(arrival, row, place, grants, Content(storage.place_of(source), actor, "fork"), watch)


def _pull(actor: Actor, arrival: Arrival, watch: Watching) -> None:
    if arrival.repository_id is None:
        raise NotFound("there is no such repository any more")
    movement = pull_again(actor, administered(actor, arrival.repository_id), watch)
    _end(arrival, State.DONE, progress={"changesets": movement.count, "names": len(movement.refs)})


WAYS: dict[Arrival.Way, Callable[[Actor, Arrival, Watching], None]] = {
    Arrival.Way.IMPORT: _import,
    Arrival.Way.FORK: _fork,
    Arrival.Way.PULL: _pull,
}


def _settings(arrival: Arrival) -> RepositorySettings:
    landing = arrival.plan["landing"]
    return RepositorySettings(
        description=arrival.plan["description"],
        is_private=arrival.plan["is_private"],
        landing=None if landing is None else Landing(*landing),
    )


def _arrive(arrival: Arrival, row: Repository, place: Place, grants: Grants, content: Content, watch: Watching) -> None:
    """Bring the content into a draft; then it is moved into place, and its row stands for it, in one transaction.

    The place on disk was chosen at the beginning: what a crash after the move left there is found by it.
    """
    storage.clear_drafts(of=arrival.pk)
    storage.discard(arrival.storage)
    row.storage = arrival.storage
    draft = storage.create_draft(arrival.scheme, arrival.pk)
    try:
        watch(Progress(Step.PREPARING))
        moved = draft.pull(content.source, watch)
        row.last_changeset = newest_changeset(draft) if moved else None
        storage.settle(draft.path, row.storage)
        with transaction.atomic():
            if not Arrival.objects.filter(pk=arrival.pk, state=State.RUNNING, job_id=arrival.job_id).delete()[0]:
                raise Unwanted
            save(row, place, grants, content.way)
            tell_content(row, content, moved)
    except BaseException:
        storage.discard(row.storage)
        raise
    finally:
        storage.clear_drafts(of=arrival.pk)
