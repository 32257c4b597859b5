"""Signing up, and confirming an e-mail address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import urlencode

from belvedere.access.actor import Actor
from belvedere.accounts.models import User
from belvedere.accounts.names import check_email, check_username
from belvedere.accounts.self_service.fetch import address_link
from belvedere.accounts.self_service.signing_up import Application, Mode, arrive, mode_of_site, sign_up
from belvedere.errors import Conflict, DomainError, Invalid, Unavailable
from belvedere.web.account import place_of
from belvedere.web.links import address_of
from belvedere.web.new_password_form import HELP, NewPasswordForm, password_field
from belvedere.web.registry import page
from belvedere.web.shell import render
from belvedere.web.visitors import PageRequest

LOGIN = "/_admin/login"
WAITING = "_admin/register/waiting"
PLACES: dict[type[DomainError], str] = {Conflict: "username", Invalid: "password"}
"""The fields that these errors of signing up are about."""


class SignUpForm(NewPasswordForm):
    """Who somebody is, and the password that he wants.

    `website` is for programs alone, which fill in all that they find; people do not see it.
    """

    twice = ("password", "password_confirmation")

    username = forms.CharField(
        max_length=64,
        help_text="Letters, digits and . _ - + @; it stays as it is.",
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    firstname = forms.CharField(
        label="First name", max_length=255, required=False, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    lastname = forms.CharField(
        label="Last name", max_length=255, required=False, widget=forms.TextInput({"autocomplete": "family-name"})
    )
    email = forms.CharField(label="E-mail address", max_length=254, widget=forms.EmailInput({"autocomplete": "email"}))
    password = password_field("Password", help_text=HELP)
    password_confirmation = password_field("Password again")
    website = forms.CharField(
        required=False, max_length=200, widget=forms.TextInput({"tabindex": "-1", "autocomplete": "off"})
    )

    def clean_username(self) -> str:
        """Say at the field what a username may not be."""
        return _checked(check_username, self.cleaned_data["username"])

    def clean_email(self) -> str:
        """Say at the field what is no address."""
        return _checked(check_email, self.cleaned_data["email"])

    def application(self) -> Application:
        """Give what was filled in."""
        names = ("username", "firstname", "lastname", "email", "password")
        return Application(**{name: self.cleaned_data[name] for name in names})


@page("_admin/register", form=True)
def register(actor: Actor | None, request: PageRequest) -> HttpResponseBase:
    """Sign up, where that is open."""
    mode = mode_of_site()
    if mode == Mode.CLOSED:
        return render(request, "signing_up/closed.html", status=403)
    if request.method != "POST":
        return _shown(request, SignUpForm(), mode)
    form = SignUpForm(request.POST)
    if not form.is_valid():
        return _shown(request, form, mode)
    if form.cleaned_data["website"]:
        return _waiting_for(User.Awaits.ADDRESS)
    try:
        user = sign_up(form.application(), request.META.get("REMOTE_ADDR", ""))
    except (Conflict, Invalid, Unavailable) as error:
        form.refuse(error, PLACES.get(type(error)))
        return _shown(request, form, mode, status=429 if isinstance(error, Unavailable) else 200)
    return _gone_on(request, user)


@page("_admin/register/waiting")
def waiting(actor: Actor | None, request: PageRequest) -> HttpResponseBase:
    """Say what happens next to somebody who signed up."""
    return render(request, "signing_up/waiting.html", {"is_for_approval": request.GET.get("for") == "approval"})


@page("_admin/confirm_address", form=True)
def confirm_address(actor: Actor | None, request: PageRequest) -> HttpResponseBase:
    """Confirm an address by the link that was sent there.

    A press of a button does it and not the link alone: programs that look into mail for harm open links.
    """
    token = request.POST.get("token") or request.GET.get("token", "")
    try:
        link = address_link(token)
        if request.method == "POST":
            return _gone_on(request, arrive(link), link.address)
    except (Invalid, Conflict) as error:
        context = {"why": error.message, "is_about_password": False}
        return render(request, "signing_up/bad_link.html", context, status=error.status)
    context = {"token": token, "address": link.address, "username": link.user.username}
    return render(request, "signing_up/confirm.html", context)


def _gone_on(request: PageRequest, user: User, verified: str = "") -> HttpResponseBase:
    """Lead on somebody who signed up or verified an address."""
    if user.awaits:
        return _waiting_for(user.awaits)
    visitor = request.visitor.actor
    if verified and visitor is not None and visitor.user_id == user.pk:
        messages.success(request, f"{verified} is verified.")
        return HttpResponseRedirect(place_of("emails"))
    messages.success(request, f"{verified} is verified: sign in." if verified else "Your account is ready: sign in.")
    return HttpResponseRedirect(LOGIN)


def _waiting_for(awaits: str) -> HttpResponseBase:
    return HttpResponseRedirect(f"{address_of(WAITING)}?{urlencode({'for': awaits})}")


def _checked(check: Any, text: str) -> str:
    try:
        checked: str = check(text.strip())
    except Invalid as error:
        raise forms.ValidationError(error.message[:1].upper() + error.message[1:] + ".") from error
    return checked


def _shown(request: PageRequest, form: SignUpForm, mode: Mode, *, status: int = 200) -> HttpResponseBase:
    context = {"form": form, "needs_approval": mode == Mode.BY_APPROVAL}
    return render(request, "signing_up/register.html", context, status=status)
