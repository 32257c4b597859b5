"""The recycle area: deleted repositories with what is known of them, from where they can come back.

An entry is a directory with `about.json` and, once it was moved there, the repository's own directory. Whoever works
on an entry holds a lock on the file, which a crash releases: then `reconcile` finishes by what the database says.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from belvedere.access.actor import Administrator
from belvedere.errors import Conflict, NotFound
from belvedere.events.bus import emit
from belvedere.repos.about import about
from belvedere.repos.happenings import RepositoryPurged
from belvedere.repos.models import Repository
from belvedere.repos.storage import RECYCLED, root, sync

log = logging.getLogger(__name__)

ABOUT = "about.json"
_DOOMED = ".purging-"
_LONGEST_NAME = 120
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """One deleted repository; `about` is what `about.about` wrote."""

    place: Path
    about: dict[str, Any]

    @property
    def name(self) -> str:
        """What the entry is called: when it was deleted, and the repository's name."""
        return self.place.name

    @property
    def deleted_on(self) -> datetime:
        """When it was deleted."""
        return datetime.fromisoformat(self.about["deleted_on"])

    @property
    def home(self) -> Path:
        """Where the repository lay, and will lie again."""
        return root().joinpath(self.about["storage"])

    @property
    def content(self) -> Path:
        """Where the repository lies while it is deleted."""
        return self.place / self.home.name


@contextmanager
def recycling() -> Iterator[Callable[[Repository], None]]:
    """Delete rows in a transaction whose commit is the moment of deletion; give what notes each of them before.

    What is needed to come back is written down before the commit, and the directories are moved after it: a living
    row always has its directory, and a crash in between leaves all that `reconcile` needs.
    """
    noted: list[tuple[Entry, int]] = []
    try:
        with transaction.atomic():
            yield lambda row: noted.append(_note(row))
    except BaseException:
        for entry, lock in noted:
            shutil.rmtree(entry.place, ignore_errors=True)
            os.close(lock)
        raise
    for entry, lock in noted:
        _move_in(entry)
        os.close(lock)


def entries() -> list[Entry]:
    """Give what is in the recycle area, the newest last."""
    area = root() / RECYCLED
    found = []
    for place in sorted(area.iterdir()) if area.is_dir() else ():
        with suppress(OSError, ValueError, KeyError):
            entry = Entry(place, json.loads((place / ABOUT).read_text(encoding="utf-8")))
            _ = entry.home, entry.deleted_on
            found.append(entry)
    living = _living(found)
    return [entry for entry in found if entry.name not in living]


def entry_called(name: str) -> Entry:
    """Give an entry by its own name, or by its repository's if only one was called so."""
    found = [entry for entry in entries() if name in (entry.name, entry.about["repo_name"])]
    if not found:
        raise NotFound(f"there is no deleted repository `{name}`")
    if len(found) > 1:
        names = ", ".join(entry.name for entry in found)
        raise Conflict(f"several deleted repositories were called `{name}`: say which of {names}")
    return found[0]


@contextmanager
def brought_back(entry: Entry) -> Iterator[None]:
    """Have the repository's directory in its place again; if the block fails, it goes back to the recycle area."""
    with _alone(entry) as is_alone:
        if not is_alone:
            raise Conflict(f"`{entry.name}` is being worked on")
        if os.path.lexists(entry.home):
            raise Conflict(f"{entry.about['storage']} is taken by something else")
        if not entry.content.is_dir():
            raise NotFound(f"the directory of `{entry.name}` is not there any more")
        entry.home.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        entry.content.rename(entry.home)
        sync(entry.home.parent)
        try:
            yield
        except BaseException:
            _move_in(entry)
            raise
        shutil.rmtree(entry.place, ignore_errors=True)


def purge(older_than: timedelta) -> list[Entry]:
    """Remove for good what was deleted so long ago; give the entries that are gone."""
    limit = timezone.now() - older_than
    gone = [entry for entry in entries() if entry.deleted_on <= limit and _doom(entry)]
    _clear()
    return gone


def purge_one(_administrator: Administrator, entry: Entry) -> None:
    """Remove one entry for good."""
    if not _doom(entry):
        raise Conflict(f"`{entry.name}` is being worked on")
    _clear()


def reconcile() -> None:
    """Finish what a crash cut off: the row decides whether a repository is deleted."""
    area = root() / RECYCLED
    for place in sorted(area.iterdir()) if area.is_dir() else ():
        try:
            entry = Entry(place, json.loads((place / ABOUT).read_text(encoding="utf-8")))
            with _alone(entry) as is_alone:
                if is_alone and not entry.content.exists():
                    _settle(entry)
        except (OSError, ValueError, KeyError) as error:
            log.warning("%s in the recycle area is left as it is: %s", place.name, error)


def _settle(entry: Entry) -> None:
    if Repository.objects.filter(storage=entry.about["storage"]).exists():
        shutil.rmtree(entry.place)
    else:
        _move_in(entry)


def _living(found: list[Entry]) -> set[str]:
    """Name the entries that were noted for a deletion that did not come about (yet)."""
    living: set[str] = set()
    for start in range(0, len(found), _AT_ONCE):
        some = {(entry.about["storage"], entry.about["repo_id"]): entry for entry in found[start : start + _AT_ONCE]}
        rows = Repository.objects.filter(storage__in=[storage for storage, _ in some]).values_list("storage", "pk")
        living |= {some[row].name for row in rows if row in some and not some[row].content.exists()}
    return living


def _doom(entry: Entry) -> bool:
    """Take an entry out of sight unless somebody works on it; half of one must not look as if it could come back."""
    with _alone(entry) as is_alone:
        if is_alone:
            entry.place.rename(entry.place.with_name(f"{_DOOMED}{secrets.token_hex(8)}"))
            emit(RepositoryPurged(name=entry.about["repo_name"]))
        return is_alone


def _clear() -> None:
    """Remove what is out of sight, also what a crash left there."""
    for doomed in (root() / RECYCLED).glob(f"{_DOOMED}*"):
        shutil.rmtree(doomed, ignore_errors=True)


def _note(row: Repository) -> tuple[Entry, int]:
    """Make an entry durably, and hold it."""
    known = about(row)
    stamp = timezone.now().strftime("%Y%m%d_%H%M%S_%f")
    shown = row.name.replace("/", "__").encode()[:_LONGEST_NAME].decode("utf-8", "ignore")
    entry = Entry(root() / RECYCLED / f"{stamp}__{shown}", known)
    entry.place.mkdir(parents=True, mode=0o700)
    lock = os.open(entry.place / ABOUT, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    with os.fdopen(os.dup(lock), "w", encoding="utf-8") as file:
        json.dump(known, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    for directory in (entry.place, entry.place.parent, root()):
        sync(directory)
    return entry, lock


def _move_in(entry: Entry) -> None:
    """Move a repository into its entry; one that is not on disk has nothing to move."""
    with suppress(FileNotFoundError):
        entry.home.rename(entry.content)
        sync(entry.place)


@contextmanager
def _alone(entry: Entry) -> Iterator[bool]:
    """Hold an entry, and tell whether nobody else did."""
    lock = os.open(entry.place / ABOUT, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        yield _taken(lock)
    finally:
        os.close(lock)


def _taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
