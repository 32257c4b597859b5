"""The page of a repository group."""

from __future__ import annotations

from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor
from belvedere.access.levels import Level
from belvedere.repos.fetch import ReadableGroup, group_rule
from belvedere.web.listing import listing_page, view_from
from belvedere.web.registry import page
from belvedere.web.repository import crumbs, site_of
from belvedere.web.visitors import PageRequest


@page("<group>")
def group_page(actor: Actor, request: PageRequest, group: ReadableGroup) -> HttpResponseBase:
    """List what lies in a repository group."""
    level = group_rule.level_on(actor, group.pk, group.owner_id)
    name = group.name.rpartition("/")[2]
    context = {
        "group": group,
        "name": name,
        "description": "" if group.description == name else group.description,
        "crumbs": crumbs(group.name),
        "site": site_of(request),
        "may_create": not actor.is_anonymous and level >= Level.WRITE,
        "may_administer": not actor.is_anonymous and level >= Level.ADMIN,
    }
    return listing_page(request, actor, view_from(request, group), "home/group.html", context)
