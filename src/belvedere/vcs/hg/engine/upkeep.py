"""Checking a repository, and keeping it fast."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import Any

from mercurial import verify as verification
from mercurial.interfaces import repository as interface

from belvedere.vcs.hg.engine import touched
from belvedere.vcs.hg.engine.names import to_prose
from belvedere.vcs.hg.engine.writing import INCOMING, recover

ABANDONED = 86_400
"""Seconds after which a bundle that was arriving belongs to nobody."""

CACHES = frozenset(interface.CACHES_DEFAULT) | {
    interface.CACHE_BRANCHMAP_ALL,
    interface.CACHE_REV_BRANCH,
    interface.CACHE_TAGS_DEFAULT,
    interface.CACHE_TAGS_SERVED,
    interface.CACHE_FILE_NODE_TAGS,
}


def verify(repo: Any) -> list[str]:
    """Give each fault that Mercurial's own check finds."""
    recover(repo)
    repo.ui.pushbuffer(error=True)
    try:
        with repo.lock():
            failed = verification.verifier(repo).verify()
    finally:
        said = to_prose(repo.ui.popbuffer())
    faults = [line.strip() for line in said.splitlines() if line.strip()]
    return faults or (["the repository is damaged"] if failed else [])


def maintain(repo: Any) -> None:
    """Warm the caches that reading uses, extend the index of paths, and clear what dead pushes left."""
    recover(repo)
    with repo.wlock(), repo.lock():
        repo.updatecaches(caches=CACHES)
        touched.extend(repo)
    _clear_incoming(Path(os.fsdecode(repo.path)) / INCOMING)


def _clear_incoming(folder: Path) -> None:
    for file in folder.glob("*"):
        with contextlib.suppress(OSError):
            if file.stat().st_mtime < time.time() - ABANDONED:
                file.unlink()
