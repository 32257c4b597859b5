"""Making, changing and deleting gists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from belvedere.access.actor import Member
from belvedere.accounts.fetch import own_ownership
from belvedere.errors import Conflict, DomainError
from belvedere.gists.actions import FOR_EVER, NewGist, create_gist, delete_gist
from belvedere.gists.changing import ChangedGist, change_gist
from belvedere.gists.fetch import ManagedGist, gist_author
from belvedere.gists.files import (
    MOST_BYTES,
    MOST_FILE_BYTES,
    MOST_FILES,
    NewFile,
    contents_at,
    kept_files,
    names_at,
    opened,
)
from belvedere.gists.languages import LANGUAGES
from belvedere.gists.models import Gist
from belvedere.vcs.errors import VcsError
from belvedere.web.forms import reason_of
from belvedere.web.gist_form import (
    KEEP,
    LIFETIMES,
    FileRow,
    GistForm,
    blank_form,
    checked_files,
    form_from,
    form_of,
)
from belvedere.web.gist_view import GISTS, NEWEST
from belvedere.web.links import address_of
from belvedere.web.registry import action, page
from belvedere.web.shell import render
from belvedere.web.visitors import PageRequest

ADD = "add"
OUTRUN = (
    "Somebody else changed this gist while you were writing. Nothing of yours is lost, and nothing is saved yet: "
    "compare with the newest files below, then save."
)


@page("_admin/gists/new")
def new_gist(member: Member, request: PageRequest) -> HttpResponseBase:
    """Open the form for a new gist."""
    return _new(request, blank_form())


@action("_admin/gists", "_admin/gists/new")
def make_gist(member: Member, request: PageRequest) -> HttpResponseBase:
    """Make a gist of what was typed."""
    form = form_from(request.POST)
    if ADD in request.POST:
        form.rows.append(FileRow())
        return _new(request, form)
    files = checked_files(form)
    if form.is_wrong:
        return _new(request, form, status=400)
    is_private = "public" not in request.POST
    lifetime = form.lifetime or FOR_EVER
    given = NewGist(files=files, description=form.description, is_private=is_private, lifetime=lifetime)
    made = _tried(form, lambda: create_gist(gist_author(member), own_ownership(member), given))
    return _new(request, form, status=400) if made is None else HttpResponseRedirect(_address(made))


@page("_admin/gists/<gist>/edit")
def edit_gist(member: Member, request: PageRequest, gist: ManagedGist) -> HttpResponseBase:
    """Open the form for changing a gist."""
    raw_id = opened(gist).resolve(NEWEST)
    return _edit(request, gist, form_of(kept_files(gist, raw_id), gist.description, raw_id))


@action("_admin/gists/<gist>/edit")
def change(member: Member, request: PageRequest, gist: ManagedGist) -> HttpResponseBase:
    """Change a gist; where somebody else was faster, show what he did beside what was typed."""
    form = form_from(request.POST)
    if ADD in request.POST:
        form.rows.append(FileRow())
        return _edit(request, gist, form)
    newest = opened(gist).resolve(NEWEST)
    if form.base and form.base != newest:
        return _outrun(request, gist, form, newest)
    files = checked_files(form, contents_at(gist, newest))
    if form.is_wrong:
        return _edit(request, gist, form, status=400)
    given = _changed(form, newest, files)
    try:
        changed = _tried(form, lambda: change_gist(member, gist, given))
    except Conflict:
        return _outrun(request, gist, form, opened(gist).resolve(NEWEST))
    if changed is None:
        return _edit(request, gist, form, status=400)
    messages.success(request, "The gist is saved.")
    return HttpResponseRedirect(_address(gist))


@page("_admin/gists/<gist>/edit/check_revision", form=True)
def check_revision(member: Member, request: PageRequest, gist: ManagedGist) -> HttpResponseBase:
    """Tell whether a gist is still in the state of which `revision` is the hash."""
    asked = request.POST.get("revision") or request.GET.get("revision", "")
    return JsonResponse({"success": asked == opened(gist).resolve(NEWEST)})


@page("_admin/gists/<gist>/delete")
def ask_to_delete(member: Member, request: PageRequest, gist: ManagedGist) -> HttpResponseBase:
    """Ask whether a gist shall go for good."""
    return render(request, "gists/delete.html", {"gist": gist, "address": _address(gist)})


@action("_admin/gists/<gist>/delete")
def delete(member: Member, request: PageRequest, gist: ManagedGist) -> HttpResponseBase:
    """Delete a gist for good."""
    access_id, was_private = gist.access_id, gist.is_private
    delete_gist(member, gist)
    messages.success(request, f"Gist {access_id} is deleted.")
    return HttpResponseRedirect(f"/{GISTS}?{'private' if was_private else 'public'}=1")


def _tried(form: GistForm, do: Callable[[], Gist]) -> Gist | None:
    """Do it, or write into the form why it was not done; a conflict is the caller's."""
    try:
        return do()
    except Conflict:
        raise
    except DomainError as error:
        form.errors.append(reason_of(error))
        return None


def _changed(form: GistForm, base: str, files: list[NewFile]) -> ChangedGist:
    lifetime = None if form.lifetime == KEEP else form.lifetime
    return ChangedGist(base=base, files=files, description=form.description, lifetime=lifetime)


def _outrun(request: PageRequest, gist: Gist, form: GistForm, newest: str) -> HttpResponse:
    """Show the form again upon the newest state, with that state's files beside it; what came new stands in it too."""
    now = list(kept_files(gist, newest))
    here = {row.was for row in form.rows} | {row.name.strip() for row in form.rows}
    try:
        before = names_at(gist, form.base)
    except VcsError:
        before = set()
    form.rows += [row for row in form_of(now, "", "").rows if row.name not in here | before]
    form.base = newest
    form.errors.insert(0, OUTRUN)
    return _edit(request, gist, form, status=409, now=now)


def _new(request: PageRequest, form: GistForm, *, status: int = 200) -> HttpResponse:
    return render(request, "gists/new.html", _context(form, LIFETIMES), status=status)


def _edit(request: PageRequest, gist: Gist, form: GistForm, *, status: int = 200, now: Any = ()) -> HttpResponse:
    ends = gist.expires_on
    until = "it is deleted" if ends is None else f"{timezone.localtime(ends):%Y-%m-%d %H:%M}"
    context = _context(form, ((KEEP, f"as it is: until {until}"), *LIFETIMES))
    context |= {"gist": gist, "address": _address(gist), "now": now}
    return render(request, "gists/edit.html", context, status=status)


def _context(form: GistForm, lifetimes: Any) -> dict[str, Any]:
    limits = {"files": MOST_FILES, "file_bytes": MOST_FILE_BYTES >> 20, "bytes": MOST_BYTES >> 20}
    return {"form": form, "lifetimes": lifetimes, "limits": limits, "languages": LANGUAGES, "blank": FileRow()}


def _address(gist: Gist) -> str:
    return address_of(GISTS, gist.access_id)
