"""The HTTP door of version control clients: a WSGI application in front of the pages, on the same port and paths."""

from __future__ import annotations

import base64
import binascii
import logging
import uuid
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import close_old_connections

from belvedere.access.actor import Actor
from belvedere.accounts.authentication import actor_from_password, anonymous
from belvedere.accounts.credentials import uses
from belvedere.errors import DomainError, Unauthenticated, domain_error_from
from belvedere.transport.serve import recognise, serve_operation
from belvedere.vcs.errors import VcsError
from belvedere.vcs.wire import WireRequest, WireResponse

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)

REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes] | None:
    """Serve a client of Mercurial or Git; None, with nothing read or sent, if the request is not one of theirs."""
    request = _request(environ)
    found = recognise(request)
    if found is None:
        return None
    wire, operation = found
    close_old_connections()  # as Django does for its own requests: a restarted database must not fail a push
    try:
        response = serve_operation(wire, operation, request, lambda: _actor(environ))
    except DomainError as error:
        response = _refused(wire.refusal(error.status, error.message), error)
    except VcsError as error:
        kind = domain_error_from(error)
        response = wire.refusal(kind.status, kind.message)
    except Exception:  # this door's translator: an unknown error becomes an incident id
        incident = uuid.uuid4().hex[:12]
        log.exception("incident %s in %s of %s", incident, operation.command, operation.repository)
        response = wire.refusal(500, f"internal server error (incident {incident})")
    # Servers differ in when they look for the headers, so they are given before the body is touched.
    reason = REASONS.get(response.status, "Unknown")
    start_response(f"{response.status} {reason}", response.headers)
    return _closing(response.body)


def _request(environ: WSGIEnvironment) -> WireRequest:
    headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers[name.replace("_", "-").lower()] = environ[name]
    path = environ.get("PATH_INFO", "").encode("latin-1", "replace").decode("utf-8", "replace")
    return WireRequest(
        method=environ["REQUEST_METHOD"],
        path=path.lstrip("/"),
        query=environ.get("QUERY_STRING", ""),
        headers=headers,
        body=environ["wsgi.input"],
    )


def _actor(environ: WSGIEnvironment) -> Actor | None:
    """Authenticate: wrong credentials are an error, none are an anonymous actor where that is open (else None)."""
    address = environ.get("REMOTE_ADDR", "")
    header = environ.get("HTTP_AUTHORIZATION", "")
    if not header:
        return anonymous(address)
    kind, _, encoded = header.partition(" ")
    try:
        if kind.lower() != "basic":
            raise ValueError(kind)
        username, _, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (ValueError, binascii.Error):
        raise Unauthenticated("only basic authentication with a username and a password or API key") from None
    actor = actor_from_password(username, password, address)
    if actor is None:
        raise Unauthenticated("wrong username or password, or not allowed from this address")
    return actor


def _refused(response: WireResponse, error: DomainError) -> WireResponse:
    if isinstance(error, Unauthenticated):
        realm = settings.BELVEDERE.realm.replace("\\", "").replace('"', "")
        response.headers.append(("WWW-Authenticate", f'Basic realm="{realm}", charset="UTF-8"'))
    return response


def _closing(body: Iterator[bytes]) -> Iterator[bytes]:
    """Note the use of keys and give database connections back when the client has everything or went away."""
    try:
        yield from body
    finally:
        close = getattr(body, "close", None)
        if close is not None:
            close()
        uses.write()
        close_old_connections()
