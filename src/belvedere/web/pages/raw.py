"""The bytes of files: whatever they are, a browser does nothing with them but show them."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header, parse_etags

from belvedere.access.actor import Actor
from belvedere.repos.fetch import Readable
from belvedere.text.decoding import LOOKED_AT, is_binary
from belvedere.text.paths import shown
from belvedere.vcs.errors import PathNotFound
from belvedere.vcs.model import Entry, EntryKind
from belvedere.web.file_place import FilePlace, file_place
from belvedere.web.file_view import type_of_picture
from belvedere.web.registry import page
from belvedere.web.visitors import PageRequest

HARMLESS = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
AT_ONCE = 4 << 20
"""Bytes up to which a file is read before it is sent."""
WITH_CONTENT = (EntryKind.FILE, EntryKind.EXECUTABLE, EntryKind.SYMLINK)


@page("<repository>/raw/<rest:rest>")
def raw(actor: Actor, request: PageRequest, repository: Readable, rest: str) -> HttpResponseBase:
    """Send a file for showing: pictures as such, text as plain text, all else for saving."""
    return _sent(request, file_place(repository, rest), saving=False)


@page("<repository>/rawfile/<rest:rest>")
def rawfile(actor: Actor, request: PageRequest, repository: Readable, rest: str) -> HttpResponseBase:
    """Send a file for saving."""
    return _sent(request, file_place(repository, rest), saving=True)


def _sent(request: PageRequest, place: FilePlace, *, saving: bool) -> HttpResponseBase:
    entry = place.opened.entry(place.raw_id, place.path)
    if entry.kind not in WITH_CONTENT:
        raise PathNotFound(f"`{shown(place.path)}` is no file but a {entry.kind}")
    tag = f'"{entry.id}"'
    known = parse_etags(request.headers.get("If-None-Match", ""))
    content = _Content(place, entry)
    if tag in known or "*" in known:
        response: HttpResponseBase = HttpResponseNotModified()
    else:
        response = content.response(is_wanted=request.method != "HEAD")
        kind = BYTES if saving else content.kind()
        response["Content-Type"] = kind
        disposition = content_disposition_header(as_attachment=kind == BYTES, filename=shown(entry.name))
        response["Content-Disposition"] = disposition or "inline"
    response["ETag"] = tag
    response["Content-Security-Policy"] = HARMLESS
    response["X-Content-Type-Options"] = "nosniff"
    return response


class _Content:
    """A file's bytes, of which no more are read than needed."""

    def __init__(self, place: FilePlace, entry: Entry) -> None:
        self._place, self._entry = place, entry
        self._size = entry.size or 0
        self._whole = None if self._size > AT_ONCE else place.opened.read(place.raw_id, place.path)

    def kind(self) -> str:
        """Tell the type to send it as."""
        picture = None if self._entry.kind is EntryKind.SYMLINK else type_of_picture(self._entry.path)
        return picture or (BYTES if is_binary(self._beginning()) else TEXT)

    def response(self, *, is_wanted: bool) -> HttpResponseBase:
        """Make the answer, without the bytes if they are not wanted."""
        response: HttpResponseBase
        if not is_wanted:
            response = HttpResponse()
        elif self._whole is not None:
            response = HttpResponse(self._whole)
        else:
            response = StreamingHttpResponse(self._pieces())
        response["Content-Length"] = str(self._size if self._whole is None else len(self._whole))
        return response

    def _beginning(self) -> bytes:
        if self._whole is not None:
            return self._whole[:LOOKED_AT]
        return self._place.opened.read(self._place.raw_id, self._place.path, limit=LOOKED_AT)

    def _pieces(self) -> Iterator[bytes]:
        return self._place.opened.content(self._place.raw_id, self._place.path)
