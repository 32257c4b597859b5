"""Bringing repositories up to date: from where they are pulled, and with what lies on their own disk."""

from __future__ import annotations

from belvedere.access.actor import Actor, Administrator
from belvedere.errors import explained
from belvedere.repos import remotes
from belvedere.repos.fetch import Administered, Readable, RemoteAddress, Writable
from belvedere.repos.models import Repository
from belvedere.repos.pushes import announce, newest_changeset, record
from belvedere.repos.storage import open_repository
from belvedere.vcs.errors import RemoteUnusable
from belvedere.vcs.model import Movement
from belvedere.vcs.progress import CalledOff, Watch, unwatched
from belvedere.vcs.remote import Remote
from belvedere.vcs.wire import Intent


def pull(administrator: Administrator, repository: Writable, address: RemoteAddress | None = None) -> Movement:
    """Pull from the given address, or from the repository's own; what moved is recorded as a push is.

    It is announced before, so that after a crash it is recorded at the next start.
    """
    with explained(f"Unable to pull changes from `{repository.name}`"):
        source = remotes.reachable(address, repository.scheme) if address else remotes.stored(repository)
        return _pull(administrator, repository, source)


def pull_again(actor: Actor, repository: Administered, watch: Watch = unwatched) -> Movement:
    """As `pull`, from the repository's own address alone, which who administers it may also choose."""
    with explained(f"Unable to pull changes from `{repository.name}`"):
        return _pull(actor, repository, remotes.stored(repository), watch)


def refresh(actor: Actor, repository: Writable) -> Movement:
    """Read what is on disk anew: numbers, names and the newest changeset; record what nobody was told yet."""
    opened = open_repository(repository)
    movement = opened.catch_up()
    record(actor.user_id, actor.address, repository, movement)
    Repository.objects.filter(pk=repository.pk).update(last_changeset=newest_changeset(opened))
    return movement


def _pull(actor: Actor, repository: Writable, source: Remote, watch: Watch = unwatched) -> Movement:
    note = announce(actor, repository, Intent())
    opened = open_repository(repository)
    try:
        movement = opened.pull(source, watch)
    except RemoteUnusable:
        _record(actor, repository, Movement(), note)
        raise
    except CalledOff:  # too late, maybe
        _record(actor, repository, opened.catch_up(), note)
        raise
    _record(actor, repository, movement, note)
    return movement


def _record(actor: Actor, repository: Readable, movement: Movement, note: int) -> None:
    record(actor.user_id, actor.address, repository, movement, note, "pull")
