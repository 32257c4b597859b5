"""Who wrote each line of a file, when, and with which words."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor
from belvedere.repos.fetch import Readable
from belvedere.text.paths import shown
from belvedere.vcs.errors import PathNotFound
from belvedere.web.annotation import LARGEST, annotated, blocks_of
from belvedere.web.file_history import exists_at, origin_of
from belvedere.web.file_place import FilePlace, file_context, file_place
from belvedere.web.file_view import is_file
from belvedere.web.pages.files import number_in
from belvedere.web.registry import page
from belvedere.web.repository import repository_page
from belvedere.web.visitors import PageRequest


@page("<repository>/annotate/<rest:rest>")
def annotate(actor: Actor, request: PageRequest, repository: Readable, rest: str) -> HttpResponseBase:
    """Show a file with the changeset of each line; `before` in the query is a line as it was before this changeset."""
    place = file_place(repository, rest)
    entry = place.opened.entry(place.raw_id, place.path)
    if not is_file(entry):
        raise PathNotFound(f"`{shown(place.path)}` is no file but a {entry.kind}")
    before = number_in(request, "before", 0)
    if before:
        return _before(request, place, before)
    found = annotated(place) if (entry.size or 0) <= LARGEST else None
    context = {**file_context(place, "annotate"), "entry": entry, "found": found, "source": None, "largest": LARGEST}
    if found is not None:
        context["source"], context["blocks"] = blocks_of(place, found, number_in(request, "at"))
    return repository_page(request, actor, repository, "files", "files/annotate.html", context)


def _before(request: PageRequest, place: FilePlace, line: int) -> HttpResponseBase:
    """Lead to the file as it was before this changeset, or say that it begins with it."""
    changeset = place.opened.changeset(place.raw_id)
    for parent in changeset.parents:
        if exists_at(place, parent, place.path):
            return HttpResponseRedirect(f"{place.url('annotate', revision=parent)}#L{line}")
    origin = origin_of(place.opened, place.path, changeset)
    if origin is not None:
        return HttpResponseRedirect(f"{place.url('annotate', origin.path, origin.raw_id)}#L{line}")
    messages.info(request, f"There is nothing before: {shown(place.path)} begins with changeset {changeset.short_id}.")
    return HttpResponseRedirect(f"{place.url('annotate')}#L{line}")
