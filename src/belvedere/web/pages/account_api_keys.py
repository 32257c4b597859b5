"""One's API keys."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere.access.actor import Member
from belvedere.accounts.credentials.api_keys import create_api_key, delete_api_key, reset_api_key
from belvedere.accounts.credentials.fetch import api_keys_of, held_api_key, own_automatic_key, own_keys, terms
from belvedere.accounts.keys import unseal
from belvedere.errors import Conflict, Forbidden, NotFound
from belvedere.web.account import NOT_KEPT, account_page, place_of
from belvedere.web.key_form import KeyForm, key_rows
from belvedere.web.parameters import number
from belvedere.web.registry import action, page
from belvedere.web.visitors import PageRequest

PLACE = "api_keys"
ON_A_PAGE = 50


@page("_admin/my_account/api_keys", form=True)
def api_keys(actor: Member, request: PageRequest) -> HttpResponseBase:
    """List one's API keys, and make one; its answer is the only page that ever shows it."""
    holder = own_keys(actor)
    if request.method != "POST":
        return _shown(actor, request, KeyForm())
    form = KeyForm(request.POST)
    if not form.is_valid():
        return _shown(actor, request, form)
    try:
        agreed = terms(actor, form.scope_for(actor), form.end())
        row, key = create_api_key(holder, agreed, form.cleaned_data["description"])
    except (NotFound, Forbidden, Conflict) as error:
        form.refuse(error)
        return _shown(actor, request, form)
    return _shown(actor, request, KeyForm(), {"made": row, "made_key": key})


@page("_admin/my_account/api_keys/reset", form=True)
def reset(actor: Member, request: PageRequest) -> HttpResponseBase:
    """Renew the automatic key, after asking."""
    holder = own_automatic_key(actor)
    if request.method != "POST":
        return account_page(request, PLACE, "account/reset_key.html")
    reset_api_key(holder)
    messages.success(request, "Your automatic API key is a new one. The one before does not work any more.")
    return HttpResponseRedirect(place_of(PLACE))


@action("_admin/my_account/api_keys/delete")
def delete(actor: Member, request: PageRequest) -> HttpResponseBase:
    """Delete one of one's keys; the automatic one is renewed instead, after asking."""
    if request.POST.get("del_api_key_builtin"):
        return HttpResponseRedirect(place_of(f"{PLACE}/reset"))
    key = held_api_key(actor, number(request.POST.get("del_api_key", "")), of=own_keys(actor))
    delete_api_key(key)
    messages.success(request, f"The API key “{key.description or key.pk}” is deleted, and does not work any more.")
    return HttpResponseRedirect(place_of(PLACE))


def _shown(actor: Member, request: PageRequest, form: KeyForm, more: dict[str, Any] | None = None) -> HttpResponseBase:
    holder = own_keys(actor)
    rows = api_keys_of(holder)
    automatic = next((row for row in rows if row.is_automatic), None)
    turned = Paginator([row for row in rows if not row.is_automatic], ON_A_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "form": form,
        "automatic": automatic,
        "page": turned,
        "keys": key_rows(list(turned.object_list), actor),
        **(more or {}),
    }
    if automatic is not None and automatic.sealed is not None and actor.scope.is_whole:
        context["automatic_key"] = unseal(bytes(automatic.sealed), holder.pk)
    response = account_page(request, PLACE, "account/api_keys.html", context)
    response["Cache-Control"] = NOT_KEPT
    return response
