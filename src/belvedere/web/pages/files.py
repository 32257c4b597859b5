"""Directories and files at a revision."""

from __future__ import annotations

import posixpath
from typing import Any

from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor
from belvedere.repos.fetch import Readable
from belvedere.repos.storage import open_repository
from belvedere.text.paths import shown
from belvedere.vcs.errors import PathNotFound
from belvedere.vcs.model import Entry, EntryKind
from belvedere.web import file_names, tree_rows
from belvedere.web.clone_ways import clone_ways, first_steps
from belvedere.web.file_place import FilePlace, file_context, file_place
from belvedere.web.file_view import file_view, is_file, text_at
from belvedere.web.last_changes import change_of, changes_in, quick_changes_in
from belvedere.web.readme import readme_in
from belvedere.web.registry import page
from belvedere.web.repository import repository_page
from belvedere.web.shell import render
from belvedere.web.source_view import piece_with
from belvedere.web.subrepositories import links_of
from belvedere.web.tree_rows import part_of, rows_of
from belvedere.web.visitors import PageRequest

CHANGES = "changes"
"""In the query: what changed last is asked for, as a fragment if `PARTIAL` stands in the headers."""
PARTIAL = "HX-Request"
MOST_DIGITS = 9
FOUND_AT_ONCE = 200


@page("<repository>/files/<rest:rest>")
def files(actor: Actor, request: PageRequest, repository: Readable, rest: str) -> HttpResponseBase:
    """Show a directory or a file."""
    if not rest and open_repository(repository).is_empty():
        ways = clone_ways(request, repository)
        context = {"ways": ways, "steps": first_steps(ways[0], repository)}
        return repository_page(request, actor, repository, "files", "files/empty.html", context)
    place = file_place(repository, rest)
    entry = place.opened.entry(place.raw_id, place.path) if place.path else None
    if entry is None or entry.kind is EntryKind.DIRECTORY:
        return _directory(actor, request, place)
    return _file(actor, request, place, entry)


def _directory(actor: Actor, request: PageRequest, place: FilePlace) -> HttpResponseBase:
    if PARTIAL in request.headers:
        context = _listed(actor, request, place, with_changes=True)
        return render(request, "files/_rows.html", context)
    context = {
        **file_context(place, "files"),
        "finder_source": place.url("nodelist"),
        "archive_name": f"{place.revision}/{place.path}.zip" if place.path else f"{place.revision}.zip",
        **_listed(actor, request, place, with_changes=CHANGES in request.GET),
        **_found(request, place),
    }
    return repository_page(request, actor, place.repository, "files", "files/directory.html", context)


def _listed(actor: Actor, request: PageRequest, place: FilePlace, *, with_changes: bool) -> dict[str, Any]:
    entries = place.opened.tree(place.raw_id, place.path)
    part = part_of(entries, number_in(request, "at"))
    if len(entries) <= tree_rows.AT_ONCE or with_changes:
        part = part_of(place.opened.tree(place.raw_id, place.path, sizes=True), part.first)
    newest = place.opened.changeset(place.raw_id)
    changes = changes_in(place) if with_changes else quick_changes_in(place, newest)
    readme = readme_in(place.opened, place.repository.name, place.revision, place.raw_id, entries)
    return {
        "place": place,
        "newest": newest,
        "part": part,
        "rows": rows_of(actor, place, part, changes),
        "changes_later": None if changes is not None else place.url("files", changes=1, at=part.first),
        "parent": place.url("files", place.parent) if place.path else None,
        "readme": readme,
    }


def _found(request: PageRequest, place: FilePlace) -> dict[str, Any]:
    """Find files by a part of their names, for those whose browser does not while they type."""
    query = request.GET.get("find", "").strip()[: file_names.LONGEST_QUERY]
    if not query:
        return {"query": ""}
    paths, count = file_names.found(place, query, FOUND_AT_ONCE)
    links = [(path, place.url("files", path)) for path in paths]
    return {"query": query, "found": links, "found_count": count}


def _file(actor: Actor, request: PageRequest, place: FilePlace, entry: Entry) -> HttpResponseBase:
    if PARTIAL in request.headers:
        return render(request, "files/_change.html", {"place": place, "change": change_of(place)})
    line = number_in(request, "line", 0)
    if line and is_file(entry) and (text := text_at(place, entry)) is not None:
        first = piece_with(text, line)
        address = place.url("files", source=1, at=None if first == 1 else first)
        return HttpResponseRedirect(f"{address}#L{line}")
    context = {
        **file_context(place, "files"),
        "entry": entry,
        "change": change_of(place) if CHANGES in request.GET else None,
        "change_url": place.url("files", changes=1),
    }
    if not is_file(entry):
        context |= _elsewhere(actor, place, entry)
        return repository_page(request, actor, place.repository, "files", "files/elsewhere.html", context)
    as_source = "source" in request.GET
    context |= {
        "is_executable": entry.kind is EntryKind.EXECUTABLE,
        "view": file_view(place, entry, as_source=as_source, first=number_in(request, "at")),
        "piece_query": "source=1&" if as_source else "",
    }
    return repository_page(request, actor, place.repository, "files", "files/file.html", context)


def _elsewhere(actor: Actor, place: FilePlace, entry: Entry) -> dict[str, Any]:
    """Tell where a symbolic link or a subrepository leads."""
    if entry.kind is EntryKind.SUBREPOSITORY:
        return {"url": links_of(actor, place, [entry.path]).get(entry.path), "pinned": entry.id}
    target = place.opened.read(place.raw_id, place.path).decode("utf-8", "surrogateescape")
    return {"target": shown(target), "target_url": _target_url(place, target)}


def _target_url(place: FilePlace, target: str) -> str | None:
    """Give the address of what a symbolic link stands for, if that is in the repository."""
    path = posixpath.normpath(posixpath.join(place.parent, target))
    if path.startswith(("/", "..")) or path == ".":
        return None
    try:
        return place.url("files", place.opened.entry(place.raw_id, path).path)
    except PathNotFound:
        return None


def number_in(request: PageRequest, name: str, default: int = 1) -> int:
    """Give a number of the query, the default where there is none."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else default
