"""Administration: everybody on this site, new users, and letting in who signed up."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from io import StringIO
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase

from belvedere.access.actor import Administrator
from belvedere.accounts.actions import Profile, approve_user, create_user
from belvedere.accounts.fetch import ManagedUser
from belvedere.accounts.models import User
from belvedere.accounts.passwords import LONGEST, check_new_password
from belvedere.accounts.user_list import Show, main_addresses, users_with, waiting_for_approval
from belvedere.errors import DomainError
from belvedere.web.admin_lists import ListView, view_from
from belvedere.web.admin_sections import admin_page
from belvedere.web.forms import Form
from belvedere.web.links import address_of, own_path
from belvedere.web.registry import action, page
from belvedere.web.spreadsheets import harmless
from belvedere.web.visitors import PageRequest

USERS = "_admin/users"
SORTS = {
    "username": ("username",),
    "name": ("lastname", "firstname", "pk"),
    "seen": ("last_login", "pk"),
    "since": ("created_on", "pk"),
}
LABELS = {"username": "Username", "name": "Name", "email": "E-mail", "seen": "Last sign-in", "since": "Since"}
SHOWN: dict[str, str] = {
    "": "All",
    "active": "Active",
    "inactive": "Inactive",
    "waiting": "Waiting",
    "administrators": "Administrators",
}
COLUMNS = ("user_id", "username", "firstname", "lastname", "email", "active", "admin", "extern_type", "created_on")
AT_ONCE = 500


class NewUserForm(Form):
    """What is said of a new user."""

    username = forms.CharField(
        max_length=64, widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"})
    )
    email = forms.EmailField(label="E-mail address", required=False, max_length=254)
    firstname = forms.CharField(label="First name", required=False, max_length=255)
    lastname = forms.CharField(label="Last name", required=False, max_length=255)
    password = forms.CharField(
        required=False,
        strip=False,
        max_length=LONGEST,
        help_text="Left empty, nobody signs in with one: give the user a link afterwards with which he chooses it.",
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    active = forms.BooleanField(label="Active", required=False, initial=True)
    admin = forms.BooleanField(label="Administrator of this site", required=False)


@page(USERS)
def users(actor: Administrator, request: PageRequest) -> HttpResponseBase:
    """List everybody."""
    view = view_from(request, USERS, SORTS, SHOWN)
    turned = view.turned(view.ordered(_wanted(actor, view), SORTS))
    mails = main_addresses(turned.object_list)
    context = {
        "view": view,
        "page": turned,
        "rows": [{"user": user, "email": mails.get(user.pk, "")} for user in turned.object_list],
        "headings": view.headings(LABELS, SORTS),
        "choices": view.choices(SHOWN),
        "waiting": waiting_for_approval(actor),
    }
    return admin_page(request, "users", "admin/users/list.html", context)


@page(f"{USERS}.csv")
def users_as_table(actor: Administrator, request: PageRequest) -> HttpResponseBase:
    """Give everybody who fits as CSV."""
    view = view_from(request, USERS, SORTS, SHOWN)
    answer = StreamingHttpResponse(_table(_rows(actor, view)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="users.csv"'
    return answer


@page(f"{USERS}.json")
def users_as_data(actor: Administrator, request: PageRequest) -> HttpResponseBase:
    """Give everybody who fits as JSON."""
    view = view_from(request, USERS, SORTS, SHOWN)
    return StreamingHttpResponse(_listed(_rows(actor, view)), content_type="application/json")


@page(f"{USERS}/new", form=True)
def new_user(actor: Administrator, request: PageRequest) -> HttpResponseBase:
    """Create a user."""
    if request.method != "POST":
        return admin_page(request, "users", "admin/users/new.html", {"form": NewUserForm()})
    form = NewUserForm(request.POST)
    made = _created(actor, form) if form.is_valid() else None
    if made is None:
        return admin_page(request, "users", "admin/users/new.html", {"form": form}, status=400)
    messages.success(request, f"The user {made.username} is created.")
    return HttpResponseRedirect(
        address_of(USERS, str(made.pk), "edit" if made.has_usable_password() else "edit/password")
    )


@action(USERS)
def new_user_here(actor: Administrator, request: PageRequest) -> HttpResponseBase:
    """Create a user, at the address that Kallithea's form has."""
    return new_user(actor, request)


@action(f"{USERS}/<user>/approve")
def approve(actor: Administrator, request: PageRequest, user: ManagedUser) -> HttpResponseBase:
    """Let somebody in who signed up."""
    approve_user(actor, user)
    messages.success(request, f"{user.username} can sign in now.")
    return HttpResponseRedirect(own_path(request.POST.get("came_from") or address_of(USERS)))


def _created(actor: Administrator, form: NewUserForm) -> User | None:
    given = form.cleaned_data
    try:
        if given["password"]:
            check_new_password(given["password"], given["username"], given["email"])
    except DomainError as error:
        form.refuse(error, "password")
        return None
    try:
        return create_user(
            actor,
            Profile(
                username=given["username"],
                email=given["email"] or None,
                password=given["password"],
                firstname=given["firstname"],
                lastname=given["lastname"],
                is_active=given["active"],
                is_administrator=given["admin"],
            ),
        )
    except DomainError as error:
        form.refuse(error, "email" if "email" in error.message or "e-mail" in error.message else "username")
        return None


def _wanted(actor: Administrator, view: ListView) -> Any:
    return users_with(actor, view.words, cast("Show", view.narrowed))


def _rows(actor: Administrator, view: ListView) -> Iterator[dict[str, Any]]:
    rows = list(view.ordered(_wanted(actor, view), SORTS).defer("password"))
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        mails = main_addresses(some)
        for user in some:
            yield {
                "user_id": user.pk,
                "username": user.username,
                "firstname": user.firstname,
                "lastname": user.lastname,
                "email": mails.get(user.pk, ""),
                "active": user.is_active,
                "admin": user.is_administrator,
                "extern_type": user.extern_type,
                "created_on": user.created_on.isoformat(timespec="seconds"),
            }


def _table(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    yield ",".join(COLUMNS) + "\r\n"
    for row in rows:
        line = StringIO()
        csv.writer(line).writerow([harmless(row[name]) for name in COLUMNS])
        yield line.getvalue()


def _listed(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    before = "["
    for row in rows:
        yield before + json.dumps(row)
        before = ",\n"
    yield "]" if before != "[" else "[]"
