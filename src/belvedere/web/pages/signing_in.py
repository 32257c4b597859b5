"""Signing in and out, and how the site looks to one browser."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token, rotate_token

from belvedere.access.actor import Actor
from belvedere.accounts.self_service.signing_up import Mode, mode_of_site
from belvedere.accounts.sessions import begin_session, end_session, sign_in
from belvedere.errors import Forbidden, Invalid, Unavailable
from belvedere.web.forms import Form
from belvedere.web.links import own_path
from belvedere.web.registry import action, page
from belvedere.web.shell import THEME_COOKIE, THEMES, render
from belvedere.web.visitors import PageRequest, forget, keep

YEAR = 365 * 24 * 3600
CAME_FROM = "came_from"


class LoginForm(Form):
    """A username or e-mail address, and its password."""

    username = forms.CharField(
        label="Username or e-mail address",
        max_length=254,
        widget=forms.TextInput({"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}),
    )
    password = forms.CharField(
        max_length=1024, strip=False, widget=forms.PasswordInput({"autocomplete": "current-password"})
    )
    remember = forms.BooleanField(label="Stay signed in on this device", required=False)


@page("_admin/login", form=True)
def login(actor: Actor | None, request: PageRequest) -> HttpResponseBase:
    """Sign in, and go on to where one came from."""
    came_from = own_path(request.GET.get(CAME_FROM) or request.POST.get(CAME_FROM) or "/")
    if request.method != "POST":
        if actor is not None and not actor.is_anonymous:
            return HttpResponseRedirect(came_from)
        return _shown(request, LoginForm(), came_from)
    form = LoginForm(request.POST)
    if not form.is_valid():
        return _shown(request, form, came_from)
    given = form.cleaned_data
    address = request.META.get("REMOTE_ADDR", "")
    try:
        user = sign_in(given["username"], given["password"], address)
    except (Unavailable, Forbidden) as error:
        form.refuse(error)
        return _shown(request, form, came_from, status=429 if isinstance(error, Unavailable) else 200)
    if user is None:
        form.add_error(None, "Wrong username or password, or not allowed from this address.")
        return _shown(request, form, came_from)
    if request.visitor.session_id is not None and request.visitor.actor is not None:
        end_session(request.visitor.actor.user_id, request.visitor.session_id)
    _session, token = begin_session(user, address, request.headers.get("User-Agent", ""), remember=given["remember"])
    rotate_token(request)
    response = HttpResponseRedirect(came_from)
    keep(response, request, token, remember=given["remember"])
    return response


@page("_admin/logout", form=True)
def logout(actor: Actor | None, request: PageRequest) -> HttpResponseBase:
    """Sign out; somebody who only follows a link is asked first."""
    session_id = request.visitor.session_id
    if actor is None or session_id is None:
        return HttpResponseRedirect("/")
    if request.method != "POST":
        return render(request, "signing_in/logout.html")
    end_session(actor.user_id, session_id)
    rotate_token(request)
    messages.info(request, "You are signed out.")
    response = HttpResponseRedirect("/")
    forget(response)
    return response


@page("_admin/session_csrf_secret_token")
def form_token(actor: Actor | None, request: PageRequest) -> HttpResponseBase:
    """Give what each form of this browser has to hold, as JSON text: programs that send forms ask for it."""
    return JsonResponse(get_token(request), safe=False)


@action("_admin/appearance")
def appearance(actor: Actor | None, request: PageRequest) -> HttpResponseBase:
    """Choose light or dark for this browser."""
    theme = request.POST.get("theme", "")
    if theme not in THEMES:
        raise Invalid(f"theme is one of {', '.join(THEMES)}")
    response = HttpResponseRedirect(own_path(request.POST.get(CAME_FROM) or "/"))
    response.set_cookie(THEME_COOKIE, theme, max_age=YEAR, samesite="Lax", httponly=True)
    return response


def _shown(request: PageRequest, form: LoginForm, came_from: str, *, status: int = 200) -> HttpResponseBase:
    context: dict[str, Any] = {"form": form, "came_from": came_from, "may_sign_up": mode_of_site() != Mode.CLOSED}
    return render(request, "signing_in/login.html", context, status=status)
