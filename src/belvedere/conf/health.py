"""Two questions of machines: is the process alive, and can it work."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

from belvedere.vcs.errors import BackendUnavailable
from belvedere.vcs.hg.client import call


def livez(_request: HttpRequest) -> HttpResponse:
    """Say that the process answers, and nothing about what it depends on."""
    return HttpResponse("alive\n", content_type="text/plain")


def readyz(_request: HttpRequest) -> HttpResponse:
    """Say whether a request would be served: database and Mercurial workers answer."""
    missing = [name for name, works in (("database", database_answers), ("mercurial", pool_answers)) if not works()]
    text = f"not ready: {', '.join(missing)}\n" if missing else "ready\n"
    return HttpResponse(text, content_type="text/plain", status=503 if missing else 200)


def database_answers() -> bool:
    """Ask the database something small."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def pool_answers() -> bool:
    """Let a Mercurial worker answer; a pool that is just starting gets some seconds."""
    try:
        return bool(call("ping", ""))
    except BackendUnavailable:
        return False
