"""Gists: lists of them, and one of them as it is now."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor, member
from belvedere.gists.fetch import ShownGist, own_gists, public_gists
from belvedere.web.gist_view import GISTS, NEWEST, gist_page, row_of
from belvedere.web.registry import page
from belvedere.web.repository import Link
from belvedere.web.shell import render
from belvedere.web.visitors import PageRequest

ON_A_PAGE = 30
KINDS = (
    ("", "All public"),
    ("public=1&private=1", "Mine"),
    ("public=1", "Mine, public"),
    ("private=1", "Mine, private"),
)


@page("_admin/gists")
def gists(actor: Actor, request: PageRequest) -> HttpResponseBase:
    """List gists: those that everybody may find, or one's own."""
    asked = [name for name in ("public", "private") if request.GET.get(name)]
    if asked and not actor.is_anonymous:
        rows = own_gists(member(actor), private=None if len(asked) > 1 else asked == ["private"])
    else:
        asked, rows = [], public_gists(actor)
    query = "&".join(f"{name}=1" for name in asked)
    turned = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": turned,
        "gists": [row_of(row) for row in turned.object_list],
        "query": f"{query}&" if query else "",
        "is_own": bool(asked),
        "kinds": [Link(label, f"/{GISTS}?{kind}" if kind else f"/{GISTS}", kind == query) for kind, label in KINDS],
        "may_create": not actor.is_anonymous,
    }
    return render(request, "gists/list.html", context)


@page("_admin/gists/<gist>")
def show_gist(actor: Actor, request: PageRequest, gist: ShownGist) -> HttpResponseBase:
    """Show a gist as it is now."""
    return gist_page(request, actor, gist, NEWEST)
