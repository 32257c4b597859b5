"""The page of a repository group."""

from __future__ import annotations

from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor
from belvedere.repos.fetch import ReadableGroup
from belvedere.web.registry import page
from belvedere.web.shell import render
from belvedere.web.visitors import PageRequest


@page("<group>")
def group_page(actor: Actor, request: PageRequest, group: ReadableGroup) -> HttpResponseBase:
    """Show what a repository group holds."""
    return render(request, "groups/group.html", {"group": group})
