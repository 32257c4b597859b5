"""The first page: the groups and repositories of the top level, or all that fit what somebody looks for."""

from __future__ import annotations

from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor
from belvedere.accounts.fetch import has_global_permission
from belvedere.web.listing import listing_page, view_from
from belvedere.web.registry import page
from belvedere.web.repository import site_of
from belvedere.web.visitors import PageRequest

CREATE_REPOSITORY = "hg.create.repository"


@page("")
def home(actor: Actor, request: PageRequest) -> HttpResponseBase:
    """List what lies at the top level."""
    context = {
        "site": site_of(request),
        "may_create": not actor.is_anonymous and has_global_permission(actor, CREATE_REPOSITORY),
        "may_create_group": actor.administers,
    }
    return listing_page(request, actor, view_from(request), "home/home.html", context)
