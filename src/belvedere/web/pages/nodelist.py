"""Names of files as data: for finding one by typing, and for programs."""

from __future__ import annotations

from django.http import JsonResponse
from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor
from belvedere.repos.fetch import Readable
from belvedere.text.paths import shown
from belvedere.web.file_names import LONGEST_QUERY, found, names_at
from belvedere.web.file_place import file_place
from belvedere.web.registry import page
from belvedere.web.visitors import PageRequest

FOUND_AT_ONCE = 40


@page("<repository>/nodelist/<rest:rest>")
def nodelist(actor: Actor, request: PageRequest, repository: Readable, rest: str) -> HttpResponseBase:
    """List all directories and files below a directory; with `q`, the addresses of some files that hold its words."""
    place = file_place(repository, rest)
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    if query:
        paths, count = found(place, query, FOUND_AT_ONCE)
        nodes = [{"name": shown(path), "type": "file", "url": place.url("files", path)} for path in paths]
        return JsonResponse({"nodes": nodes, "count": count})
    names = names_at(place)
    listed = [("dir", path) for path in names.directories] + [("file", path) for path in names.files]
    return JsonResponse({"nodes": [{"name": shown(path), "type": kind} for kind, path in listed]})
