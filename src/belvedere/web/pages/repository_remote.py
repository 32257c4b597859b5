"""Where a repository is pulled from, and pulling from there."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor
from belvedere.errors import DomainError
from belvedere.repos.actions import RepositorySettings, update_repository
from belvedere.repos.addresses import LONGEST_ADDRESS
from belvedere.repos.arrivals.asking import pull_later, stop_pull
from belvedere.repos.arrivals.fetch import pull_of
from belvedere.repos.fetch import Administered, place_to_move, remote_address
from belvedere.web.arrival_view import SECONDS_BETWEEN_LOOKS, ArrivalView, view_of
from belvedere.web.door import PARTIAL
from belvedere.web.forms import Form, reason_of
from belvedere.web.links import address_of
from belvedere.web.registry import page
from belvedere.web.settings_pages import settings_page
from belvedere.web.shell import render
from belvedere.web.visitors import PageRequest

PULLING = "pulling"
"""What the page shows itself, and needs no message."""


class AddressForm(Form):
    """The address of a repository elsewhere."""

    clone_uri = forms.CharField(
        label="New address",
        max_length=LONGEST_ADDRESS,
        widget=forms.TextInput(
            {"inputmode": "url", "placeholder": "https://…", "spellcheck": "false", "autocomplete": "off"}
        ),
        help_text="With user and password in it if it takes them: the password is kept sealed, and never shown again.",
    )


@page("<repository>/settings/remote", form=True)
def remote(actor: Actor, request: PageRequest, repository: Administered) -> HttpResponseBase:
    """Show the address and how the last pull went, change it, pull or stop that.

    `do` says which, and pulling is what is done without.
    """
    if PARTIAL in request.headers and request.method != "POST":
        return render(request, "arrivals/_state.html", {"arrival": _pull_in(repository)})
    form = AddressForm()
    error = ""
    if request.method == "POST":
        wanted = request.POST.get("do", "pull")
        form = AddressForm(request.POST) if wanted == "save" else form
        try:
            done = _done(actor, repository, form, wanted)
        except DomainError as refusal:
            done = ""
            if wanted == "save":
                form.refuse(refusal, "clone_uri")
            else:
                error = reason_of(refusal)
        if done:
            if done != PULLING:
                messages.success(request, done)
            return HttpResponseRedirect(address_of(repository.name, "settings", "remote"))
    context = {"form": form, "error": error, "arrival": _pull_in(repository), "seconds": SECONDS_BETWEEN_LOOKS}
    return settings_page(request, actor, repository, "remote", context)


def _pull_in(repository: Administered) -> ArrivalView | None:
    found = pull_of(repository)
    return view_of(found) if found else None


def _done(actor: Actor, repository: Administered, form: AddressForm, wanted: str) -> str:
    """Do it, and give what to say of it; nothing if the form is wrong."""
    if wanted == "pull":
        pull_later(actor, repository)
        return PULLING
    if wanted == "stop":
        return "The pull is stopped." if stop_pull(repository) else "The pull was over already."
    stays = place_to_move(actor, repository, None, None)
    if wanted == "remove":
        update_repository(repository, stays, RepositorySettings(forget_remote=True))
        return "The address is forgotten; what was pulled stays."
    if not form.is_valid():
        return ""
    given = remote_address(actor, form.cleaned_data["clone_uri"].strip())
    update_repository(repository, stays, RepositorySettings(remote=given))
    return "Saved: a repository answers there."
