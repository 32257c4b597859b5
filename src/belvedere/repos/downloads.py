"""What is known of archives that people take away."""

from __future__ import annotations

from dataclasses import dataclass

from belvedere.access.actor import Actor
from belvedere.events.bus import Happening, emit
from belvedere.repos.fetch import Readable


@dataclass(frozen=True, kw_only=True)
class ArchiveDownloaded(Happening):
    """Somebody took a tree away as one file, called `filename`."""

    filename: str
    raw_id: str


def note_download(actor: Actor, repository: Readable, filename: str, raw_id: str) -> None:
    """Store that an archive is about to be sent."""
    emit(
        ArchiveDownloaded(
            actor_id=actor.user_id,
            repository_id=repository.pk,
            filename=filename,
            raw_id=raw_id,
        )
    )
