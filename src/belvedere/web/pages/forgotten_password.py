"""A new password for those who forgot theirs."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere import mail
from belvedere.access.actor import Actor
from belvedere.accounts.names import check_email
from belvedere.accounts.self_service.fetch import password_link
from belvedere.accounts.self_service.new_passwords import ask_for_link, choose_password
from belvedere.errors import Invalid, Unavailable
from belvedere.web.account import NOT_KEPT
from belvedere.web.forms import Form
from belvedere.web.new_password_form import HELP, NewPasswordForm, password_field
from belvedere.web.registry import page
from belvedere.web.shell import render
from belvedere.web.visitors import PageRequest, forget


class ForgottenForm(Form):
    """Where the link goes."""

    email = forms.CharField(
        label="E-mail address of your account",
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email", "autofocus": True}),
    )


class ChosenPasswordForm(NewPasswordForm):
    """The new password, twice."""

    password = password_field("New password", help_text=HELP)
    password_confirm = password_field("New password again")


@page("_admin/password_reset", form=True)
def password_reset(actor: Actor | None, request: PageRequest) -> HttpResponseBase:
    """Ask for a link; the answer is the same for every address."""
    if not mail.is_set_up():
        return render(request, "signing_up/forgotten_no_mail.html")
    if request.method != "POST":
        return _asked(request, ForgottenForm())
    form = ForgottenForm(request.POST)
    if not form.is_valid():
        return _asked(request, form)
    try:
        ask_for_link(check_email(form.cleaned_data["email"].strip()), request.META.get("REMOTE_ADDR", ""))
    except Invalid as error:
        form.refuse(error, "email")
        return _asked(request, form)
    except Unavailable as error:
        form.refuse(error)
        return _asked(request, form, status=429)
    return HttpResponseRedirect("/_admin/password_reset/sent")


@page("_admin/password_reset/sent")
def sent(actor: Actor | None, request: PageRequest) -> HttpResponseBase:
    """Say what to do next."""
    return render(request, "signing_up/forgotten_sent.html")


@page("_admin/password_reset_confirmation", form=True)
def password_reset_confirmation(actor: Actor | None, request: PageRequest) -> HttpResponseBase:
    """Choose a password with a link."""
    token = request.POST.get("token") or request.GET.get("token", "")
    try:
        link = password_link(token)
    except Invalid as error:
        context = {"why": error.message, "is_about_password": True}
        return render(request, "signing_up/bad_link.html", context, status=error.status)
    form = ChosenPasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            choose_password(link, form.cleaned_data["password"])
        except Invalid as error:
            form.refuse(error, "password")
        else:
            messages.success(request, "Your password is changed: sign in with it.")
            response: HttpResponseBase = HttpResponseRedirect("/_admin/login")
            forget(response)
            return response
    context = {"form": form, "token": token, "username": link.username}
    response = render(request, "signing_up/new_password.html", context)
    response["Cache-Control"] = NOT_KEPT
    return response


def _asked(request: PageRequest, form: ForgottenForm, *, status: int = 200) -> HttpResponseBase:
    return render(request, "signing_up/forgotten.html", {"form": form}, status=status)
