"""Administration: what the site runs on, how it fares, and its jobs."""

from __future__ import annotations

import platform

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere.access.actor import Administrator
from belvedere.instance.checks import findings
from belvedere.instance.places import database_place, home_room, repositories_room
from belvedere.instance.processes import processes
from belvedere.instance.queue import cancel, discard, failed_jobs, listed, queue, retry, retry_all
from belvedere.instance.versions import main_versions, packages
from belvedere.web.admin_sections import admin_page
from belvedere.web.links import address_of
from belvedere.web.registry import action, page
from belvedere.web.visitors import PageRequest

SYSTEM = "_admin/settings/system"
NEAREST = "belvedere.nearest"
"""Where `conf.proxies` keeps who connected."""


@page(SYSTEM)
def system(actor: Administrator, request: PageRequest) -> HttpResponseBase:
    """Show the state of the site."""
    found = findings()
    family = processes()
    context = {
        "findings": [each for each in found if each.verdict != "good"],
        "good": [each for each in found if each.verdict == "good"],
        "versions": main_versions(),
        "host": platform.node(),
        "database": database_place(),
        "rooms": [("Repositories", repositories_room()), ("Home directory", home_room())],
        "processes": family,
        "began_on": family[0].began_on if family else None,
        "queue": queue(),
        "jobs": [each for each in listed(actor) if each.state != "failed"],
        "failed": failed_jobs(actor),
        "packages": packages(),
        "connection": _connection(request),
    }
    return admin_page(request, "system", "admin/system.html", context)


@action(f"{SYSTEM}/jobs")
def jobs(actor: Administrator, request: PageRequest) -> HttpResponseBase:
    """Try failed jobs again, or forget them; cancel what waits, or may take long."""
    given = request.POST
    if given.get("retry") == "all":
        messages.success(request, f"{retry_all(actor):,} jobs are tried again.")
    elif given.get("retry"):
        retry(actor, given["retry"])
        messages.success(request, "The job is tried again.")
    elif given.get("cancel"):
        cancel(actor, given["cancel"])
        messages.success(request, "The job is cancelled.")
    else:
        discard(actor, given.get("discard", ""))
        messages.success(request, "The job is forgotten.")
    return HttpResponseRedirect(f"{address_of(SYSTEM)}#jobs")


def _connection(request: PageRequest) -> dict[str, object]:
    """Tell how this request came, so that one sees whether proxies are believed as they should be."""
    near, is_believed, has_spoken = request.META.get(NEAREST, ("", False, False))
    return {
        "address": request.META.get("REMOTE_ADDR", ""),
        "scheme": request.scheme,
        "host": request.get_host(),
        "near": near,
        "is_believed": is_believed,
        "is_ignored": has_spoken and not is_believed,
    }
