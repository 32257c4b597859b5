"""A changeset and its nearest relatives, as programs and scripts ask for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from belvedere.access.actor import Actor
from belvedere.errors import Invalid
from belvedere.repos.fetch import Readable
from belvedere.repos.storage import open_repository
from belvedere.vcs.model import Changeset
from belvedere.web.changeset_facts import changeset_link
from belvedere.web.moments import moment_from
from belvedere.web.registry import page
from belvedere.web.repository import repository_page
from belvedere.web.shell import render
from belvedere.web.visitors import PageRequest

MOST = 100
"""Children that are shown; a root of a thousand branches is no good reason to show a thousand."""


@page("changeset_info/<repository>/<revision>")
def changeset_info(actor: Actor, request: PageRequest, repository: Readable, revision: str) -> HttpResponseBase:
    """Give a changeset as JSON to a script."""
    if not _is_script(request):
        raise Invalid("this address is for scripts: they send `X-Requested-With: XMLHttpRequest`")
    return JsonResponse(_shape(open_repository(repository).changeset(revision)))


@page("<repository>/changeset_children/<rest:revision>")
def changeset_children(actor: Actor, request: PageRequest, repository: Readable, revision: str) -> HttpResponseBase:
    """Give what was built upon a changeset."""
    opened = open_repository(repository)
    raw_id = opened.resolve(revision)
    found = opened.several(opened.children(raw_id)[:MOST])
    return _answer(actor, request, repository, raw_id, "Children", found)


@page("<repository>/changeset_parents/<rest:revision>")
def changeset_parents(actor: Actor, request: PageRequest, repository: Readable, revision: str) -> HttpResponseBase:
    """Give what a changeset was built upon."""
    opened = open_repository(repository)
    changeset = opened.changeset(revision)
    return _answer(actor, request, repository, changeset.raw_id, "Parents", opened.several(changeset.parents))


def _answer(
    actor: Actor, request: PageRequest, repository: Readable, raw_id: str, title: str, found: list[Changeset]
) -> HttpResponseBase:
    """Answer a script with JSON in Kallithea's form, our own with a piece of a page, and people with a page."""
    if _is_script(request):
        return JsonResponse({"results": [_shape(each) for each in found]})
    links = [changeset_link(repository, each.raw_id) for each in found]
    if "part" in request.GET:
        return render(request, "changesets/_links.html", {"links": links, "most": MOST})
    context = {"title": title, "of": changeset_link(repository, raw_id), "changesets": found}
    return repository_page(request, actor, repository, "changelog", "changesets/relatives.html", context)


def _is_script(request: PageRequest) -> bool:
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"


def _shape(changeset: Changeset) -> dict[str, Any]:
    return {
        "short_id": changeset.short_id,
        "raw_id": changeset.raw_id,
        "revision": changeset.revision,
        "message": changeset.message,
        "date": _on_our_clock(moment_from(changeset.date)),
        "author": changeset.author,
    }


def _on_our_clock(when: datetime) -> str:
    """Write a time as the server's clock shows it, in whole seconds and without its zone, as Kallithea did."""
    return timezone.localtime(when).replace(tzinfo=None, microsecond=0).isoformat()
