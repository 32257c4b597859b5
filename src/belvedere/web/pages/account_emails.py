"""One's e-mail addresses."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere import mail
from belvedere.access.actor import Member
from belvedere.accounts.self_service import addresses
from belvedere.accounts.self_service.fetch import OwnAccount, OwnAddress, addresses_of, own_account, own_address
from belvedere.errors import Conflict, Invalid, Unavailable
from belvedere.web.account import account_page, place_of
from belvedere.web.forms import Form
from belvedere.web.parameters import number
from belvedere.web.registry import action, page
from belvedere.web.visitors import PageRequest

PLACE = "emails"


class AddressForm(Form):
    """One more address."""

    new_email = forms.CharField(
        label="Another address", max_length=254, widget=forms.EmailInput({"autocomplete": "email"})
    )


@page("_admin/my_account/emails", form=True)
def emails(actor: Member, request: PageRequest) -> HttpResponseBase:
    """List one's addresses, and add one."""
    account = own_account(actor)
    if request.method != "POST":
        return _shown(request, account, AddressForm())
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _shown(request, account, form)
    try:
        row = addresses.add_address(account, form.cleaned_data["new_email"])
    except (Invalid, Conflict, Unavailable) as error:
        form.refuse(error, "new_email")
        return _shown(request, account, form, status=429 if isinstance(error, Unavailable) else 200)
    messages.success(request, _what_next(row.address))
    return HttpResponseRedirect(place_of(PLACE))


@action("_admin/my_account/emails/main")
def make_main(actor: Member, request: PageRequest) -> HttpResponseBase:
    """Use another address for letters."""
    account = own_account(actor)
    row = _chosen(account, request)
    addresses.make_main(account, row)
    messages.success(request, f"{row.address} is your main address.")
    return HttpResponseRedirect(place_of(PLACE))


@action("_admin/my_account/emails/link")
def send_link(actor: Member, request: PageRequest) -> HttpResponseBase:
    """Send the link that verifies an address once more."""
    account = own_account(actor)
    row = _chosen(account, request)
    addresses.send_link_again(account, row)
    messages.success(request, _what_next(row.address))
    return HttpResponseRedirect(place_of(PLACE))


@action("_admin/my_account/emails/delete")
def delete(actor: Member, request: PageRequest) -> HttpResponseBase:
    """Take an address out of the account."""
    account = own_account(actor)
    row = _chosen(account, request)
    addresses.delete_address(account, row)
    messages.success(request, f"{row.address} is deleted.")
    return HttpResponseRedirect(place_of(PLACE))


def _chosen(account: OwnAccount, request: PageRequest) -> OwnAddress:
    return own_address(account, number(request.POST.get("del_email_id") or request.POST.get("email_id", "")))


def _what_next(address: str) -> str:
    if mail.is_set_up():
        return f"A link is on its way to {address}: open it within three days to show that the address is yours."
    return f"{address} is noted. It stays unverified, since this site sends no mail."


def _shown(request: PageRequest, account: OwnAccount, form: AddressForm, *, status: int = 200) -> HttpResponseBase:
    context = {"form": form, "addresses": addresses_of(account), "sends_mail": mail.is_set_up()}
    return account_page(request, PLACE, "account/emails.html", context, status=status)
