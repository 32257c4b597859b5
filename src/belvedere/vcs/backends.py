"""Every version control system there is: the one list to add a line to."""

from __future__ import annotations

from belvedere.vcs.errors import Unsupported
from belvedere.vcs.git import BACKEND as GIT
from belvedere.vcs.git.wire import WIRE as GIT_WIRE
from belvedere.vcs.hg import BACKEND as HG
from belvedere.vcs.hg.wire import WIRE as HG_WIRE
from belvedere.vcs.repository import Backend
from belvedere.vcs.wire import Wire

BACKENDS: dict[str, Backend] = {"hg": HG, "git": GIT}
WIRES: dict[str, Wire] = {"hg": HG_WIRE, "git": GIT_WIRE}


def backend(scheme: str) -> Backend:
    """Give the system of this name; `Unsupported` otherwise."""
    try:
        return BACKENDS[scheme]
    except KeyError:
        raise Unsupported(f"`{scheme}` is not one of {', '.join(BACKENDS)}") from None
