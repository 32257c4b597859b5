"""What happens to gists, as events."""

from __future__ import annotations

from dataclasses import dataclass

from belvedere.events.bus import Happening


@dataclass(frozen=True, kw_only=True)
class GistCreated(Happening):
    """Somebody made a gist."""

    gist_id: int
    owner_id: int
    is_private: bool


@dataclass(frozen=True, kw_only=True)
class GistChanged(Happening):
    """Somebody changed the files, the description or the lifetime of a gist."""

    gist_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class GistDeleted(Happening):
    """Somebody deleted a gist, or its lifetime ended: then there is no actor."""

    gist_id: int
    owner_id: int
