"""Opening repositories, and keeping the ones in use open for as long as they do not change."""

from __future__ import annotations

import os
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mercurial import localrepo, requirements

from belvedere.vcs.errors import RepositoryBroken
from belvedere.vcs.hg.engine.configuration import base_ui
from belvedere.vcs.hg.stamps import Stamp, stamp

ELSEWHERE = frozenset({requirements.SHARED_REQUIREMENT, requirements.RELATIVE_SHARED_REQUIREMENT})


def open_repository(path: str) -> Any:
    """Open the repository at an absolute path, unfiltered.

    Refused, as `RepositoryBroken`: what is no repository, what keeps its store elsewhere (`hg share`), and a path
    that Mercurial would expand (it replaces `$NAME` and `~`).
    """
    stored = os.fsencode(path)
    if not Path(path).is_absolute() or not Path(path, ".hg").is_dir():
        raise RepositoryBroken("there is no mercurial repository")
    repo = localrepo.instance(base_ui(), stored, False)
    if repo.requirements & ELSEWHERE:
        raise RepositoryBroken("the repository keeps its store elsewhere")
    if repo.root != os.path.realpath(stored):
        raise RepositoryBroken("the repository's path cannot be used")
    return repo.unfiltered()


@dataclass(slots=True)
class Opened:
    """A repository as it was at one moment: `served` hides what must not be seen; `memory` dies with the moment."""

    path: str
    stamp: Stamp
    unfiltered: Any
    served: Any
    memory: dict[str, Any] = field(default_factory=dict)


class Shelf:
    """The repositories that one single-threaded process keeps open, the least recently used leave first."""

    def __init__(self, size: int = 32) -> None:
        self._size = size
        self._opened: OrderedDict[str, Opened] = OrderedDict()

    def fetch(self, path: str) -> Opened:
        """Give the repository as it is now; opened anew when it changed."""
        now = stamp(path)  # before opening: a change in between is then noticed the next time
        opened = self._opened.get(path)
        if opened is None or opened.stamp != now:
            repo = open_repository(path)
            opened = self._opened[path] = Opened(path, now, repo, repo.filtered(b"served"))
        self._opened.move_to_end(path)
        while len(self._opened) > self._size:
            self._opened.popitem(last=False)
        return opened

    def drop(self, path: str) -> None:
        """Forget a repository whose state in memory is in doubt."""
        self._opened.pop(path, None)
