"""The changelog: what was committed, newest first, with the lines between."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from belvedere.access.actor import Actor
from belvedere.repos.fetch import Readable
from belvedere.repos.storage import open_repository
from belvedere.reviews.marks import marks_of
from belvedere.vcs.errors import RevisionNotFound
from belvedere.vcs.model import Refs
from belvedere.vcs.repository import Repository
from belvedere.web.changelog_filters import SIZE_COOKIE, SIZES, FilterForm, Filters, fields_of, filters_from
from belvedere.web.changelog_pages import Page, page_of
from belvedere.web.changelog_rows import lines_of, states_of, subject_and_body
from belvedere.web.door import PARTIAL
from belvedere.web.file_history import origin_of
from belvedere.web.links import address_of
from belvedere.web.ref_labels import labels_of
from belvedere.web.ref_picker import Choice, picker_for
from belvedere.web.registry import page
from belvedere.web.repository import repository_page
from belvedere.web.revisions import place_from
from belvedere.web.shell import render
from belvedere.web.visitors import PageRequest

YEAR = 365 * 24 * 3600
PAGE = "changelog/changelog.html"
MOST_PICKED = 2000
MOST_CHILDREN = 20
EVERYTHING = "All branches"


@page("<repository>/changelog/<rest:rest>")
def changelog(actor: Actor, request: PageRequest, repository: Readable, rest: str = "") -> HttpResponseBase:
    """List changesets; the old addresses with a revision and a path behind the word lead to the filters for them."""
    if rest:
        place = place_from(open_repository(repository), rest)
        query = Filters(revision=place.revision, path=place.path).query()
        return HttpResponseRedirect(address_of(repository.name, "changelog", **query))
    if picked := request.GET.getlist("pick")[:MOST_PICKED]:
        return HttpResponseRedirect(_picked(repository, picked, request.GET.get("show", "")))
    filters, form = filters_from(request)
    opened = open_repository(repository)
    refs = opened.refs()
    found = page_of(opened, refs, filters) if form.is_valid() else Page([], None, None)
    context = {**_list(actor, repository, refs, filters, found), "origin": _origin(repository, opened, filters, found)}
    if PARTIAL in request.headers:
        response = render(request, "changelog/_rows.html", context)
    else:
        context |= _surroundings(repository, opened, refs, filters, form)
        status = 200 if form.is_valid() else 400
        response = repository_page(request, actor, repository, "changelog", PAGE, context, status=status)
    patch_vary_headers(response, (PARTIAL,))
    if request.GET.get("size") and filters.size in SIZES:
        response.set_cookie(SIZE_COOKIE, str(filters.size), max_age=YEAR, samesite="Lax", httponly=True)
    return response


@page("<repository>/changelog_details/<revision>")
def changelog_details(actor: Actor, request: PageRequest, repository: Readable, revision: str) -> HttpResponseBase:
    """Give what the list keeps for a second look: the whole message, all names, and what it is built upon."""
    opened = open_repository(repository)
    changeset = opened.changeset(revision)
    refs = opened.refs()
    subject, body = subject_and_body(changeset.message)
    context = {
        "repository": repository,
        "changeset": changeset,
        "subject": subject,
        "body": body,
        "labels": labels_of(refs, repository.name, [changeset])[changeset.raw_id],
        "states": states_of(changeset),
        "url": address_of(repository.name, "changeset", changeset.raw_id),
    }
    return render(request, "changelog/_details.html", context)


@page("<repository>/changelog_details/<revision>/children")
def changelog_children(actor: Actor, request: PageRequest, repository: Readable, revision: str) -> HttpResponseBase:
    """Give what is built upon a changeset, which takes a look through all that is newer."""
    found = open_repository(repository).children(revision)
    context = {"kin": found[:MOST_CHILDREN], "more": len(found) - MOST_CHILDREN, "repository": repository}
    return render(request, "changelog/_children.html", context)


def _list(actor: Actor, repository: Readable, refs: Refs, filters: Filters, found: Page) -> dict[str, Any]:
    marks = marks_of(actor, repository, [each.raw_id for each in found.changesets])
    labels = labels_of(refs, repository.name, found.changesets, filters.revision.removeprefix("branch:") or None)
    return {
        "repository": repository,
        "lines": lines_of(repository.name, found.changesets, labels, found.rows, marks),
        "next": found.next and address_of(repository.name, "changelog", **found.next.query_here()),
        "searched_to": found.searched_to,
    }


def _origin(repository: Readable, opened: Repository, filters: Filters, found: Page) -> Choice | None:
    """Give where the list of a path goes on under what it was called before; None where it was called so ever since."""
    path = filters.path.strip("/")
    is_end = found.next is None and found.changesets and filters.is_about_path_alone
    origin = origin_of(opened, path, found.changesets[-1]) if is_end else None
    if origin is None:
        return None
    before = replace(filters, revision=origin.raw_id, path=origin.path)
    return Choice(origin.path, address_of(repository.name, "changelog", **before.query()), is_current=False)


def _surroundings(
    repository: Readable, opened: Repository, refs: Refs, filters: Filters, form: FilterForm
) -> dict[str, Any]:
    def address(**changed: Any) -> str:
        return address_of(repository.name, "changelog", **filters.query(**changed))

    whole = Choice(EVERYTHING, address(revision=""), not filters.revision)
    return {
        "filters": filters,
        "form": form,
        "fields": fields_of(form),
        "is_empty": not refs.heads,
        "is_deep": filters.before is not None or filters.skipped > 0,
        "picker": picker_for(
            opened, repository, filters.revision, lambda word: address(revision=word), whole=whole, refs=refs
        ),
        "sizes": [Choice(str(size), address(size=size), size == filters.size) for size in SIZES],
        "top": address(),
        "unfiltered": address_of(repository.name, "changelog"),
    }


def _picked(repository: Readable, picked: list[str], show: str) -> str:
    """Give the page of what was chosen in the list: one changeset, or all from the oldest to the newest of them."""
    opened = open_repository(repository)
    try:
        found = sorted((opened.changeset(each) for each in (picked[0], picked[-1])), key=lambda each: each.revision)
    except RevisionNotFound:
        return address_of(repository.name, "changelog")
    oldest, newest = found
    if show == "compare" and oldest.raw_id != newest.raw_id:
        return address_of(repository.name, "compare", f"rev@{oldest.raw_id}...rev@{newest.raw_id}")
    if oldest.raw_id == newest.raw_id:
        return address_of(repository.name, "changeset", newest.raw_id)
    return address_of(repository.name, "changeset", f"{oldest.raw_id}...{newest.raw_id}")
