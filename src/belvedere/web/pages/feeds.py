"""Feeds of a repository's newest changesets."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from belvedere.access.actor import Actor
from belvedere.errors import NotFound
from belvedere.repos.fetch import Readable
from belvedere.repos.storage import open_repository
from belvedere.vcs.model import ChangesetQuery
from belvedere.web.feeds import KINDS, feed_from, tag_of
from belvedere.web.registry import page
from belvedere.web.repository import site_of
from belvedere.web.visitors import PageRequest

NEWEST = 20


@page("<repository>/feed/<kind>")
def feed(actor: Actor, request: PageRequest, repository: Readable, kind: str) -> HttpResponseBase:
    """Give the newest changesets as `rss` or `atom`; `?branch=` narrows them as in the changelog."""
    if kind not in KINDS:
        raise NotFound(f"there is no feed of the kind `{kind}`")
    opened, site = open_repository(repository), site_of(request)
    query = ChangesetQuery(newest_first=True, limit=NEWEST, branch=request.GET.get("branch") or None)
    newest = list(opened.changesets(query))
    tag = tag_of(kind, site, repository, newest)
    known = get_conditional_response(request, etag=tag)
    if known is not None:
        return known
    with_files = list(opened.changesets(replace(query, files=True)))
    made = feed_from(kind, site, repository, with_files)
    response = HttpResponse(made.writeString("utf-8"), content_type=KINDS[kind][1])
    response["ETag"] = tag
    return response
