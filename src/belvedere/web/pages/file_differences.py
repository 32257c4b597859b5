"""One file at two places in history, as other programs link to it."""

from __future__ import annotations

from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor
from belvedere.errors import Invalid, NotFound
from belvedere.repos.fetch import Readable
from belvedere.repos.storage import open_repository
from belvedere.text.paths import shown
from belvedere.vcs.errors import PathNotFound
from belvedere.vcs.model import SHORT_ID_LENGTH
from belvedere.vcs.repository import Repository
from belvedere.web.changeset_facts import changeset_link
from belvedere.web.diff_options import NO, options_from, remember
from belvedere.web.diff_parts import part_of
from belvedere.web.diff_rows import SPLIT
from belvedere.web.diff_source import Difference
from belvedere.web.diff_texts import text_response
from belvedere.web.diff_view import diff_view
from belvedere.web.links import address_of
from belvedere.web.registry import page
from belvedere.web.repository import Link, repository_page
from belvedere.web.visitors import PageRequest

NOTHING = ("", "None")


@page("<repository>/diff/<rest:path>")
def file_difference(actor: Actor, request: PageRequest, repository: Readable, path: str) -> HttpResponseBase:
    """Show what differs in a file from `diff1` to `diff2`; with `diff=raw` or `diff=download` as text."""
    return _answer(actor, request, repository, path, "diff", None)


@page("<repository>/diff-2way/<rest:path>")
def file_difference_side_by_side(
    actor: Actor, request: PageRequest, repository: Readable, path: str
) -> HttpResponseBase:
    """Show the same with lines side by side."""
    return _answer(actor, request, repository, path, "diff-2way", None if "view" in request.GET else SPLIT)


def _answer(
    actor: Actor, request: PageRequest, repository: Readable, path: str, word: str, view: str | None
) -> HttpResponseBase:
    if request.GET.get("show_rev", "").lower() not in NO:
        return HttpResponseRedirect(address_of(repository.name, "files", request.GET.get("diff1", "tip"), path))
    opened = open_repository(repository)
    difference = _difference(request, repository, opened, path.strip("/"))
    options = options_from(request, view=view)
    wanted = request.GET.get("diff", "diff")
    if wanted in ("raw", "download"):
        name = f"{shown(path).rpartition('/')[2]}-{difference.new[:SHORT_ID_LENGTH]}.diff"
        return text_response(request, difference.raw(options, binary=True), name if wanted == "download" else "")

    def address(**query: object) -> str:
        return address_of(repository.name, word, path, diff1=difference.old, diff2=difference.new, **query)

    part = part_of(request, difference, address, options=options)
    if part is not None:
        return part
    downloads = [Link("Raw difference", address(diff="raw")), Link("Download", address(diff="download"))]
    context = {
        "path": path,
        "name": path.rpartition("/")[2],
        "old": None if difference.old is None else changeset_link(repository, difference.old),
        "new": changeset_link(repository, difference.new),
        "swap_url": ""
        if difference.old is None
        else address_of(repository.name, word, path, diff1=difference.new, diff2=difference.old),
        "diff": diff_view(request, difference, address, downloads=downloads, options=options),
    }
    return remember(request, repository_page(request, actor, repository, "files", "diffs/file.html", context))


def _difference(request: PageRequest, repository: Readable, opened: Repository, path: str) -> Difference:
    """Read both ends; without `diff1` it is what `diff2` changed, and the file has to be at one of them."""
    if not path:
        raise Invalid("the address names no file: `diff/<path>?diff1=<changeset>&diff2=<changeset>`")
    first, second = (request.GET.get(name, "") for name in ("diff1", "diff2"))
    if second in NOTHING:
        raise Invalid("diff2 names the changeset to compare with")
    new = opened.resolve(second)
    if first in NOTHING or not first.strip("0"):
        parents = opened.changeset(new).parents
        old = parents[0] if parents else None
    else:
        old = opened.resolve(first)
    if not any(_has(opened, each, path) for each in (new, old) if each is not None):
        raise NotFound(f"there is no `{shown(path)}` at either of the two")
    return Difference(repository, opened, old, new, only=path)


def _has(opened: Repository, raw_id: str, path: str) -> bool:
    try:
        opened.entry(raw_id, path)
    except PathNotFound:
        return False
    return True
