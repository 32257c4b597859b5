"""Where repositories lie on disk. The directory is found by the row and never moves when the name does."""

from __future__ import annotations

import os
import re
import shutil
import uuid
from collections.abc import Collection
from pathlib import Path

from django.conf import settings

from belvedere.repos.models import Repository as Row
from belvedere.vcs.backends import backend
from belvedere.vcs.repository import Repository

RECYCLED = ".recycled"
ARRIVING = ".arriving"
"""Where repositories lie that are not whole yet, each in a directory that is called like nothing before it."""
OWN_PLACE = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}\.[a-z]+")
"""What `new_storage` gives: nothing else may be taken for one of ours."""


def root() -> Path:
    """Give the directory below which every repository lies."""
    return Path(settings.BELVEDERE.repositories)


def new_storage(scheme: str) -> str:
    """Choose a place nobody has had before, so that what a crash leaves behind is in nobody's way."""
    name = uuid.uuid4().hex
    return f"{name[:2]}/{name}.{scheme}"


def create(scheme: str, storage: str) -> Repository:
    """Create an empty repository on disk, durably."""
    place = root() / storage
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = backend(scheme).create(place)
    sync(place.parent)
    return made


def create_draft(scheme: str, whose: int) -> Repository:
    """Create an empty repository on disk that stands for nothing yet: `settle` puts it in place, or `clear` takes it.

    An attempt that was cut off may still be writing for a moment, so each has a directory that nobody had before.
    """
    place = root() / ARRIVING / f"{whose}-{uuid.uuid4().hex}.{scheme}"
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return backend(scheme).create(place)


def settle(draft: Path, storage: str) -> None:
    """Move a whole repository to its place, durably and at once."""
    place = root() / storage
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft.rename(place)
    sync(place.parent)


def clear_drafts(*, except_of: Collection[int] = (), of: int | None = None) -> None:
    """Remove what lies in drafts: of one, or of all except some."""
    area = root() / ARRIVING
    for place in area.iterdir() if area.is_dir() else ():
        whose = place.name.partition("-")[0]
        if whose == str(of) if of is not None else whose not in map(str, except_of):
            shutil.rmtree(place, ignore_errors=True)


def discard(storage: str) -> None:
    """Remove what `create` made for a row that did not come to be."""
    shutil.rmtree(root() / storage, ignore_errors=True)


def place_of(row: Row) -> Path:
    """Give the directory of a repository."""
    return root() / row.storage


def open_repository(row: Row) -> Repository:
    """Give the repository that the row stands for."""
    return backend(row.scheme).open(place_of(row))


def sync(directory: Path) -> None:
    """Bring a directory's entries to the disk."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
