"""How a new repository comes to be: on disk with its content first, then in the database, or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from django.db import transaction

from belvedere.access.actor import DEFAULT_USER_ID, Actor
from belvedere.access.levels import Level
from belvedere.errors import Invalid, domain_error_from
from belvedere.events.bus import emit
from belvedere.repos import storage
from belvedere.repos.fetch import Place, recorded
from belvedere.repos.happenings import Beginning, RepositoryCreated
from belvedere.repos.models import Following, Repository, RepositoryGrant
from belvedere.repos.places import lock_place
from belvedere.repos.pushes import newest_changeset, tell
from belvedere.vcs.errors import VcsError
from belvedere.vcs.model import Movement
from belvedere.vcs.remote import Remote

Grants = dict[tuple[int | None, int | None], Level]
"""Levels by the ids of a user and of a user group, of which one is None."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a new repository begins with, and on whose behalf it is brought in."""

    source: Remote | Path
    actor: Actor
    way: Literal["import", "fork"]


def create(row: Repository, place: Place, grants: Grants, content: Content | None = None) -> None:
    """Create the directory, bring in the content, then save the row with its grants; the owner follows it.

    Whatever fails leaves nothing behind. The content comes before the name is taken, for it may take hours.
    """
    row.storage = row.storage or storage.new_storage(row.scheme)
    try:
        made = storage.create(row.scheme, row.storage)
        moved = made.pull(content.source) if content else Movement()
        row.last_changeset = newest_changeset(made) if moved else None
        with transaction.atomic():
            save(row, place, grants, content.way if content else "new")
            tell_content(row, content, moved)
    except BaseException as error:
        storage.discard(row.storage)
        if isinstance(error, VcsError):
            raise Invalid(str(domain_error_from(error))) from error
        raise


def tell_content(row: Repository, content: Content | None, moved: Movement) -> None:
    """Store what came in with a new repository, if anything did."""
    if content and moved:
        tell(content.actor.user_id, content.actor.address, recorded(row), moved, content.way)


def save(row: Repository, place: Place, grants: Grants, beginning: Beginning) -> None:
    """Insert the row with its grants, in the current transaction; the owner follows it."""
    lock_place(place)
    row.save(force_insert=True)
    RepositoryGrant.objects.bulk_create(
        RepositoryGrant(target=row, user_id=user, user_group_id=group, level=level)
        for (user, group), level in grants.items()
    )
    Following.objects.create(user=row.owner, repository=row)
    tell_creation(row, beginning)


def tell_creation(row: Repository, beginning: Beginning) -> None:
    """Store that there is a repository that was not there before."""
    parent = row.fork_of.name if row.fork_of is not None else ""
    emit(RepositoryCreated(repository_id=row.pk, name=row.name, scheme=row.scheme, beginning=beginning, parent=parent))


def first_grants(row: Repository, everyone: Level, copied: Iterable[tuple[int | None, int | None, int]] = ()) -> Grants:
    """Give default its level (none if the repository is private) and the owner his; administrators need no row."""
    grants: Grants = {(DEFAULT_USER_ID, None): Level.NONE if row.is_private else everyone}
    if not row.owner.is_administrator:
        grants[(row.owner_id, None)] = Level.ADMIN
    return grants | {(user, group): Level(level) for user, group, level in copied}
