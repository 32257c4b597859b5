"""Lists of a repository's branches, tags, bookmarks and topics."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import JsonResponse
from django.http.response import HttpResponseBase
from django.utils.http import urlencode

from belvedere.access.actor import Actor
from belvedere.repos.fetch import Readable
from belvedere.repos.storage import open_repository
from belvedere.vcs.model import Refs
from belvedere.web.links import address_of
from belvedere.web.ref_lists import (
    BOOKMARKS,
    BRANCHES,
    CLOSED,
    SECTIONS,
    TAGS,
    TOPICS,
    Section,
    distances_of,
    lines_of,
    names_in,
)
from belvedere.web.registry import page
from belvedere.web.repository import Link, repository_page
from belvedere.web.visitors import PageRequest

ON_A_PAGE = 50
LONGEST = 200
ORDERS = ("newest", "name")


@page("<repository>/branches")
def branches(actor: Actor, request: PageRequest, repository: Readable) -> HttpResponseBase:
    """List branches; with `?closed=1`, those that were closed."""
    return _shown(actor, request, repository, CLOSED if request.GET.get("closed") == "1" else BRANCHES)


@page("<repository>/tags")
def tags(actor: Actor, request: PageRequest, repository: Readable) -> HttpResponseBase:
    """List tags."""
    return _shown(actor, request, repository, TAGS)


@page("<repository>/bookmarks")
def bookmarks(actor: Actor, request: PageRequest, repository: Readable) -> HttpResponseBase:
    """List bookmarks."""
    return _shown(actor, request, repository, BOOKMARKS)


@page("<repository>/topics")
def topics(actor: Actor, request: PageRequest, repository: Readable) -> HttpResponseBase:
    """List topics."""
    return _shown(actor, request, repository, TOPICS)


def _shown(actor: Actor, request: PageRequest, repository: Readable, section: Section) -> HttpResponseBase:
    opened = open_repository(repository)
    refs = opened.refs()
    text = request.GET.get("q", "").strip()[:LONGEST]
    order = request.GET.get("sort", "")
    found = names_in(opened, refs, section, text, order)
    turned = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    lines = lines_of(opened, repository, refs, section, list(turned.object_list))
    if request.GET.get("distances") == "1":
        counted = distances_of(opened, refs, [each.changeset.raw_id for each in lines])
        return JsonResponse({"distances": [counted.get(each.changeset.raw_id) for each in lines]})
    query = {"closed": "1"} if section.is_closed else {}
    query |= {"q": text} if text else {}
    query |= {"sort": order} if order in ORDERS else {}
    has_distance = section.has_distance and refs.default is not None and len(lines) > 0
    context: dict[str, Any] = {
        "section": section,
        "sections": _sections(repository, refs, section),
        "lines": lines,
        "page": turned,
        "query": f"{urlencode(query)}&" if query else "",
        "text": text,
        "default": refs.default,
        "orders": [
            Link(
                label, address_of(repository.name, section.word, **query | {"sort": word}), word == (order or ORDERS[0])
            )
            for word, label in zip(ORDERS, ("Newest first", "By name"), strict=True)
        ],
        "distances": address_of(repository.name, section.word, **query, page=turned.number, distances=1)
        if has_distance
        else "",
        "is_empty": not refs.heads,
    }
    return repository_page(request, actor, repository, "refs", "refs/refs.html", context)


def _sections(repository: Readable, refs: Refs, current: Section) -> list[Link]:
    """Give the kinds that the repository has names of, and the usual ones."""
    return [
        Link(
            f"{each.title} {len(each.names(refs)):,}",
            address_of(repository.name, each.word, closed=1 if each.is_closed else None),
            each is current,
        )
        for each in SECTIONS
        if each in (BRANCHES, TAGS, current) or each.names(refs)
    ]
