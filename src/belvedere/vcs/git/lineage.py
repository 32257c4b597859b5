"""Where a commit comes from besides its parents: what its message and its author's stamp tell."""

from __future__ import annotations

import re

from belvedere.vcs.git.objects import parse_commit, parse_signature
from belvedere.vcs.git.store import Store
from belvedere.vcs.model import Kin, Kinship, Lineage

MOST = 20
"""Sources that are told: a message may repeat the words of a thousand."""

_PICKED = re.compile(rb"^\(cherry picked from commit ([0-9a-f]{40})\)$", re.MULTILINE)


def lineage_of(store: Store, raw_id: str) -> Lineage:
    """Read the author's own date, and what `git cherry-pick -x` wrote down."""
    commit = parse_commit(store.read(raw_id)[1])
    _, date, offset = parse_signature(commit.author)
    found = dict.fromkeys(match.decode("ascii") for match in _PICKED.findall(commit.message))
    # A line of a message is anybody's word; whether the commit is visible here is for the caller to find out.
    kin = tuple(Kin(Kinship.PICKED, source) for source in list(found)[:MOST] if source != raw_id)
    return Lineage(float(date), offset, kin)
