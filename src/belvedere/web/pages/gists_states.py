"""Gists as they were, and their files as they are; after `gists_editing`, whose words could be names of revisions."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor
from belvedere.errors import NotFound
from belvedere.gists.fetch import ShownGist
from belvedere.gists.files import contents_at, file_at, opened
from belvedere.vcs.model import SHORT_ID_LENGTH
from belvedere.web.gist_view import gist_page
from belvedere.web.registry import page
from belvedere.web.visitors import PageRequest

HARMLESS = "default-src 'none'; sandbox"
KEPT = "private, max-age=3600"


@page("_admin/gists/<gist>/<revision>")
def show_state(actor: Actor, request: PageRequest, gist: ShownGist, revision: str) -> HttpResponseBase:
    """Show a gist as it was."""
    return gist_page(request, actor, gist, revision)


@page("_admin/gists/<gist>/<revision>/<form>/<rest:path>")
def show_in_form(
    actor: Actor, request: PageRequest, gist: ShownGist, revision: str, form: str, path: str
) -> HttpResponseBase:
    """Show a state as a page (`html`), or send its files as they are (`raw`)."""
    if form == "raw":
        return _raw(gist, revision, path)
    if form == "html" and not path:
        return gist_page(request, actor, gist, revision)
    raise NotFound("a gist is shown as html or raw")


def _raw(gist: ShownGist, revision: str, name: str) -> HttpResponse:
    """Send a file as text that no browser takes for anything else; without a name all, one after another."""
    raw_id = opened(gist).resolve(revision)
    content = file_at(gist, raw_id, name) if name else b"".join(map(_ended, contents_at(gist, raw_id).values()))
    response = HttpResponse(content, content_type="text/plain; charset=utf-8")
    response["Content-Security-Policy"] = HARMLESS
    response["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name or f'gist-{gist.pk}.txt', safe='')}"
    if len(revision) >= SHORT_ID_LENGTH and raw_id.startswith(revision):
        response["Cache-Control"] = KEPT  # a changeset stays what it is; the gist may end
    return response


def _ended(content: bytes) -> bytes:
    return content if content.endswith(b"\n") else content + b"\n"
