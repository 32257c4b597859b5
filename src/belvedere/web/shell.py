"""What surrounds every page: who is signed in, how it looks, where it came from."""

from __future__ import annotations

from typing import Any, cast

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.template.backends.utils import csrf_input
from django.template.loader import render_to_string
from django.utils.functional import SimpleLazyObject

from belvedere.choices.site import Choices, chosen
from belvedere.web.visitors import PageRequest, Visitor

THEMES = ("system", "light", "dark")
THEME_COOKIE = "theme"


def render(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Make a page of a template; what is no text in what people stored becomes U+FFFD instead of breaking it."""
    text = render_to_string(template, context, request)
    try:
        content = text.encode()
    except UnicodeEncodeError:
        content = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace").encode()
    return HttpResponse(content, status=status)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Tell every template who looks at it, and how he wants it to look."""
    visitor = getattr(cast("PageRequest", request), "visitor", Visitor(None))
    actor = visitor.actor
    theme = request.COOKIES.get(THEME_COOKIE, THEMES[0])
    return {
        "actor": actor,
        "is_signed_in": actor is not None and not actor.is_anonymous,
        "is_known": hasattr(request, "visitor"),
        "theme": theme if theme in THEMES else THEMES[0],
        "here": request.get_full_path(),
        "site_choices": SimpleLazyObject(_choices),
        # One for all forms of a page: another page has another, which is what guards packed answers.
        "csrf_input": SimpleLazyObject(lambda: csrf_input(request)),
    }


def _choices() -> Choices:
    """Give what the administrators chose; the defaults where the database cannot be asked."""
    try:
        return chosen()
    except DatabaseError:
        return Choices()
