"""What happened to a path, and who did it."""

from __future__ import annotations

from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor
from belvedere.repos.fetch import Readable
from belvedere.vcs.model import EntryKind
from belvedere.web.file_history import ON_A_PAGE, authors_of, page_of
from belvedere.web.file_place import file_context, file_place
from belvedere.web.registry import page
from belvedere.web.repository import repository_page
from belvedere.web.visitors import PageRequest

AUTHORS_AT_ONCE = 100


@page("<repository>/history/<rest:rest>")
def history(actor: Actor, request: PageRequest, repository: Readable, rest: str) -> HttpResponseBase:
    """List the changesets that touched a path, newest first."""
    place = file_place(repository, rest)
    entry = place.opened.entry(place.raw_id, place.path)
    start = request.GET.get("start") or None
    found = page_of(place, None if start is None else place.opened.resolve(start))
    context = {
        **file_context(place, "history"),
        "found": found,
        "is_file": entry.kind is not EntryKind.DIRECTORY,
        "is_first": start is None,
        "on_a_page": ON_A_PAGE,
        "previous": list(zip(found.changesets, [*found.changesets[1:], None], strict=True)),
    }
    return repository_page(request, actor, repository, "files", "files/history.html", context)


@page("<repository>/authors/<rest:rest>")
def authors(actor: Actor, request: PageRequest, repository: Readable, rest: str) -> HttpResponseBase:
    """List who changed a path."""
    place = file_place(repository, rest)
    place.opened.entry(place.raw_id, place.path)
    found = authors_of(place)
    context = {
        **file_context(place, "authors"),
        "authors": found[:AUTHORS_AT_ONCE],
        "count": len(found),
        "changesets": sum(each.count for each in found),
    }
    return repository_page(request, actor, repository, "files", "files/authors.html", context)
