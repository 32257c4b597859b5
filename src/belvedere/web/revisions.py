"""Revisions in addresses: names may have slashes, and a path may follow them."""

from __future__ import annotations

from dataclasses import dataclass

from belvedere.repos.landing import landing_of
from belvedere.vcs.errors import RevisionNotFound
from belvedere.vcs.repository import Repository

__all__ = ["Place", "landing_of", "place_from"]

MOST_PARTS = 12


@dataclass(frozen=True, slots=True)
class Place:
    """A revision as the address names it, its full hash, and the path that follows (empty for the root)."""

    revision: str
    raw_id: str
    path: str


def place_from(opened: Repository, rest: str, landing: str = "tip") -> Place:
    """Read `<revision>/<path>`: the shortest beginning that names a changeset is the revision.

    Without any text it is the landing revision. `RevisionNotFound` if no beginning names one.
    """
    if not rest:
        return Place(landing, opened.resolve(landing), "")
    parts = rest.split("/")
    for length in range(1, min(len(parts), MOST_PARTS) + 1):
        name = "/".join(parts[:length])
        try:
            raw_id = opened.resolve(name)
        except RevisionNotFound:
            continue
        return Place(name, raw_id, "/".join(parts[length:]))
    raise RevisionNotFound(f"there is no changeset `{parts[0]}`")
