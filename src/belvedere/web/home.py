"""The first page (a plain list until the pages come)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse


def home(_request: HttpRequest) -> HttpResponse:
    """Say that the server is here."""
    return HttpResponse("Belvedere\n", content_type="text/plain")
