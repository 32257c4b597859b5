"""One changeset, or several in a row, with everything that they changed."""

from __future__ import annotations

from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor
from belvedere.errors import NotFound
from belvedere.repos.fetch import Readable
from belvedere.repos.storage import open_repository
from belvedere.vcs.repository import Repository
from belvedere.web.archives import FORMATS
from belvedere.web.changeset_facts import changeset_link, facts_of
from belvedere.web.changeset_range import Range, range_from
from belvedere.web.diff_options import remember
from belvedere.web.diff_parts import part_of
from belvedere.web.diff_source import Difference
from belvedere.web.diff_view import diff_view
from belvedere.web.links import address_of
from belvedere.web.registry import page
from belvedere.web.repository import Link, repository_page
from belvedere.web.visitors import PageRequest

ON_A_PAGE = 50


@page("<repository>/changeset/<rest:revision>")
def changeset(actor: Actor, request: PageRequest, repository: Readable, revision: str) -> HttpResponseBase:
    """Show a changeset, or with `<first>...<last>` all from one to the other and what they changed together."""
    opened = open_repository(repository)
    several = range_from(opened, revision)
    if several is not None:
        return _range(actor, request, repository, opened, several)
    return _single(actor, request, repository, opened, opened.resolve(revision))


def _single(
    actor: Actor, request: PageRequest, repository: Readable, opened: Repository, raw_id: str
) -> HttpResponseBase:
    shown = opened.changeset(raw_id)
    place = _parent(request, len(shown.parents))
    difference = Difference(repository, opened, shown.parents[place] if shown.parents else None, raw_id)

    def address(**query: object) -> str:
        return address_of(repository.name, "changeset", raw_id, parent=place + 1 if place else None, **query)

    part = part_of(request, difference, address)
    if part is not None:
        return part
    context = {
        "facts": facts_of(repository, opened, shown, opened.lineage(raw_id)),
        "diff": diff_view(request, difference, address, downloads=_downloads(repository, raw_id)),
        "archives": _archives(repository, shown.short_id),
        "sides": _sides(repository, raw_id, shown.parents, place),
    }
    response = repository_page(request, actor, repository, "changelog", "changesets/changeset.html", context)
    return remember(request, response)


def _range(
    actor: Actor, request: PageRequest, repository: Readable, opened: Repository, several: Range
) -> HttpResponseBase:
    difference = Difference(repository, opened, several.before, several.last)
    name = f"{several.first}...{several.last}"

    def address(**query: object) -> str:
        return address_of(repository.name, "changeset", name, **query)

    part = part_of(request, difference, address)
    if part is not None:
        return part
    newest_first = several.raw_ids[::-1]
    context = {
        "range": several,
        "first": changeset_link(repository, several.first),
        "last": changeset_link(repository, several.last),
        "changesets": opened.several(newest_first[:ON_A_PAGE]),
        "left": max(len(newest_first) - ON_A_PAGE, 0),
        "changelog_url": address_of(repository.name, "changelog"),
        "compare_url": address_of(repository.name, "compare", f"rev@{several.first}...rev@{several.last}"),
        "diff": diff_view(request, difference, address, downloads=_downloads(repository, name)),
    }
    return remember(request, repository_page(request, actor, repository, "changelog", "changesets/range.html", context))


def _parent(request: PageRequest, count: int) -> int:
    """Read which parent of a merge it is compared with; the first unless another is asked for."""
    text = request.GET.get("parent", "1")
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= max(count, 1)):
        raise NotFound("this changeset has no such parent")
    return int(text[:4]) - 1


def _sides(repository: Readable, raw_id: str, parents: tuple[str, ...], place: int) -> list[Link]:
    """Give the parents of a merge that it can be compared with."""
    return [
        Link(each[:12], address_of(repository.name, "changeset", raw_id, parent=at + 1 if at else None), at == place)
        for at, each in enumerate(parents)
        if len(parents) > 1
    ]


def _archives(repository: Readable, short_id: str) -> list[Link]:
    """Give the whole tree as files to take away, where the repository gives any."""
    if not repository.has_downloads:
        return []
    return [Link(each, address_of(repository.name, "archive", f"{short_id}.{each}")) for each in FORMATS]


def _downloads(repository: Readable, revision: str) -> list[Link]:
    words = {"changeset-diff": "Raw difference", "changeset-patch": "Patch", "changeset-download": "Download"}
    return [Link(label, address_of(repository.name, word, revision)) for word, label in words.items()]
