"""Copying the store of a repository file by file, which is many times faster than pulling what is in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

STORE = "store"


Tell = Callable[[int, int], None]
"""Hears after each file how many there are so far, and how many bytes that is."""


def copy_store(source: Any, target: Any, tell: Tell) -> bool:
    """Give an empty repository all files of another one's store; tell whether that was possible.

    It is not where the two keep their files differently, and not where something in the source is hidden from who
    pulls: that must not come along. Real copies: Mercurial appends to its files in place, so a link would be shared
    for ever. The source cannot change meanwhile. Bookmarks are left to the pull that follows.
    """
    if source.requirements != target.requirements or source.filtered(b"served").changelog.filteredrevs:
        return False
    origin, place = (Path(os.fsdecode(each.path)) for each in (source, target))
    with source.lock(), target.lock():
        copying = _Copying(tell)
        # In Mercurial's own order: content before the changelog that makes it seen.
        for name in source.store.copylist():
            path = os.fsdecode(name)
            if path.startswith(f"{STORE}/") and not path.endswith("requires"):
                copying.copy(origin / path, place / path)
    return True


class _Copying:
    """Copies, and counts what it copied."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._files = 0
        self._size = 0

    def copy(self, source: Path, target: Path) -> None:
        """Copy a file, or a directory with all that is in it."""
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True, copy_function=self._copy_file)
        elif source.is_file():
            self._copy_file(source, target)

    def _copy_file(self, source: Path | str, target: Path | str) -> None:
        shutil.copyfile(source, target)
        self._files += 1
        self._size += os.stat(target).st_size  # noqa: PTH116 -- of every file, and a Path costs more
        self._tell(self._files, self._size)
