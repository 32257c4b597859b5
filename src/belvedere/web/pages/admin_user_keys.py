"""Administration: a user's API keys and SSH keys."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere.access.actor import Administrator
from belvedere.accounts.credentials.api_keys import create_api_key, delete_api_key, reset_api_key
from belvedere.accounts.credentials.fetch import (
    api_keys_of,
    automatic_key_holder,
    held_api_key,
    held_ssh_key,
    key_holder,
    ssh_keys_of,
    terms,
)
from belvedere.accounts.credentials.ssh_keys import add_ssh_key, delete_ssh_key
from belvedere.accounts.fetch import ManagedUser
from belvedere.errors import DomainError
from belvedere.web.admin_users import USERS, place_of, user_page
from belvedere.web.key_form import KeyForm, key_rows
from belvedere.web.parameters import number
from belvedere.web.registry import action, page
from belvedere.web.ssh_key_form import SshKeyForm
from belvedere.web.visitors import PageRequest

API_KEYS = "edit/api_keys"
SSH_KEYS = "edit/ssh_keys"
ON_A_PAGE = 50


@page(f"{USERS}/<user>/{API_KEYS}", form=True)
def api_keys(actor: Administrator, request: PageRequest, user: ManagedUser) -> HttpResponseBase:
    """List a user's API keys, and make one; its answer is the only page that shows it."""
    holder = key_holder(actor, user.pk)
    if request.method != "POST":
        return _with_api_keys(actor, request, user, KeyForm())
    form = KeyForm(request.POST)
    if not form.is_valid():
        return _with_api_keys(actor, request, user, form, status=400)
    try:
        agreed = terms(actor, form.scope_for(actor), form.end())
        row, key = create_api_key(holder, agreed, form.cleaned_data["description"])
    except DomainError as error:
        form.refuse(error)
        return _with_api_keys(actor, request, user, form, status=400)
    return _with_api_keys(actor, request, user, KeyForm(), {"made": row, "made_key": key})


@action(f"{USERS}/<user>/{API_KEYS}/delete")
def delete_key(actor: Administrator, request: PageRequest, user: ManagedUser) -> HttpResponseBase:
    """Delete one of a user's API keys."""
    held = held_api_key(actor, number(request.POST.get("del_api_key", "")), of=key_holder(actor, user.pk))
    delete_api_key(held)
    messages.success(request, f"The API key “{held.description or held.pk}” does not work any more.")
    return HttpResponseRedirect(place_of(user, API_KEYS))


@action(f"{USERS}/<user>/{API_KEYS}/reset")
def reset_key(actor: Administrator, request: PageRequest, user: ManagedUser) -> HttpResponseBase:
    """Renew a user's automatic key; the new one is for him alone to see."""
    reset_api_key(automatic_key_holder(actor, user.pk))
    messages.success(request, f"The automatic key of {user.username} is a new one, which only he sees in his account.")
    return HttpResponseRedirect(place_of(user, API_KEYS))


@page(f"{USERS}/<user>/{SSH_KEYS}", form=True)
def ssh_keys(actor: Administrator, request: PageRequest, user: ManagedUser) -> HttpResponseBase:
    """List a user's SSH keys, and add one."""
    holder = key_holder(actor, user.pk)
    form = SshKeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = add_ssh_key(actor, holder, form.cleaned_data["public_key"], form.cleaned_data["description"])
        except DomainError as error:
            form.refuse(error, "public_key")
        else:
            messages.success(request, f"The key SHA256:{row.fingerprint} is added.")
            return HttpResponseRedirect(place_of(user, SSH_KEYS))
    turned = Paginator(ssh_keys_of(holder), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": turned, "keys": turned.object_list}
    return user_page(request, user, SSH_KEYS, context, status=400 if form.errors else 200)


@action(f"{USERS}/<user>/{SSH_KEYS}/delete")
def delete_public_key(actor: Administrator, request: PageRequest, user: ManagedUser) -> HttpResponseBase:
    """Delete one of a user's SSH keys."""
    fingerprint = request.POST.get("del_public_key_fingerprint", "")
    key = held_ssh_key(actor, fingerprint, of=key_holder(actor, user.pk))
    delete_ssh_key(key)
    messages.success(request, f"The key SHA256:{key.fingerprint} is deleted.")
    return HttpResponseRedirect(place_of(user, SSH_KEYS))


def _with_api_keys(
    actor: Administrator,
    request: PageRequest,
    user: ManagedUser,
    form: KeyForm,
    more: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponseBase:
    rows = api_keys_of(key_holder(actor, user.pk))
    turned = Paginator([row for row in rows if not row.is_automatic], ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "automatic": next((row for row in rows if row.is_automatic), None),
        "page": turned,
        "keys": key_rows(list(turned.object_list), actor),
        **(more or {}),
    }
    return user_page(request, user, API_KEYS, context, status=status)
