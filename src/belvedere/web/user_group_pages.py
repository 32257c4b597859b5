"""What surrounds the pages of user groups: of the list, and of one group that somebody administers."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from belvedere.access.actor import Actor
from belvedere.accounts.fetch import AdministeredUserGroup
from belvedere.web.admin_sections import admin_page
from belvedere.web.links import address_of
from belvedere.web.repository import Link
from belvedere.web.shell import render
from belvedere.web.visitors import PageRequest

USER_GROUPS = "_admin/user_groups"
SECTIONS = (
    ("settings", "General", ""),
    ("members", "Members", "members"),
    ("permissions", "Permissions", "perms"),
    ("site", "Site permissions", "default_perms"),
    ("advanced", "Advanced", "advanced"),
)


def place_of(group: AdministeredUserGroup, word: str = "") -> str:
    """Give the address of one of a group's pages."""
    return address_of(USER_GROUPS, str(group.pk), "edit", word)


def user_groups_page(
    request: PageRequest, actor: Actor, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Make a page about all user groups: for administrators beside the other pages of administration."""
    if actor.administers:
        framed = {"frame": "admin/base.html", **context}
        return admin_page(request, "user groups", f"user_groups/{template}", framed, status=status)
    return render(request, f"user_groups/{template}", {"frame": "base.html", **context}, status=status)


def user_group_page(
    request: PageRequest, group: AdministeredUserGroup, section: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Make a page of one user group, of the template that is called like its section."""
    shown = {
        "sections": [Link(label, place_of(group, word), name == section) for name, label, word in SECTIONS],
        "side_label": "User group",
        "group": group,
        "list_url": f"/{USER_GROUPS}",
        "url": address_of(USER_GROUPS, str(group.pk)),
    }
    return render(request, f"user_groups/{section}.html", {**shown, **context}, status=status)
