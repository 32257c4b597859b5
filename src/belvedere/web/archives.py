"""Trees as one file: what an archive is called, how it is told from another, and how many run at once."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import get_args

import zstandard
from django.conf import settings

from belvedere.errors import Unavailable
from belvedere.repos.fetch import Readable
from belvedere.text.paths import shown
from belvedere.vcs.model import SHORT_ID_LENGTH, ArchiveFormat, Refs

FORMATS: tuple[ArchiveFormat, ...] = get_args(ArchiveFormat)
TYPES: dict[ArchiveFormat, str] = {
    "zip": "application/zip",
    "tar": "application/x-tar",
    "tar.gz": "application/gzip",
    "tar.bz2": "application/x-bzip2",
    "tar.zst": "application/zstd",
}
LONGEST_WAIT = 20.0
"""Seconds that somebody waits for his turn."""
EDITION = 1
"""To be raised whenever other bytes come out for the same tree."""


@dataclass(frozen=True, slots=True)
class Archive:
    """One archive: a directory (or all) of a changeset in a format."""

    repository: Readable
    raw_id: str
    path: str
    archive_format: ArchiveFormat

    @property
    def prefix(self) -> str:
        """The directory that everything lies in."""
        return f"{self.repository.name.rpartition('/')[2]}-{self.raw_id[:SHORT_ID_LENGTH]}"

    @property
    def filename(self) -> str:
        """What the file is called when somebody saves it."""
        below = f"-{self.path}" if self.path else ""
        name = f"{self.repository.name}-{self.raw_id[:SHORT_ID_LENGTH]}{below}"
        return f"{shown(name).replace('/', '_')}.{self.archive_format}"

    def tag(self, refs: Refs, inner: Sequence[tuple[str, str]] | None = None) -> str:
        """Give a strong entity tag; `inner` are paths and tags of what is in it from other repositories.

        Both systems can write names into an archive (`.hg_archival.txt`, and `export-subst` in Git): the tags, and
        whatever stands at the changeset. So the same tree is another file when they move.
        """
        names = [each for names in (refs.branches, refs.bookmarks) for each in names if names[each] == self.raw_id]
        told = (
            EDITION,
            zstandard.ZSTD_VERSION,
            self.repository.pk,
            self.repository.name,
            self.raw_id,
            self.path,
            self.archive_format,
            inner,
            names,
            sorted(refs.tags.items()),
        )
        return f'"{hashlib.sha256(ascii(told).encode("ascii")).hexdigest()[:32]}"'


def split_format(name: str) -> tuple[str, ArchiveFormat] | None:
    """Take the format from the end of a name, the longest that fits; None if there is none."""
    for each in sorted(FORMATS, key=len, reverse=True):
        if name.endswith(f".{each}"):
            return name.removesuffix(f".{each}"), each
    return None


class Running:
    """The bytes of an archive, which hold one of the process's places until they are closed."""

    def __init__(self, content: Iterator[bytes], places: threading.BoundedSemaphore) -> None:
        self._content, self._places = content, places
        self._is_closed = False
        self._first: bytes | None = None
        try:
            self._first = next(content, b"")  # what fails at once becomes an answer of its own
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self._first is not None:
            first, self._first = self._first, None
            return first
        return next(self._content)

    def close(self) -> None:
        """Stop whatever works for it, and let the next one in."""
        if self._is_closed:
            return
        self._is_closed = True
        try:
            close = getattr(self._content, "close", None)
            if close is not None:
                close()
        finally:
            self._places.release()


def take_place() -> threading.BoundedSemaphore:
    """Wait for a place to make an archive in; `Unavailable` after some seconds."""
    found = places()
    if not found.acquire(timeout=LONGEST_WAIT):
        raise Unavailable("as many archives are being made as this server makes at once: try again in a minute")
    return found


@cache
def places() -> threading.BoundedSemaphore:
    """Give the places of this process: as many archives as transfers."""
    return threading.BoundedSemaphore(settings.BELVEDERE.max_transfers)
