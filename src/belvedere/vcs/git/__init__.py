"""Git: libgit2 for what is near, the `git` program for what walks, one index for numbers."""

from belvedere.vcs.git.backend import BACKEND
from belvedere.vcs.git.repository import GitRepository
from belvedere.vcs.git.wire import WIRE

__all__ = ["BACKEND", "WIRE", "GitRepository"]
