"""The recycle bin: deleted repositories, which administrators bring back or remove for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.html import format_html

from belvedere.access.actor import Administrator
from belvedere.errors import Conflict, DomainError
from belvedere.repos.recycling import Entry, entries, entry_called, purge_one
from belvedere.repos.undeletion import Undeleted, undelete
from belvedere.web.admin_sections import admin_page
from belvedere.web.confirming import ConfirmForm
from belvedere.web.forms import Form
from belvedere.web.links import address_of
from belvedere.web.registry import action, page
from belvedere.web.repository import SYSTEMS
from belvedere.web.visitors import PageRequest

BIN = "_admin/recycle_bin"
ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Deleted:
    """An entry as the list shows it."""

    name: str
    system: str
    owner: str
    deleted_on: datetime
    is_private: bool
    url: str


class BringBackForm(Form):
    """The full name under which a repository comes back."""

    name = forms.CharField(
        label="Full name",
        max_length=255,
        help_text="Its groups have to exist.",
        widget=forms.TextInput({"autocapitalize": "none", "spellcheck": "false"}),
    )


@page(BIN)
def recycle_bin(actor: Administrator, request: PageRequest) -> HttpResponseBase:
    """List what was deleted, the newest first."""
    query = request.GET.get("q", "").strip()[:200]
    found = [each for each in reversed(entries()) if query.casefold() in each.about["repo_name"].casefold()]
    turned = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": turned,
        "deleted": [_shown(each) for each in turned.object_list],
        "query": query,
        "turning": f"{urlencode({'q': query})}&" if query else "",
    }
    return admin_page(request, "recycle bin", "recycle_bin/list.html", context)


@page(f"{BIN}/<name>")
def deleted_repository(actor: Administrator, request: PageRequest, name: str) -> HttpResponseBase:
    """Show one entry: what is known of it, and what can be done with it."""
    return _page(request, _entry(name))


@action(f"{BIN}/<name>/undelete")
def bring_back(actor: Administrator, request: PageRequest, name: str) -> HttpResponseBase:
    """Bring a repository back."""
    entry = _entry(name)
    form = BringBackForm(request.POST)
    if not form.is_valid():
        return _page(request, entry, form)
    try:
        found = undelete(actor, entry, form.cleaned_data["name"].strip().strip("/"))
    except DomainError as error:
        form.refuse(error, "name")
        return _page(request, entry, form)
    messages.success(request, _told(found))
    return HttpResponseRedirect(address_of(found.repository.name))


@action(f"{BIN}/<name>/purge")
def purge(actor: Administrator, request: PageRequest, name: str) -> HttpResponseBase:
    """Remove a deleted repository for good, once its name was typed."""
    entry = _entry(name)
    form = ConfirmForm(entry.about["repo_name"], request.POST)
    if form.is_valid():
        try:
            purge_one(actor, entry)
        except Conflict as error:
            form.refuse(error)
        else:
            messages.success(request, f"{entry.about['repo_name']} is gone for good.")
            return HttpResponseRedirect(f"/{BIN}")
    return _page(request, entry, purge_form=form)


def _entry(name: str) -> Entry:
    return entry_called(name)


def _shown(entry: Entry) -> Deleted:
    about = entry.about
    return Deleted(
        name=about["repo_name"],
        system=SYSTEMS.get(about["repo_type"], about["repo_type"]),
        owner=about["owner"],
        deleted_on=entry.deleted_on,
        is_private=about["private"],
        url=address_of(BIN, entry.name),
    )


def _page(
    request: PageRequest, entry: Entry, form: BringBackForm | None = None, purge_form: ConfirmForm | None = None
) -> HttpResponseBase:
    name = entry.about["repo_name"]
    context: dict[str, Any] = {
        "deleted": _shown(entry),
        "about": entry.about,
        "is_content_there": entry.content.is_dir(),
        "form": form or BringBackForm(initial={"name": name}),
        "purge_form": purge_form or ConfirmForm(name),
    }
    refused = form or purge_form
    return admin_page(request, "recycle bin", "recycle_bin/entry.html", context, status=400 if refused else 200)


def _told(found: Undeleted) -> str:
    row = found.repository
    told = format_html("{} is back, with the id {} and {} as its owner.", row.name, row.pk, row.owner.username)
    if found.lost:
        told += format_html(" Not found any more, and left out: {}.", ", ".join(found.lost))
    return told
