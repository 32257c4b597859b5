"""Comparing the database with the directory of repositories: what lies there unknown, and what is missing."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import IntegrityError, transaction

from belvedere.access.actor import Administrator
from belvedere.accounts.fetch import NewOwner, default_level, first_administrator
from belvedere.errors import Conflict, DomainError, Unavailable
from belvedere.events.bus import emit
from belvedere.repos import storage
from belvedere.repos.actions import RepositorySettings, new_row
from belvedere.repos.creation import first_grants, save
from belvedere.repos.fetch import Place, place_for_group, place_for_repository, recorded
from belvedere.repos.groups import create_repository_group
from belvedere.repos.happenings import RepositoryForgotten, Rescanned
from belvedere.repos.models import Repository, RepositoryGroup
from belvedere.repos.names import GIT_SUFFIX, key, split
from belvedere.repos.pushes import newest_changeset, tell
from belvedere.vcs.backends import BACKENDS
from belvedere.vcs.errors import VcsError

log = logging.getLogger(__name__)

DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Rescan:
    """Full names, in order: what was adopted, and what is missing on disk."""

    added: list[str]
    removed: list[str]


def rescan(administrator: Administrator, *, remove_obsolete: bool = False) -> Rescan:
    """Adopt repositories that lie below the root under a name of their own, and name those whose directory is gone.

    Adopted are directories of Mercurial and bare ones of Git; the directories above them become groups, and the first
    administrator owns what is new. Nothing is moved or removed on disk. With `remove_obsolete` the rows of missing
    repositories are deleted.
    """
    _check_root()
    owner = first_administrator(administrator)
    known = set(Repository.objects.values_list("storage", flat=True))
    added = []
    for scheme, place in _unknown(known):
        try:
            added.append(_adopt(administrator, owner, scheme, place))
        except (DomainError, VcsError, IntegrityError) as error:
            log.warning("%s is not adopted: %s", place, error)
    missing = {pk: name for pk, name, place in _rows() if not (storage.root() / place).is_dir()}
    with transaction.atomic():
        if remove_obsolete:
            Repository.objects.filter(pk__in=missing).delete()
            for pk, name in missing.items():
                emit(RepositoryForgotten(repository_id=pk, name=name))
        emit(Rescanned(added=len(added), missing=len(missing)))
    return Rescan(sorted(added), sorted(missing.values()))


def survey(_administrator: Administrator) -> Rescan:
    """Name what a rescan would try to adopt, by where it lies, and what is missing; nothing is changed."""
    _check_root()
    rows = _rows()
    unknown = [place for _scheme, place in _unknown({place for _pk, _name, place in rows})]
    missing = [name for _pk, name, place in rows if not (storage.root() / place).is_dir()]
    return Rescan(sorted(unknown), sorted(missing))


def _rows() -> list[tuple[int, str, str]]:
    return list(Repository.objects.values_list("pk", "name", "storage"))


def _check_root() -> None:
    """Refuse when the disk seems not to be there: every repository would look as if it was gone."""
    root = storage.root()
    is_there = root.is_dir() and any(root.iterdir())
    if not is_there and Repository.objects.exists():
        raise Unavailable("the directory of repositories is missing or empty: is its disk mounted?")


def _unknown(known: set[str]) -> Iterator[tuple[str, str]]:
    """Give system and path below the root of each repository that no row knows, without looking into repositories.

    Links are not followed. What has the form of our own places is left out: it may be just being created.
    """
    waiting = [""]
    while waiting:
        above = waiting.pop()
        for name in _directories(above):
            place = f"{above}{name}"
            if place in known or storage.OWN_PLACE.fullmatch(place):
                continue
            scheme = _scheme_of(storage.root() / place)
            if scheme is not None:
                yield scheme, place
            elif place.count("/") < DEEPEST:
                waiting.append(f"{place}/")


def _directories(above: str) -> list[str]:
    """Name what may hold repositories; a directory with a checkout of Git holds none of ours."""
    try:
        entries = list(os.scandir(storage.root() / above))
    except OSError as error:
        log.warning("%s cannot be looked through: %s", above or "the directory of repositories", error)
        return []
    if any(entry.name == ".git" for entry in entries):
        return []
    return sorted(
        entry.name for entry in entries if entry.is_dir(follow_symlinks=False) and not entry.name.startswith(".")
    )


def _scheme_of(path: Path) -> str | None:
    return next((name for name, backend in BACKENDS.items() if backend.is_repository(path)), None)


def _adopt(administrator: Administrator, owner: NewOwner, scheme: str, directory: str) -> str:
    """Make a row for a directory; its place stays what it is."""
    path = directory.removesuffix(GIT_SUFFIX) if scheme == "git" else directory
    if Repository.objects.filter(key=key(path)).exists():
        raise Conflict(f"there is another repository `{path}`")
    _ensure_groups(administrator, owner, split(path)[0])
    place: Place = place_for_repository(administrator, path)
    row = new_row(place, scheme, owner, RepositorySettings())
    row.storage = directory
    opened = storage.open_repository(row)
    movement = opened.catch_up()
    row.last_changeset = newest_changeset(opened)
    with transaction.atomic():
        save(row, place, first_grants(row, default_level("repository")), "found")
        if movement:
            tell(administrator.user_id, administrator.address, recorded(row), movement, "import")
    return row.name


def _ensure_groups(administrator: Administrator, owner: NewOwner, path: str) -> None:
    """Create the groups of a path that are missing, from the top."""
    parent: RepositoryGroup | None = None
    for name in path.split("/") if path else ():
        place = place_for_group(administrator, name, parent)
        found = RepositoryGroup.objects.filter(name=place.path).first()
        parent = found or create_repository_group(place, owner)
