"""Who looks at a page: a key that the request carries, else the session of its cookie, else anonymous."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor
from belvedere.access.levels import Level
from belvedere.access.scope import PAGES
from belvedere.accounts.authentication import actor_from_key, anonymous
from belvedere.accounts.sessions import REMEMBERED, browser_from
from belvedere.errors import Forbidden

COOKIE = "belvedere_session"
KEY_HEADERS = ("Authorization", "Authentication")  # the second is Kallithea's documented name
KEY_IN_URL = "api_key"
SAFE_METHODS = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is asking: `actor` is None where nobody may look without signing in.

    `session_id` is set for a browser that signed in, `has_key` for a request that carries an API key. A key is sent on
    purpose with each request, so that such a request needs no token against forgery.
    """

    actor: Actor | None
    session_id: int | None = None
    has_key: bool = False


class PageRequest(HttpRequest):
    """A request of which the door knows who sent it."""

    visitor: Visitor


def visitor_from(request: HttpRequest) -> Visitor:
    """Recognise who is asking; `Forbidden` for a key that is unknown, inactive, refused here or too narrow."""
    address = request.META.get("REMOTE_ADDR", "")
    key = _key_of(request)
    if key is not None:
        return Visitor(_actor_with(key, request, address), has_key=True)
    token = request.COOKIES.get(COOKIE)
    browser = browser_from(token, address) if token else None
    if browser is not None:
        return Visitor(browser.actor, browser.session_id)
    return Visitor(anonymous(address))


def keep(response: HttpResponseBase, request: HttpRequest, token: str, *, remember: bool) -> None:
    """Give a browser the cookie of its session; without `remember` it forgets it when it is closed."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(REMEMBERED.total_seconds()) if remember else None,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def forget(response: HttpResponseBase) -> None:
    """Take the cookie of a session away."""
    response.delete_cookie(COOKIE, samesite="Lax")


def _key_of(request: HttpRequest) -> str | None:
    for header in KEY_HEADERS:
        kind, _, key = request.headers.get(header, "").partition(" ")
        if kind.lower() == "bearer":
            return key.strip()
    return request.GET.get(KEY_IN_URL) if settings.BELVEDERE.api_key_in_url else None


def _actor_with(key: str, request: HttpRequest, address: str) -> Actor:
    actor = actor_from_key(key, address)
    if actor is None:
        raise Forbidden("this API key is unknown, has expired, or may not be used from this address")
    actor.scope.require("looking at pages", PAGES)
    if request.method not in SAFE_METHODS:
        actor.scope.require_level("sending a form", Level.WRITE)
    return actor
