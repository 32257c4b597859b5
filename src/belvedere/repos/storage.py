"""Where repositories lie on disk. The directory is found by the row and never moves when the name does."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import uuid
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from belvedere.repos.models import Repository as Row
from belvedere.vcs.backends import backend
from belvedere.vcs.repository import Repository

RECYCLED = ".recycled"


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
    _sync(place.parent)
    return made


def discard(storage: str) -> None:
    """Remove what `create` made for a row that did not come to be."""
    shutil.rmtree(root() / storage, ignore_errors=True)


def place_of(row: Row) -> Path:
    """Give the directory of a repository."""
    return root() / row.storage


def open_repository(row: Row) -> Repository:
    """Give the repository that the row stands for."""
    return backend(row.scheme).open(place_of(row))


def recycle(storage: str, about: dict[str, object]) -> Path | None:
    """Move a deleted repository to the recycle area with what is known of it; None if it was not on disk."""
    source = root() / storage
    stamp = timezone.now().strftime("%Y%m%d_%H%M%S_%f")
    place = root() / RECYCLED / f"{stamp}__{str(about['repo_name']).replace('/', '__')[:100]}"
    place.mkdir(parents=True, mode=0o700)
    (place / "about.json").write_text(json.dumps(about, indent=2, default=str), encoding="utf-8")
    with contextlib.suppress(FileNotFoundError):
        source.rename(place / source.name)
        return place
    return None


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
