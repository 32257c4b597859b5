"""What this site runs, and the small files that browsers and robots ask every site for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata, requires

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere import __version__
from belvedere.access.actor import Actor
from belvedere.web.registry import page
from belvedere.web.shell import render
from belvedere.web.static import static_url
from belvedere.web.visitors import PageRequest

PACKAGE = "belvedere"
NAME = re.compile(r"[A-Za-z0-9._-]+")
LONGEST_LICENCE = 60
CLASSIFIER = "License :: OSI Approved :: "
DAY = 24 * 3600
KEPT = f"public, max-age={DAY}"

ROBOTS = """\
User-agent: *
Disallow: /_admin/
Disallow: /_repos
Disallow: /*/annotate/
Disallow: /*/archive/
Disallow: /*/changelog_details/
Disallow: /*/compare
Disallow: /*/diff/
Disallow: /*/diff-2way/
Disallow: /*/raw/
Disallow: /*/rawfile/
"""
"""Pages that cost much and say nothing new: a robot that followed all of them would never come to an end."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A work of others that is part of this one, or that it uses."""

    name: str
    licence: str
    summary: str


@page("about")
def about(actor: Actor | None, request: PageRequest) -> HttpResponseBase:
    """Tell what this is, its licence, and whose work it stands on."""
    return render(request, "about/about.html", {"version": __version__, "notices": notices()})


@page("favicon.ico")
def favicon(actor: Actor | None, request: PageRequest) -> HttpResponseBase:
    """Send those who guess the picture's address to where it is."""
    response = HttpResponseRedirect(static_url("icon.svg"))
    response["Cache-Control"] = KEPT
    return response


@page("robots.txt")
def robots(actor: Actor | None, request: PageRequest) -> HttpResponseBase:
    """Keep robots from what only costs time."""
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8", headers={"Cache-Control": KEPT})


@cache
def notices() -> list[Notice]:
    """Name what is installed for this package to run, with the licence that each tells of itself."""
    wanted = {match[0] for each in requires(PACKAGE) or [] if "extra ==" not in each and (match := NAME.match(each))}
    found = [notice for name in sorted(wanted, key=str.lower) if (notice := _notice(name))]
    return [*found, Notice("htmx", "0BSD", "HTML that arrives in pieces")]


def _notice(name: str) -> Notice | None:
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return None
    licence = _first(told, "License-Expression") or _first(told, "License")
    if not licence or len(licence) > LONGEST_LICENCE:
        known = [each.removeprefix(CLASSIFIER) for each in told.get_all("Classifier") or [] if CLASSIFIER in each]
        licence = ", ".join(known) or "see its own files"
    return Notice(told["Name"], licence, _first(told, "Summary"))


def _first(told: PackageMetadata, field: str) -> str:
    return next(iter(told.get_all(field) or []), "")
