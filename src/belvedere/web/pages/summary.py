"""The first page of a repository."""

from __future__ import annotations

from typing import Any

from django.http import JsonResponse
from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor
from belvedere.accounts.fetch import has_global_permission
from belvedere.repos.fetch import FORK, Readable
from belvedere.repos.figures import counted, languages_in, size_of
from belvedere.repos.following import follower_count
from belvedere.repos.forks import fork_count
from belvedere.repos.storage import open_repository
from belvedere.text.messages import message_html
from belvedere.text.paths import shown
from belvedere.vcs.errors import EmptyRepository
from belvedere.vcs.model import ChangesetQuery, EntryKind, Refs
from belvedere.vcs.repository import Repository
from belvedere.web.archives import FORMATS
from belvedere.web.clone_ways import clone_ways, first_steps
from belvedere.web.door import PARTIAL
from belvedere.web.links import address_of
from belvedere.web.readme import readme_in
from belvedere.web.ref_labels import labels_of
from belvedere.web.ref_picker import newest_names
from belvedere.web.ref_words import NamedRef, maps_of, word_for
from belvedere.web.registry import page
from belvedere.web.repository import Link, repository_page
from belvedere.web.revisions import landing_of
from belvedere.web.shares import shares_of
from belvedere.web.shell import render
from belvedere.web.templating import bytesize
from belvedere.web.visitors import PageRequest

LATEST = 10
NAMES_TO_DOWNLOAD = 15
MOST_FILES = 48
SUBREPOSITORY_LISTS = {".gitmodules", ".hgsub"}
COUNT_NOW = "figures"
"""In the query: what is mostly counted after the page is there shall be on it."""


@page("<repository>", "<repository>/summary")
def summary(actor: Actor, request: PageRequest, repository: Readable) -> HttpResponseBase:
    """Show what a repository is, what happens in it and how to get it."""
    opened = open_repository(repository)
    refs = opened.refs()
    ways = clone_ways(request, repository)
    context = {
        "ways": ways,
        "description": message_html(repository.description),
        "may_fork": not actor.is_anonymous and has_global_permission(actor, FORK),
        "follower_count": follower_count(repository),
        "fork_count": fork_count(actor, repository),
    }
    if not refs.heads:
        context["steps"] = first_steps(ways[0], repository)
        return repository_page(request, actor, repository, "summary", "summary/empty.html", context)
    revision = landing_of(opened, repository)
    raw_id = opened.resolve(revision)
    context |= _content(repository, opened, refs, revision, raw_id)
    context |= _figures(repository, opened, raw_id, count_now=COUNT_NOW in request.GET)
    return repository_page(request, actor, repository, "summary", "summary/summary.html", context)


@page("<repository>/repo_size")
def repo_size(actor: Actor, request: PageRequest, repository: Readable) -> HttpResponseBase:
    """Give the size as JSON text, or for a part of a page all that is counted afterwards."""
    if PARTIAL not in request.headers:
        return JsonResponse(bytesize(size_of(repository)), safe=False)
    opened = open_repository(repository)
    try:
        raw_id = opened.resolve(landing_of(opened, repository))
    except EmptyRepository:
        raw_id = ""
    context = _figures(repository, opened, raw_id, count_now=True)
    return render(request, "summary/_figures.html", {"repository": repository, **context})


def _content(repository: Readable, opened: Repository, refs: Refs, revision: str, raw_id: str) -> dict[str, Any]:
    entries = opened.tree(raw_id)
    latest = list(opened.changesets(ChangesetQuery(limit=LATEST, newest_first=True)))
    labels = labels_of(refs, repository.name, latest)
    ordered = sorted(entries, key=lambda entry: entry.kind is not EntryKind.DIRECTORY)
    return {
        "refs": refs,
        "revision": revision,
        "changeset_count": opened.count(),
        "latest": [(each, labels[each.raw_id]) for each in latest],
        "entries": ordered[:MOST_FILES],
        "entry_count": len(ordered),
        "readme": readme_in(opened, repository.name, revision, raw_id, entries),
        "downloads": _downloads(refs) if repository.has_downloads else None,
        "archives": [Link(each, address_of(repository.name, "archive", f"{revision}.{each}")) for each in FORMATS],
        "has_subrepositories": any(entry.path in SUBREPOSITORY_LISTS for entry in entries),
    }


def _downloads(refs: Refs) -> list[tuple[str, list[Link]]]:
    """Give what can be chosen for an archive: kinds of names, and some of each with what stands in addresses."""
    found = []
    for kind, names, is_closed in maps_of(refs):
        if names and not is_closed:
            chosen = newest_names(refs, names, NAMES_TO_DOWNLOAD)
            found.append((kind.value, [Link(each, _word(refs, NamedRef(kind, each, names[each]))) for each in chosen]))
    return found


def _word(refs: Refs, ref: NamedRef) -> str:
    """Give what a form sends for a name: its hash where no form can send its bytes."""
    word = word_for(refs, ref)
    return word if shown(word) == word else ref.raw_id


def _figures(repository: Readable, opened: Repository, raw_id: str, *, count_now: bool) -> dict[str, Any]:
    """Give size and languages: those that are remembered, or counted now."""
    if count_now:
        size: int | None = size_of(repository)
        languages = languages_in(repository, opened, raw_id) if repository.has_statistics and raw_id else {}
        return {"size": size, "languages": shares_of(languages), "is_counted": True}
    known = counted(repository)
    is_counted = known.measured_on == repository.updated_on and (
        known.languages_of == raw_id or not repository.has_statistics
    )
    languages = known.languages if repository.has_statistics else {}
    return {"size": known.size, "languages": shares_of(languages), "is_counted": is_counted}
