"""Two questions of machines: is the process alive, and can it work."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

POOL_SOCKET = "pool.sock"
POOL_SECONDS = 2.0


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
    """Knock at the Mercurial workers."""
    directory = os.environ.get("BELVEDERE_HG_POOL")
    if not directory:
        return False
    with socket.socket(socket.AF_UNIX) as knock:
        knock.settimeout(POOL_SECONDS)
        try:
            knock.connect(str(Path(directory) / POOL_SOCKET))
        except OSError:
            return False
    return True
