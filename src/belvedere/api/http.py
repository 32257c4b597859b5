"""The HTTP door of the API: any method of calling gets status 200 and one JSON object (a batch, a list of them)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from belvedere.api.dialects import NAMES
from belvedere.api.dispatch import Answer, answer
from belvedere.api.reference import page
from belvedere.api.results import Encoded, Streamed
from belvedere.errors import Invalid
from belvedere.vcs.errors import VcsError

DIALECT_HEADER = "X-API-Dialect"
MOST_IN_BATCH = 100
PIECE = 65_536
MOST_BYTES = 32 * 1024 * 1024
METHODS_SERVED = ("GET", "HEAD", "POST")


@csrf_exempt
def endpoint(request: HttpRequest) -> HttpResponseBase:
    """Answer one request or a batch. Only the key inside the body counts: no cookie, no header.

    Somebody who comes with a browser sees the reference.
    """
    if request.method not in METHODS_SERVED:
        return HttpResponse(
            f"405 method {request.method} is not allowed here: use POST\n", content_type="text/plain", status=405
        )
    if is_reader(request):
        return page(request)
    pieces = _content(request)
    first = next(pieces)
    second = next(pieces, None)
    response: HttpResponse | StreamingHttpResponse
    if second is None:
        response = HttpResponse("" if request.method == "HEAD" else first, content_type="application/json")
        response["Content-Length"] = str(len(first))
    else:
        response = StreamingHttpResponse(chain((first, second), pieces), content_type="application/json")
    response["Cache-Control"] = "no-cache"
    response["Pragma"] = "no-cache"
    return response


def is_reader(request: HttpRequest) -> bool:
    """Tell whether a person is looking: a program sends a body, or does not ask for HTML."""
    has_body = request.META.get("CONTENT_LENGTH") not in (None, "", "0") or "Transfer-Encoding" in request.headers
    return request.method != "POST" and not has_body and "text/html" in request.headers.get("Accept", "")


def _content(request: HttpRequest) -> Iterator[str]:
    """Give the answer: whole where it is short, in pieces of `PIECE` characters where it is not."""
    try:
        decoded = _decoded(request)
        dialect = request.headers.get(DIALECT_HEADER, settings.BELVEDERE.api_dialect)
        if dialect not in NAMES:
            raise Invalid(f"{DIALECT_HEADER} is one of {', '.join(NAMES)}")
    except Invalid as error:
        return iter((_encoded(Answer(None, error=error.message)),))
    address = request.META.get("REMOTE_ADDR", "")
    if isinstance(decoded, list):
        return iter(("[" + ",".join(_encoded(answer(each, address, dialect)) for each in decoded) + "]",))
    given = answer(decoded, address, dialect)
    return _gathered(_streamed(given)) if isinstance(given.result, Streamed) else iter((_encoded(given),))


def _decoded(request: HttpRequest) -> Any:
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length and request.headers.get("Transfer-Encoding", "").lower() != "chunked":
        raise Invalid("No Content-Length in request")
    if length == "0":
        raise Invalid("Content-Length is 0")
    body = _body(request) if not length or int(length) <= MOST_BYTES else None
    if body is None or len(body) > MOST_BYTES:
        raise Invalid(f"request is too long: at most {MOST_BYTES} bytes")
    try:
        decoded = json.loads(body)
    except (ValueError, RecursionError) as error:
        # The body may hold a key, so unlike 0.7 nothing of it is repeated.
        raise Invalid(f"JSON parse error ERR:{error}") from error
    if isinstance(decoded, list) and len(decoded) > MOST_IN_BATCH:
        raise Invalid(f"a batch has at most {MOST_IN_BATCH} requests, not {len(decoded)}")
    return decoded


def _body(request: HttpRequest) -> bytes:
    """Read the whole body; Django takes a chunked one, whose length nobody told, for an empty one."""
    if request.META.get("CONTENT_LENGTH"):
        return request.read()
    stream = request.META["wsgi.input"]
    parts: list[bytes] = []
    size = 0
    while size <= MOST_BYTES and (part := stream.read(65536)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _encoded(given: Answer) -> str:
    """Write ASCII on one line: compact for errors before the method began, spaced after, as 0.7 does."""
    separators = None if given.was_started else (",", ":")
    if isinstance(given.result, Encoded):
        return f'{{"id": {json.dumps(given.id)}, "result": {given.result.text}, "error": null}}'
    if isinstance(given.result, Streamed):
        return "".join(_streamed(given))
    try:
        return json.dumps(given.as_json(), separators=separators)
    except (TypeError, ValueError, RecursionError):
        return json.dumps(Answer(None, error="Error encoding response", was_started=True).as_json())


def _streamed(given: Answer) -> Iterator[str]:
    """Write a long list. What breaks before anything was sent is an error; after that, the connection is cut."""
    pieces = given.result.pieces()
    try:
        first = next(pieces)
    except VcsError as error:
        yield _encoded(Answer(given.id, error=str(error), was_started=True))
        return
    yield f'{{"id": {json.dumps(given.id)}, "result": {first}'
    yield from pieces
    yield ', "error": null}'


def _gathered(pieces: Iterator[str]) -> Iterator[str]:
    held: list[str] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= PIECE:
            yield "".join(held)
            held, size = [], 0
    if held:
        yield "".join(held)
