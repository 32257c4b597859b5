"""The first page: what can be read here without signing in, and how to get it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.paginator import Paginator
from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor
from belvedere.repos.fetch import visible_to
from belvedere.repos.models import Repository
from belvedere.web.registry import page
from belvedere.web.repository import site_of
from belvedere.web.shell import render
from belvedere.web.visitors import PageRequest

ON_A_PAGE = 50


@page("")
def home(actor: Actor, request: PageRequest) -> HttpResponseBase:
    """List the repositories that one may read, a page at a time."""
    rows = visible_to(actor).order_by("name")
    wanted = rows.filter(name__icontains=query) if (query := request.GET.get("q", "").strip()[:200]) else rows
    turned = Paginator(wanted, ON_A_PAGE).get_page(request.GET.get("page"))
    site = site_of(request)
    shown = [_shown(row, site) for row in turned.object_list]
    return render(request, "home/home.html", {"page": turned, "repositories": shown, "query": query, "site": site})


def _shown(row: Repository, site: str) -> dict[str, Any]:
    group, _, name = row.name.rpartition("/")
    newest = row.last_changeset
    return {
        "group": group,
        "name": name,
        "scheme": row.scheme,
        "description": "" if row.description == name else row.description,
        "command": f"{row.scheme} clone {site}/{row.name}",
        "message": newest["message"].partition("\n")[0] if newest else "",
        "date": datetime.fromtimestamp(newest["date"], UTC) if newest else None,
    }
