"""A gist as pages show it: its files as coloured lines or formatted text, within what one page can hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.safestring import SafeString

from belvedere.access.actor import Actor
from belvedere.gists.fetch import ShownGist, may_manage
from belvedere.gists.files import KeptFile, kept_files, opened
from belvedere.gists.languages import LANGUAGES
from belvedere.gists.models import Gist
from belvedere.text.highlighting import Lines, highlighted_block, highlighted_lines
from belvedere.text.markup import is_markup, rendered
from belvedere.vcs.model import Changeset, ChangesetQuery
from belvedere.web.links import address_of
from belvedere.web.shell import render
from belvedere.web.visitors import PageRequest

GISTS = "_admin/gists"
NEWEST = "tip"
MOST_LINES = 3000
MOST_CHARACTERS = 600_000
MOST_REVISIONS = 30


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where the links of a formatted file lead: to the other files of its gist, as they are."""

    access_id: str
    revision: str

    def __call__(self, path: str, _is_picture: bool) -> str:
        """Give the address of a file."""
        return address_of(GISTS, self.access_id, self.revision, "raw", path)


@dataclass(frozen=True, slots=True)
class Shown:
    """One file on the page: formatted in `html`, else as `lines`; `is_cut` where the page holds not all of it."""

    name: str
    anchor: str
    size: int
    language: str
    raw: str
    html: SafeString | None
    lines: Lines
    count: int
    is_cut: bool
    has_source: bool

    @property
    def digits(self) -> int:
        """How many digits the numbers of lines have at most."""
        return len(str(len(self.lines)))


def gist_page(request: PageRequest, actor: Actor, gist: ShownGist, revision: str) -> HttpResponse:
    """Show a gist at a revision; the newest one by the word `tip`."""
    raw_id = opened(gist).resolve(revision)
    states = revisions_of(gist)
    newest = states[0].raw_id if states else raw_id
    as_source = bool(request.GET.get("source"))
    here = address_of(GISTS, gist.access_id, "" if raw_id == newest else raw_id)
    files = shown_files(gist, raw_id, as_source=as_source)
    context: dict[str, Any] = {
        "gist": gist,
        "row": row_of(gist),
        "files": files,
        "raw_id": raw_id,
        "is_newest": raw_id == newest,
        "states": states,
        "address": address_of(GISTS, gist.access_id),
        "raw_url": address_of(GISTS, gist.access_id, raw_id, "raw"),
        "as_source": as_source,
        "has_source": any(file.has_source for file in files),
        "other_view": here if as_source else f"{here}?source=1",
        "may_manage": may_manage(actor, gist),
    }
    return render(request, "gists/gist.html", context)


def shown_files(gist: Gist, raw_id: str, *, as_source: bool) -> list[Shown]:
    """Give all files at a revision; the page's room is shared by them in their order."""
    room = MOST_CHARACTERS
    found: list[Shown] = []
    for place, file in enumerate(kept_files(gist, raw_id), start=1):
        found.append(_shown(gist, raw_id, file, place, room, as_source=as_source))
        room = max(0, room - len(file.content))
    return found


def revisions_of(gist: Gist) -> list[Changeset]:
    """Give the newest states of a gist, the newest first."""
    return list(opened(gist).changesets(ChangesetQuery(limit=MOST_REVISIONS, newest_first=True)))


def row_of(gist: Gist) -> dict[str, Any]:
    """Give a gist as lists show it."""
    title = gist.description.strip().partition("\n")[0]
    return {
        "url": address_of(GISTS, gist.access_id),
        "title": title or f"gist {gist.access_id}",
        "access_id": gist.access_id,
        "owner": gist.owner.username,
        "created": gist.created_on,
        "expires": gist.expires_on,
        "is_private": gist.is_private,
    }


def _shown(gist: Gist, raw_id: str, file: KeptFile, place: int, room: int, *, as_source: bool) -> Shown:
    has_source = is_markup(file.name) and not file.lexer
    html = None
    if has_source and not as_source and len(file.content) <= room:
        html = rendered(file.name, file.content, Neighbours(gist.access_id, raw_id))
    text = file.content[:room]
    lines: Lines = []
    if html is None:
        lines = highlighted_block(file.lexer, text) if file.lexer else highlighted_lines(file.name, text)
    return Shown(
        name=file.name,
        anchor=f"file-{place}",
        size=file.size,
        language=LANGUAGES.get(file.lexer, file.lexer) if file.lexer else "",
        raw=address_of(GISTS, gist.access_id, raw_id, "raw", file.name),
        html=html,
        lines=lines[:MOST_LINES],
        count=len(lines),
        is_cut=html is None and (len(lines) > MOST_LINES or len(text) < len(file.content)),
        has_source=has_source,
    )
