"""Commands that bring a repository to somebody's machine, and the first steps with an empty one."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from belvedere.repos.fetch import Readable
from belvedere.web.links import address_of
from belvedere.web.repository import site_of


@dataclass(frozen=True, slots=True)
class CloneWay:
    """One way to clone: what it is called in short, what is good about it, and the command."""

    label: str
    hint: str
    url: str
    command: str


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """Commands, a line each, for what somebody wants to begin with."""

    title: str
    command: str


def clone_ways(request: HttpRequest, repository: Readable) -> list[CloneWay]:
    """Give each way: by name, then by the permanent address; SSH where this site says that it has it."""
    servers = [("HTTP", site_of(request))]
    if settings.BELVEDERE.ssh_address:
        servers.append(("SSH", settings.BELVEDERE.ssh_address))
    by_name = [
        _way(repository, label, "by its name", f"{server}{address_of(repository.name)}") for label, server in servers
    ]
    lasting = "the address stays when the repository is renamed or moved"
    name = shlex.quote(repository.name.rpartition("/")[2])
    by_id = [
        _way(repository, f"{label} by id", lasting, f"{server}{address_of(f'_{repository.pk}')}", f" {name}")
        for label, server in servers
    ]
    return by_name + by_id


def first_steps(way: CloneWay, repository: Readable) -> list[FirstSteps]:
    """Give what fills an empty repository: from nothing, or with a history that is elsewhere already."""
    name, url = shlex.quote(repository.name.rpartition("/")[2]), shlex.quote(way.url)
    first_file = f"echo {shlex.quote('# ' + repository.name.rpartition('/')[2])} > README.md"
    if repository.scheme == "hg":
        begun = [way.command, f"cd {name}", first_file, "hg add README.md", 'hg commit -m "Begin"', "hg push"]
        there = ["cd existing", f"hg push {url}"]
    else:
        begun = [way.command, f"cd {name}", first_file, "git add README.md", 'git commit -m "Begin"']
        begun.append("git push -u origin HEAD")
        there = ["cd existing", f"git remote add origin {url}", "git push -u origin --all", "git push origin --tags"]
    return [
        FirstSteps("Begin with nothing", "\n".join(begun)),
        FirstSteps("Push a history that exists", "\n".join(there)),
    ]


def _way(repository: Readable, label: str, hint: str, url: str, into: str = "") -> CloneWay:
    return CloneWay(label, hint, url, f"{repository.scheme} clone {shlex.quote(url)}{into}")
