"""Who one is here."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere.access.actor import Member
from belvedere.accounts.self_service.fetch import OwnAccount, own_account
from belvedere.accounts.self_service.profile import rename
from belvedere.web.account import account_page, place_of
from belvedere.web.forms import Form
from belvedere.web.registry import page
from belvedere.web.visitors import PageRequest


class ProfileForm(Form):
    """What people change of themselves."""

    firstname = forms.CharField(
        label="First name", max_length=255, required=False, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    lastname = forms.CharField(
        label="Last name", max_length=255, required=False, widget=forms.TextInput({"autocomplete": "family-name"})
    )


@page("_admin/my_account", form=True)
def profile(actor: Member, request: PageRequest) -> HttpResponseBase:
    """Show and change names; everything else of a profile is told."""
    account = own_account(actor)
    if request.method != "POST":
        names = {"firstname": account.firstname, "lastname": account.lastname}
        return _shown(request, account, ProfileForm(initial=names))
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return _shown(request, account, form)
    rename(account, **form.cleaned_data)
    messages.success(request, "Your profile is saved.")
    return HttpResponseRedirect(place_of(""))


def _shown(request: PageRequest, account: OwnAccount, form: ProfileForm) -> HttpResponseBase:
    main = account.addresses.filter(is_main=True).first()
    return account_page(request, "", "account/profile.html", {"form": form, "account": account, "main": main})
