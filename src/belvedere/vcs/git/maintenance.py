"""Keeping a repository quick and sound: packs, commit-graph, leftovers of killed pushes, checks."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from belvedere.vcs.git.process import Git, lines
from belvedere.vcs.git.store import store_at

LEFTOVER_AGE = 24 * 3600.0
"""Seconds after which a temporary file cannot belong to a running push any more."""
MANY_PACKS, MANY_LOOSE = 8, 400
LONGEST = 12 * 3600.0
_REPACK = ("repack", "--geometric=2", "-d", "-l", "--quiet", "--write-midx", "--write-bitmap-index")
_GRAPH = ("commit-graph", "write", "--reachable", "--changed-paths", "--split", "--no-progress")
_FAULTS = 1000
_LEFTOVERS = ("objects/pack/tmp_*", "objects/tmp_objdir-*", "objects/??/tmp_obj_*", "*.lock", "refs/**/*.lock")
_HARMLESS = re.compile(rb"^(notice: |warning: |dangling |unreachable |Checking |Verifying )")


def maintain(path: Path) -> None:
    """Pack and index what pushes left behind; a second call at the same time does nothing."""
    with _alone(path) as is_alone:
        if not is_alone:
            return
        git = Git(path)
        _remove_leftovers(path)
        git.run("pack-refs", "--all", "--prune", timeout=LONGEST)
        if _is_scattered(path):
            # Geometric: packs of like size are joined, so the cost follows what is new. Nothing is dropped, neither
            # what no reference reaches: a deleted branch can come back.
            git.run(*_REPACK, timeout=LONGEST)
        git.run(*_GRAPH, timeout=LONGEST)


def verify(path: Path) -> list[str]:
    """Check objects, references and the revision index."""
    faults = [f"revision index: {fault}" for fault in store_at(path).index.faults()]
    arguments = ("fsck", "--full", "--no-dangling", "--no-progress")
    with Git(path).merged(*arguments) as output:
        for line in lines(output):
            if line and not _HARMLESS.match(line):
                faults.append(line.decode("utf-8", "replace").replace(f"{path}/", ""))
            if len(faults) >= _FAULTS:
                break
    return faults


def size(path: Path) -> int:
    """Add up the files below the repository's directory."""
    total = 0
    for folder, _, files in os.walk(path):
        for name in files:
            with contextlib.suppress(OSError):  # removed by a push that ends meanwhile
                total += Path(folder, name).lstat().st_size
    return total


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[bool]:
    with (path / "belvedere-maintenance.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _is_scattered(path: Path) -> bool:
    packs = list((path / "objects" / "pack").glob("*.pack"))
    has_bitmap = any((path / "objects" / "pack").glob("*.bitmap"))
    loose = 0
    for folder in (path / "objects").glob("[0-9a-f][0-9a-f]"):
        loose += sum(1 for _ in folder.iterdir())
        if loose > MANY_LOOSE:
            return True
    return len(packs) > MANY_PACKS or (bool(packs) and not has_bitmap)


def _remove_leftovers(path: Path) -> None:
    """Remove what a killed git left: half packs, quarantines, and locks that would refuse every later push."""
    oldest = time.time() - LEFTOVER_AGE
    for pattern in _LEFTOVERS:
        for found in path.glob(pattern):
            with contextlib.suppress(FileNotFoundError):
                if found.name.startswith("belvedere-") or found.lstat().st_mtime > oldest:
                    continue
                if found.is_dir() and not found.is_symlink():
                    shutil.rmtree(found, ignore_errors=True)
                else:
                    found.unlink()
