"""Administration: comparing the database with the disk, and reading everything anew."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere.access.actor import Administrator
from belvedere.errors import DomainError
from belvedere.repos.adopting import adopt_in_background
from belvedere.repos.rereading import reread_all
from belvedere.repos.rescan import Rescan, rescan, survey
from belvedere.repos.storage import root
from belvedere.web.admin_sections import admin_page
from belvedere.web.links import address_of
from belvedere.web.registry import page
from belvedere.web.visitors import PageRequest

MAPPING = "_admin/settings/mapping"
MOST_SHOWN = 500
MOST_AT_ONCE = 20
"""How many repositories are adopted while somebody waits for the page."""


@page(MAPPING, form=True)
def mapping(actor: Administrator, request: PageRequest) -> HttpResponseBase:
    """Look what lies on disk, adopt it, forget what is missing, or read everything anew."""
    if request.method != "POST":
        return _shown(request, {})
    deed = request.POST.get("deed", "adopt")
    if deed == "reread":
        count = reread_all(actor)
        messages.success(request, f"{count:,} repositories are read anew in the background.")
        return HttpResponseRedirect(address_of(MAPPING))
    try:
        if deed == "look":
            return _shown(request, _named("looked", survey(actor)))
        if deed == "adopt" and len(survey(actor).added) > MOST_AT_ONCE:
            adopt_in_background(actor)
            messages.success(request, "They are adopted in the background. Look again to see how many are left.")
            return HttpResponseRedirect(address_of(MAPPING))
        found = rescan(actor, remove_obsolete=deed == "forget" or "destroy" in request.POST)
    except DomainError as error:
        return _shown(request, {"error": error.message}, status=error.status)
    return _shown(request, _named("forgot" if deed == "forget" else "adopted", found))


def _named(what: str, found: Rescan) -> dict[str, Any]:
    return {
        "done": what,
        "added": found.added[:MOST_SHOWN],
        "added_count": len(found.added),
        "missing": found.removed[:MOST_SHOWN],
        "missing_count": len(found.removed),
    }


def _shown(request: PageRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponseBase:
    return admin_page(request, "rescan", "admin/rescan.html", {"root": root(), **context}, status=status)
