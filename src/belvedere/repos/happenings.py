"""What administrators and owners do with repositories and repository groups, as events; pushes are in `pushes`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from belvedere.events.bus import Happening

Beginning = Literal["new", "import", "fork", "found", "undeleted"]


@dataclass(frozen=True, kw_only=True)
class AboutRepository(Happening):
    """Base of what happens to a repository, called as it was then."""

    name: str


@dataclass(frozen=True, kw_only=True)
class RepositoryCreated(AboutRepository):
    """There is a new repository: empty, imported, forked, found on disk, or back from the recycle area."""

    scheme: str
    beginning: Beginning
    parent: str = ""


@dataclass(frozen=True, kw_only=True)
class RepositoryUpdated(AboutRepository):
    """The settings of a repository changed: `changed` names them; `former_name` is its full name before, if other."""

    changed: list[str]
    former_name: str = ""


@dataclass(frozen=True, kw_only=True)
class RepositoryDeleted(AboutRepository):
    """A repository was deleted to the recycle area."""


@dataclass(frozen=True, kw_only=True)
class RepositoryForgotten(AboutRepository):
    """A repository whose directory was missing was taken off the list."""


@dataclass(frozen=True, kw_only=True)
class RepositoryPurged(AboutRepository):
    """A deleted repository was removed from the recycle area for good."""


@dataclass(frozen=True, kw_only=True)
class AboutRepositoryGroup(Happening):
    """Base of what happens to a repository group, called as it was then."""

    group_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class RepositoryGroupCreated(AboutRepositoryGroup):
    """There is a new repository group."""


@dataclass(frozen=True, kw_only=True)
class RepositoryGroupUpdated(AboutRepositoryGroup):
    """What is said of a repository group changed; otherwise as `RepositoryUpdated`. What is below moves along."""

    changed: list[str]
    former_name: str = ""


@dataclass(frozen=True, kw_only=True)
class RepositoryGroupDeleted(AboutRepositoryGroup):
    """An empty repository group was deleted."""


@dataclass(frozen=True, kw_only=True)
class Rescanned(Happening):
    """The directory of repositories was compared with the database: so many were found and so many are missing."""

    added: int
    missing: int
