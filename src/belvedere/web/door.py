"""The door of all pages: who is asking, protection against forged forms, the page, and errors as people read them."""

from __future__ import annotations

import logging
import uuid
from typing import cast
from urllib.parse import urlencode

from django.contrib.messages.middleware import MessageMiddleware
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.cache import patch_vary_headers
from django.utils.decorators import decorator_from_middleware
from django.views.decorators.csrf import csrf_exempt

from belvedere.access.actor import acting
from belvedere.errors import DomainError, Forbidden, Invalid, NotFound, Unauthenticated, domain_error_from
from belvedere.vcs.errors import VcsError
from belvedere.web.finding import MethodNotAllowed, answer
from belvedere.web.shell import render
from belvedere.web.visitors import PageRequest, Visitor, visitor_from

log = logging.getLogger(__name__)

FORM_TOKEN = "_session_csrf_secret_token"  # noqa: S105 the field's name in forms, as Kallithea's clients send it
SIGN_IN = "/_admin/login"
METHODS = ("GET", "HEAD", "POST")
PARTIAL = "HX-Request"
PATH_AS_SENT = "belvedere.path"

TITLES = {
    400: "That did not work",
    403: "Not allowed",
    404: "Nothing here",
    405: "Not this way",
    409: "That contradicts what is there",
    413: "Too large",
    503: "Not now",
}


@csrf_exempt
def door(request: HttpRequest) -> HttpResponseBase:
    """Answer any request for a page."""
    coming = cast("PageRequest", request)
    try:
        coming.visitor = visitor_from(request)
    except Forbidden as error:
        coming.visitor = Visitor(None)
        return _plain(error.message, error.status)
    if request.method not in METHODS:
        return _refused(coming, MethodNotAllowed(f"{request.method} is not used here", allowed=METHODS))
    forms = CsrfViewMiddleware(lambda _request: HttpResponse())
    forms.process_request(request)
    return _finished(coming, forms.process_response(request, _with_messages(request)))


def _within(request: HttpRequest) -> HttpResponseBase:
    coming = cast("PageRequest", request)
    try:
        if request.method == "POST" and not coming.visitor.has_key:
            _require_own_form(request)
        with acting(coming.visitor.actor, request.META.get("REMOTE_ADDR", "")):
            return answer(path_of(request), coming, coming.visitor.actor)
    except DomainError as error:
        return _refused(coming, error)
    except VcsError as error:
        return _refused(coming, domain_error_from(error))
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent) as error:
        return _error_page(coming, 413, str(error))
    except SuspiciousOperation:
        return _error_page(coming, 400, "the request could not be read")
    except Exception:  # this door's translator: an unknown error becomes an incident id
        incident = uuid.uuid4().hex[:12]
        log.exception("incident %s on page %s", incident, request.path)
        return _error_page(coming, 500, f"Something went wrong on the server. Its log tells more: incident {incident}.")


_with_messages = decorator_from_middleware(MessageMiddleware)(_within)


def path_of(request: HttpRequest) -> str:
    """Give the path without slashes at its ends: its bytes read as the names of files are, undecodable ones kept.

    Django reads the path as UTF-8 and keeps nothing else, so the server's own is put aside before (see `conf.wsgi`).
    """
    raw: str | None = request.META.get(PATH_AS_SENT)
    if raw is None:
        return request.path_info.strip("/")
    return raw.encode("latin-1", "replace").decode("utf-8", "surrogateescape").strip("/")


def _require_own_form(request: HttpRequest) -> None:
    """Refuse a form that was not on a page of ours, or is from before its browser signed in."""
    token = request.POST.get(FORM_TOKEN)
    if token:
        request.META["HTTP_X_CSRFTOKEN"] = token
    if CsrfViewMiddleware(lambda _request: HttpResponse()).process_view(request, _within, (), {}) is not None:
        raise Forbidden("this form was opened too long ago, or by somebody else: go back, load the page again, resend")


def _refused(request: PageRequest, error: DomainError) -> HttpResponseBase:
    asks_anonymously = not request.visitor.has_key and (
        request.visitor.actor is None or request.visitor.actor.is_anonymous
    )
    may_sign_in = asks_anonymously and (
        isinstance(error, Unauthenticated) or (isinstance(error, Forbidden) and request.method != "POST")
    )
    if may_sign_in:
        return sign_in_first(request)
    response = _error_page(request, error.status, error.message, offers_sign_in=asks_anonymously)
    if isinstance(error, MethodNotAllowed):
        response["Allow"] = ", ".join(error.data["allowed"])
    return response


def sign_in_first(request: HttpRequest) -> HttpResponseBase:
    """Send to the page for signing in, and back to where he wanted to go."""
    wanted = request.get_full_path() if request.method != "POST" else "/"
    address = f"{SIGN_IN}?{urlencode({'came_from': wanted})}"
    if PARTIAL in request.headers:
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _error_page(request: PageRequest, status: int, message: str, *, offers_sign_in: bool = False) -> HttpResponse:
    wants_page = "text/html" in request.headers.get("Accept", "text/html") or "*/*" in request.headers.get("Accept", "")
    if PARTIAL in request.headers or not wants_page:
        return _plain(message, status)
    context = {
        "status": status,
        "title": TITLES.get(status, "Something went wrong"),
        "message": message[:1].upper() + message[1:],
        "offers_sign_in": offers_sign_in and status == NotFound.status,
        "came_from": request.get_full_path(),
        "is_ours": status >= 500 and status != 503,  # noqa: PLR2004 statuses of HTTP
    }
    return render(request, "errors/error.html", context, status=status)


def _plain(message: str, status: int) -> HttpResponse:
    text = message.encode("utf-8", "replace") + b"\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8", status=status)


def _finished(request: PageRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Give every answer what protects it: no shared cache keeps it, and no cookie of it goes over plain HTTP."""
    response.headers.setdefault("Cache-Control", "private, no-cache")
    patch_vary_headers(response, ("Cookie", "Authorization"))
    if request.is_secure():
        for cookie in response.cookies.values():
            cookie["secure"] = True
    return response


def forged(_request: HttpRequest, reason: str = "") -> HttpResponse:
    """Stand in for Django's page about forged forms, which nobody sees: `_require_own_form` says it."""
    return _plain(reason, 403)


def not_found(_request: HttpRequest, exception: object = None) -> HttpResponseBase:  # noqa: ARG001 Django's names
    """Answer for addresses in other doors' places that have nothing."""
    return _plain("there is nothing at this address", 404)


def bad_request(_request: HttpRequest, exception: object = None) -> HttpResponseBase:  # noqa: ARG001 likewise
    """Answer what Django could not read."""
    return _plain(Invalid("the request could not be read").message, 400)


def server_error(_request: HttpRequest) -> HttpResponseBase:
    """Answer where everything else failed."""
    return _plain("internal server error", 500)
