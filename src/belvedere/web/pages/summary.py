"""The first page of a repository."""

from __future__ import annotations

from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor
from belvedere.repos.fetch import Readable
from belvedere.web.registry import page
from belvedere.web.repository import repository_page, site_of
from belvedere.web.visitors import PageRequest


@page("<repository>", "<repository>/summary")
def summary(actor: Actor, request: PageRequest, repository: Readable) -> HttpResponseBase:
    """Show what a repository is and how to get it."""
    command = f"{repository.scheme} clone {site_of(request)}/{repository.name}"
    return repository_page(request, actor, repository, "summary", "summary/summary.html", {"command": command})
