"""Administration: what new repositories begin with."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere.access.actor import Administrator
from belvedere.choices.site import choose, chosen
from belvedere.web.admin_sections import admin_page
from belvedere.web.forms import Form
from belvedere.web.links import address_of
from belvedere.web.registry import page
from belvedere.web.repository import SYSTEMS
from belvedere.web.visitors import PageRequest

DEFAULTS = "_admin/defaults"


class DefaultsForm(Form):
    """What a new repository has where nobody says otherwise."""

    repository_type = forms.ChoiceField(label="System", choices=list(SYSTEMS.items()), widget=forms.RadioSelect)
    repository_private = forms.BooleanField(
        label="Private", required=False, help_text="Only those who are granted something see it."
    )
    repository_downloads = forms.BooleanField(
        label="Downloads", required=False, help_text="Archives of its files are offered."
    )
    repository_statistics = forms.BooleanField(
        label="Statistics", required=False, help_text="Changesets are counted by author and by day."
    )


@page(DEFAULTS, form=True)
def defaults(actor: Administrator, request: PageRequest) -> HttpResponseBase:
    """Show and change what new repositories begin with."""
    now = chosen()
    if request.method != "POST":
        form = DefaultsForm(initial={name: getattr(now, name) for name in DefaultsForm.base_fields})
        return admin_page(request, "defaults", "admin/defaults.html", {"form": form})
    form = DefaultsForm(request.POST)
    if not form.is_valid():
        return admin_page(request, "defaults", "admin/defaults.html", {"form": form}, status=400)
    choose(actor, **form.cleaned_data)
    messages.success(request, "New repositories begin with this from now on.")
    return HttpResponseRedirect(address_of(DEFAULTS))
