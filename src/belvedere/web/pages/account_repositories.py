"""The repositories that are one's own, and those that one watches."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.http import urlencode

from belvedere.access.actor import Member
from belvedere.repos.fetch import visible_to
from belvedere.repos.models import Following, Repository
from belvedere.web.account import account_page
from belvedere.web.registry import page
from belvedere.web.visitors import PageRequest

ON_A_PAGE = 50
LONGEST_QUERY = 200


@page("_admin/my_account/repos")
def repos(actor: Member, request: PageRequest) -> HttpResponseBase:
    """List the repositories that one owns."""
    return _listed(request, "repos", visible_to(actor).filter(owner_id=actor.user_id))


@page("_admin/my_account/watched")
def watched(actor: Member, request: PageRequest) -> HttpResponseBase:
    """List the repositories that one watches and may still read."""
    followed = Following.objects.filter(user_id=actor.user_id).values("repository_id")
    return _listed(request, "watched", visible_to(actor).filter(pk__in=followed))


def _listed(request: PageRequest, section: str, rows: QuerySet[Repository]) -> HttpResponseBase:
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    wanted = rows.filter(name__icontains=query) if query else rows
    turned = Paginator(wanted.order_by("name"), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": turned,
        "rows": [_shown(row) for row in turned.object_list],
        "q": query,
        "query": f"{urlencode({'q': query})}&" if query else "",
        "is_watched": section == "watched",
    }
    return account_page(request, section, "account/repositories.html", context)


def _shown(row: Repository) -> dict[str, Any]:
    newest = row.last_changeset
    return {
        "row": row,
        "date": datetime.fromtimestamp(newest["date"], UTC) if newest else None,
        "message": newest["message"] if newest else "",
        "description": "" if row.description == row.name.rpartition("/")[2] else row.description,
    }
