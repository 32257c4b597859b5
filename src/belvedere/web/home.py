"""The first page: what can be read here without signing in, and how to get it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from belvedere.accounts.authentication import anonymous
from belvedere.repos.fetch import visible_to
from belvedere.repos.models import Repository

ON_A_PAGE = 50


def home(request: HttpRequest) -> HttpResponse:
    """List the repositories that everyone may read, a page at a time."""
    actor = anonymous(request.META.get("REMOTE_ADDR", ""))
    rows = visible_to(actor).order_by("name") if actor else Repository.objects.none()
    wanted = rows.filter(name__icontains=query) if (query := request.GET.get("q", "").strip()[:200]) else rows
    page = Paginator(wanted, ON_A_PAGE).get_page(request.GET.get("page"))
    site = settings.BELVEDERE.base_url or f"{request.scheme}://{request.get_host()}"
    shown = [_shown(row, site) for row in page.object_list]
    return render(request, "home/home.html", {"page": page, "repositories": shown, "query": query, "site": site})


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
