"""When a repository on disk is another than it was: told by a few files, without reading any."""

from __future__ import annotations

import os

WATCHED = (
    "store/00changelog.i",
    "store/00changelog.d",
    "store/phaseroots",
    "store/obsstore",
    "store/bookmarks",
    "store/requires",
    "bookmarks",
    "localtags",
    "dirstate",
    "requires",
)
"""Files below `.hg` of which at least one changes whenever a reader could see something new.

A working copy's parents are visible even where they are obsolete: `dirstate` names them.
"""

_ABSENT = (0, 0, 0)

Stamp = tuple[tuple[int, int, int], ...]


def stamp(path: str) -> Stamp:
    """Take what changes whenever the repository does; nanoseconds and inodes, because one second sees many pushes."""
    found = []
    for name in WATCHED:
        try:
            status = os.stat(f"{path}/.hg/{name}")  # noqa: PTH116 -- ten for each request, and a Path costs more
        except FileNotFoundError:
            found.append(_ABSENT)
        else:
            found.append((status.st_mtime_ns, status.st_size, status.st_ino))
    return tuple(found)
