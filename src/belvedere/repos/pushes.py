"""What follows a push at once: it is announced before, and recorded with the event after, so that no crash loses it."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from typing import Literal

from django.db import transaction
from django.utils import timezone

from belvedere.access.actor import Actor
from belvedere.events.bus import Happening, emit
from belvedere.repos.fetch import Readable, Writable
from belvedere.repos.models import PushIntent, Repository
from belvedere.repos.storage import open_repository
from belvedere.text.paths import shown
from belvedere.vcs.errors import EmptyRepository
from belvedere.vcs.model import Changeset, Movement
from belvedere.vcs.repository import Repository as VcsRepository
from belvedere.vcs.wire import Intent

MOST_REFS = 1000

Way = Literal["push", "pull", "import", "fork"]


@dataclass(frozen=True, kw_only=True)
class Pushed(Happening):
    """Changesets came in or names moved: new ones have the numbers `first_revision` to `last_revision` (None: no new).

    `way` is `push` from a client, `pull` from a remote address, or `import` or `fork` at creation. `refs` lists what
    moved as `[kind, name, old, new]`, at most 1,000 of them; `ref_count` tells how many there were.
    """

    address: str
    way: Way = "push"
    first_revision: int | None
    last_revision: int | None
    ref_count: int
    refs: list[list[str | None]] = field(default_factory=list)


def announce(actor: Actor, repository: Writable, intent: Intent) -> int:
    """Note durably what a push is about to do; give the note's id. Too many names to note mean all there are."""
    names = intent.names if len(intent.names) <= MOST_REFS else ()
    note = PushIntent.objects.create(
        repository=repository,
        user_id=actor.user_id,
        address=actor.address,
        names=[_storable(name) for name in names],
        node=socket.gethostname(),
    )
    return note.pk


def record(
    actor_id: int | None,
    address: str,
    repository: Readable,
    movement: Movement,
    note: int | None = None,
    way: Way = "push",
) -> None:
    """Bring the repository's row up to date, store the event and strike the note, all or nothing."""
    newest = newest_changeset(open_repository(repository)) if movement else None
    with transaction.atomic():
        if movement:
            Repository.objects.filter(pk=repository.pk).update(last_changeset=newest, updated_on=timezone.now())
            tell(actor_id, address, repository, movement, way)
        if note is not None:
            PushIntent.objects.filter(pk=note).delete()


def tell(actor_id: int | None, address: str, repository: Readable, movement: Movement, way: Way) -> None:
    """Store the event."""
    emit(
        Pushed(
            actor_id=actor_id,
            repository_id=repository.pk,
            address=address,
            way=way,
            first_revision=movement.first_revision,
            last_revision=movement.last_revision,
            ref_count=len(movement.refs),
            refs=[[each.kind, shown(each.name), each.old, each.new] for each in movement.refs[:MOST_REFS]],
        )
    )


def names_of(note: PushIntent) -> tuple[str, ...]:
    """Give the names that a note announced, as the wire gave them."""
    return tuple(name.encode("latin-1").decode("utf-8", "surrogateescape") for name in note.names)


def _storable(name: str) -> str:
    """Give a name's bytes as characters: no database takes the halves that stand for what is not UTF-8."""
    return name.encode("utf-8", "surrogateescape").decode("latin-1")


def newest_changeset(repository: VcsRepository) -> dict[str, object] | None:
    """Give what a row keeps of the newest changeset, None for an empty repository."""
    try:
        return summary(repository.changeset("tip"))
    except EmptyRepository:
        return None


def summary(changeset: Changeset) -> dict[str, object]:
    """Give a changeset as JSON values; the date in seconds since the epoch."""
    return {
        "raw_id": changeset.raw_id,
        "revision": changeset.revision,
        "message": changeset.message.replace("\0", "\ufffd"),  # PostgreSQL's JSON has no NUL
        "author": changeset.author.replace("\0", "\ufffd"),
        "date": changeset.date,
    }
