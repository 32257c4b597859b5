"""An index of the paths that changesets touch: histories of paths without reading every changeset.

A file in `.hg/cache` holds eight bytes for each path, and each directory above it, that a changeset lists: a checksum
of the name and the changeset's number, in the order of the numbers. Looking for a path is looking for four bytes. A hit
may be another path's, so every caller reads the changeset to be sure; what the index does not cover yet (`maintain`
extends it) is offered as a whole.
"""

from __future__ import annotations

import mmap
import os
import struct
import zlib
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from belvedere.vcs.hg.engine.changesets import Reader

DATA = "belvedere-touched"
STATE = "belvedere-touched.state"
_RECORD = struct.Struct("<II")
_STATE = struct.Struct("<8sQQ20s")
_MAGIC = b"touched1"
_FLUSH = 1 << 20


@dataclass(frozen=True, slots=True)
class Index:
    """The first `covered` changesets' paths; valid only for the repository as it was read for."""

    covered: int
    records: mmap.mmap | bytes

    def numbers(self, path: bytes, first: int, last: int, *, newest_first: bool) -> Iterator[int]:
        """Give the numbers between two whose changesets may touch a path or what is below it."""
        start, end = self._at(first), self._at(last + 1)
        wanted, previous = struct.pack("<I", zlib.crc32(path)), -1
        find = self.records.rfind if newest_first else self.records.find
        while (hit := find(wanted, start, end)) >= 0:
            if newest_first:
                end = hit + 3
            else:
                start = hit + 1
            if hit % _RECORD.size == 0:
                number = _RECORD.unpack_from(self.records, hit)[1]
                if number != previous:
                    yield number
                previous = number

    def _at(self, number: int) -> int:
        """Give where the records of a changeset begin."""
        size = _RECORD.size
        records = range(len(self.records) // size)
        return size * bisect_left(records, number, key=lambda at: _RECORD.unpack_from(self.records, at * size)[1])


def load(repo: Any) -> Index:
    """Open the index; it covers nothing if there is none that fits."""
    folder = Path(os.fsdecode(repo.cachevfs.join(b"")))
    covered, size = _covered(repo, folder)
    if covered:
        try:
            with (folder / DATA).open("rb") as file:
                return Index(covered, mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ))
        except (OSError, ValueError):  # gone, or shorter than it says
            pass
    return Index(0, b"")


def touching(repo: Any, path: bytes, first: int, last: int, *, newest_first: bool) -> Iterator[int]:
    """Give the numbers between two that may have touched a path or what is below it, in order."""
    index = load(repo)
    known = min(last, index.covered - 1)
    unknown = range(max(first, index.covered), last + 1)
    if newest_first:
        yield from reversed(unknown)
    if known >= first:
        yield from index.numbers(path, first, known, newest_first=newest_first)
    if not newest_first:
        yield from unknown


def extend(repo: Any) -> None:
    """Bring the index up to date; the caller holds the repository's lock."""
    unfiltered = repo.unfiltered()
    folder = Path(os.fsdecode(repo.cachevfs.join(b"")))
    covered, size = _covered(unfiltered, folder)
    log = unfiltered.changelog
    if covered == len(log):
        return
    # Readers map the file, and must never see it shrink: only what lies behind its stated size is cut off.
    target = folder / (DATA if covered else DATA + ".new")
    with target.open("r+b" if covered else "wb") as file, log.reading():
        file.truncate(size)
        file.seek(size)
        for block in _blocks(Reader(unfiltered), range(covered, len(log))):
            size += file.write(block)
        file.flush()
        os.fsync(file.fileno())
    if not covered:
        target.replace(folder / DATA)
    draft = folder / (STATE + ".new")
    draft.write_bytes(_STATE.pack(_MAGIC, len(log), size, log.node(len(log) - 1)))
    draft.replace(folder / STATE)


def _covered(repo: Any, folder: Path) -> tuple[int, int]:
    """Give how many changesets the index covers, and its bytes; nothing if history was stripped since."""
    try:
        magic, covered, size, node = _STATE.unpack((folder / STATE).read_bytes())
    except (OSError, struct.error):
        return 0, 0
    log = repo.unfiltered().changelog
    if magic != _MAGIC or not 0 < covered <= len(log) or log.node(covered - 1) != node:
        return 0, 0
    return covered, size


def _blocks(reader: Reader, numbers: range) -> Iterator[bytes]:
    block = bytearray()
    for number in numbers:
        for name in _names(reader.describe(number).files):
            block += _RECORD.pack(zlib.crc32(name), number)
        if len(block) > _FLUSH:
            yield bytes(block)
            block.clear()
    yield bytes(block)


def _names(files: tuple[bytes, ...]) -> set[bytes]:
    """Give the files and every directory above them."""
    names = set(files)
    for name in files:
        slash = name.rfind(b"/")
        while slash > 0 and (above := name[:slash]) not in names:
            names.add(above)
            slash = above.rfind(b"/")
    return names
