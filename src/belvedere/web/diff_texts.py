"""Differences as plain text, sent while they are made."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

PLAIN = "text/plain; charset=utf-8"


class Begun:
    """A stream whose first piece was made already, so that what fails at once becomes an answer of its own."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._first: bytes | None = next(pieces, b"")

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self._first is not None:
            first, self._first = self._first, None
            return first
        return next(self._pieces)

    def close(self) -> None:
        """Stop what makes the pieces."""
        close = getattr(self._pieces, "close", None)
        if close is not None:
            close()


def text_response(request: HttpRequest, pieces: Iterator[bytes], filename: str = "") -> HttpResponseBase:
    """Send text; with a name it is a file to save. Bytes go out as they are stored, so that patches apply."""
    begun = Begun(pieces)
    response: HttpResponseBase
    if request.method == "HEAD":
        begun.close()
        response = HttpResponse(content_type=PLAIN)
    else:
        response = StreamingHttpResponse(begun, content_type=PLAIN)
    if filename:
        response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename)
    return response
