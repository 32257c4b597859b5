"""What surrounds the pages of settings: those of a repository, and those of a repository group."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from belvedere.access.actor import Actor
from belvedere.repos.fetch import Administered, AdministeredGroup
from belvedere.web.links import address_of
from belvedere.web.repository import Link, crumbs, repository_page
from belvedere.web.shell import render
from belvedere.web.visitors import PageRequest

GROUPS = "_admin/repo_groups"
REPOSITORY_SECTIONS = (
    ("general", "General", ""),
    ("permissions", "Permissions", "permissions"),
    ("fields", "Extra fields", "fields"),
    ("remote", "Remote", "remote"),
    ("advanced", "Advanced", "advanced"),
)
GROUP_SECTIONS = (
    ("general", "General", ""),
    ("permissions", "Permissions", "permissions"),
    ("advanced", "Advanced", "advanced"),
)


def settings_page(
    request: PageRequest,
    actor: Actor,
    repository: Administered,
    section: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """Make a page of a repository's settings of the template that is called like its section."""
    sections = [
        Link(label, address_of(repository.name, "settings", word), name == section)
        for name, label, word in REPOSITORY_SECTIONS
    ]
    template = f"repository_settings/{section}.html"
    return repository_page(
        request, actor, repository, "settings", template, {"sections": sections, **context}, status=status
    )


def group_settings_page(
    request: PageRequest, group: AdministeredGroup, section: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Make a page of a repository group's settings of the template that is called like its section."""
    shown = {
        "sections": [
            Link(label, address_of(GROUPS, group.name, "edit", word), name == section)
            for name, label, word in GROUP_SECTIONS
        ],
        "side_label": "Settings",
        "group": group,
        "crumbs": crumbs(group.name),
        "last_name": group.name.rpartition("/")[2],
        "url": address_of(group.name),
    }
    return render(request, f"group_settings/{section}.html", {**shown, **context}, status=status)
