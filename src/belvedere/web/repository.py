"""What surrounds every page of a repository: where it lies, what it is, and its other pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from belvedere.access.actor import Actor
from belvedere.access.levels import Level
from belvedere.repos.fetch import Readable, repository_rule
from belvedere.repos.following import follows
from belvedere.repos.forks import parent_name
from belvedere.web.links import address_of
from belvedere.web.shell import render

SYSTEMS = {"hg": "Mercurial", "git": "Git"}
TABS = (
    ("summary", "Summary", ""),
    ("files", "Files", "files"),
    ("changelog", "Changelog", "changelog"),
    ("refs", "Branches", "branches"),
    ("statistics", "Statistics", "statistics"),
    ("forks", "Forks", "forks"),
)
SETTINGS_TAB = ("settings", "Settings", "settings")


@dataclass(frozen=True, slots=True)
class Link:
    """A name and where it leads; `is_current` where one is already."""

    label: str
    url: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class RepositoryHead:
    """What stands above every page of a repository."""

    name: str
    last_name: str
    url: str
    groups: list[Link]
    system: str
    is_private: bool
    description: str
    parent: Link | None
    level: Level
    is_followed: bool
    tabs: list[Link]

    @property
    def may_write(self) -> bool:
        """Whether who looks may push."""
        return self.level >= Level.WRITE

    @property
    def may_administer(self) -> bool:
        """Whether who looks may change the settings."""
        return self.level >= Level.ADMIN


def repository_page(
    request: HttpRequest,
    actor: Actor,
    repository: Readable,
    tab: str,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Make a page of a repository: the template extends `repository/base.html` and finds its head as `head`."""
    head = head_of(actor, repository, tab)
    return render(request, template, {"head": head, "repository": repository, **(context or {})}, status=status)


def head_of(actor: Actor, repository: Readable, tab: str = "") -> RepositoryHead:
    """Gather the head: at most three queries."""
    level = repository_rule.level_on(actor, repository.pk, repository.owner_id)
    tabs = [*TABS, SETTINGS_TAB] if level >= Level.ADMIN else TABS
    return RepositoryHead(
        name=repository.name,
        last_name=repository.name.rpartition("/")[2],
        url=address_of(repository.name),
        groups=crumbs(repository.name),
        system=SYSTEMS.get(repository.scheme, repository.scheme),
        is_private=repository.is_private,
        description=repository.description,
        parent=_parent(actor, repository),
        level=level,
        is_followed=follows(actor, repository),
        tabs=[Link(label, address_of(repository.name, word), name == tab) for name, label, word in tabs],
    )


def crumbs(name: str) -> list[Link]:
    """Give the groups that a full name lies in, the outermost first."""
    parts = name.split("/")[:-1]
    return [Link(part, address_of("/".join(parts[: place + 1]))) for place, part in enumerate(parts)]


def site_of(request: HttpRequest) -> str:
    """Give the address of this site without a slash at its end."""
    return settings.BELVEDERE.base_url or f"{request.scheme}://{request.get_host()}"


def _parent(actor: Actor, repository: Readable) -> Link | None:
    name = parent_name(actor, repository)
    return None if name is None else Link(name, address_of(name))
