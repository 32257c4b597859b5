"""How somebody wants to see differences: asked for in the address, and the form of the table remembered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from belvedere.errors import Invalid
from belvedere.web.diff_rows import SPLIT, UNIFIED

COOKIE = "diff_view"
YEAR = 365 * 24 * 3600
USUAL_CONTEXT = 3
MOST_CONTEXT = 10_000
VIEWS = (UNIFIED, SPLIT)
NO = ("", "0", "false", "off", "no")


@dataclass(frozen=True, slots=True)
class Options:
    """The form of the table, whether blanks count, and how many lines stand around what changed."""

    view: str = UNIFIED
    ignores_whitespace: bool = False
    context: int = USUAL_CONTEXT

    @property
    def query(self) -> dict[str, Any]:
        """Give what an address needs to show the same lines; the form of the table is in a cookie."""
        return {
            "ignorews": 1 if self.ignores_whitespace else None,
            "context": self.context if self.context != USUAL_CONTEXT else None,
        }


def options_from(request: HttpRequest, *, view: str | None = None) -> Options:
    """Read the options of an address; what is no form of a table counts as the usual one."""
    wanted = view or request.GET.get("view") or request.COOKIES.get(COOKIE, UNIFIED)
    return Options(
        view=wanted if wanted in VIEWS else UNIFIED,
        ignores_whitespace=request.GET.get("ignorews", "").lower() not in NO,
        context=_context(request.GET.get("context", "")),
    )


def remember(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Keep the form of the table that was asked for, for the next differences of this browser."""
    wanted = request.GET.get("view")
    if wanted in VIEWS and request.COOKIES.get(COOKIE) != wanted:
        response.set_cookie(COOKIE, wanted, max_age=YEAR, samesite="Lax", httponly=True)
    return response


def _context(text: str) -> int:
    if not text:
        return USUAL_CONTEXT
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004 digits of a number of lines
        raise Invalid("context is a number of lines")
    return min(int(text), MOST_CONTEXT)
