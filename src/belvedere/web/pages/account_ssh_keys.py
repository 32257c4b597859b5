"""One's SSH keys."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere.access.actor import Member
from belvedere.accounts.credentials.fetch import KeyHolder, held_ssh_key, own_keys, ssh_keys_of
from belvedere.accounts.credentials.ssh_keys import add_ssh_key, delete_ssh_key
from belvedere.errors import Conflict, Invalid
from belvedere.web.account import account_page, place_of
from belvedere.web.registry import action, page
from belvedere.web.ssh_key_form import SshKeyForm
from belvedere.web.visitors import PageRequest

ON_A_PAGE = 50


@page("_admin/my_account/ssh_keys", form=True)
def ssh_keys(actor: Member, request: PageRequest) -> HttpResponseBase:
    """List one's SSH keys, and add one."""
    holder = own_keys(actor)
    if request.method != "POST":
        return _shown(request, holder, SshKeyForm())
    form = SshKeyForm(request.POST)
    if not form.is_valid():
        return _shown(request, holder, form)
    try:
        row = add_ssh_key(actor, holder, form.cleaned_data["public_key"], form.cleaned_data["description"])
    except (Invalid, Conflict) as error:
        form.refuse(error, "public_key")
        return _shown(request, holder, form)
    messages.success(request, f"The key SHA256:{row.fingerprint} is added.")
    return HttpResponseRedirect(place_of("ssh_keys"))


@action("_admin/my_account/ssh_keys/delete")
def delete(actor: Member, request: PageRequest) -> HttpResponseBase:
    """Delete one of one's SSH keys."""
    key = held_ssh_key(actor, request.POST.get("del_public_key_fingerprint", ""), of=own_keys(actor))
    delete_ssh_key(key)
    messages.success(request, f"The key SHA256:{key.fingerprint} is deleted.")
    return HttpResponseRedirect(place_of("ssh_keys"))


def _shown(request: PageRequest, holder: KeyHolder, form: SshKeyForm) -> HttpResponseBase:
    turned = Paginator(ssh_keys_of(holder), ON_A_PAGE).get_page(request.GET.get("page"))
    return account_page(request, "ssh_keys", "account/ssh_keys.html", {"form": form, "page": turned})
