"""Extra fields of a repository: whatever a site wants to note of it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor
from belvedere.errors import DomainError, NotFound
from belvedere.repos.extra_fields import add_field, change_values, fields_of, remove_field
from belvedere.repos.fetch import Administered
from belvedere.web.forms import Form
from belvedere.web.links import address_of
from belvedere.web.registry import action, page
from belvedere.web.settings_pages import settings_page
from belvedere.web.visitors import PageRequest

LONGEST_VALUE = 10_000


class NewFieldForm(Form):
    """A new field; called as Kallithea's form has it."""

    new_field_key = forms.CharField(
        label="Key",
        max_length=64,
        help_text="Letters, digits, - and _; the API shows the field as ex_<key>.",
        widget=forms.TextInput({"autocapitalize": "none", "spellcheck": "false"}),
    )
    new_field_label = forms.CharField(label="Label", required=False, max_length=255)
    new_field_value = forms.CharField(label="Value", required=False, max_length=LONGEST_VALUE)
    new_field_desc = forms.CharField(label="Description", required=False, max_length=1000)


class ValuesForm(Form):
    """The values of the fields that are there."""

    def __init__(self, repository: Administered, data: object = None) -> None:
        super().__init__(data)
        self.held = fields_of(repository)
        for each in self.held:
            self.fields[f"value-{each.pk}"] = forms.CharField(
                label=each.label,
                required=False,
                max_length=LONGEST_VALUE,
                initial=each.value,
                help_text=each.description,
                strip=False,
            )

    @property
    def rows(self) -> list[tuple[forms.BoundField, str, int]]:
        """Each field with its key and id."""
        return [(self[f"value-{each.pk}"], each.key, each.pk) for each in self.held]


@page("<repository>/settings/fields", form=True)
def fields(actor: Actor, request: PageRequest, repository: Administered) -> HttpResponseBase:
    """Show and change the values."""
    form = ValuesForm(repository, request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        changed = {each.key: given[f"value-{each.pk}"] for each in form.held if f"value-{each.pk}" in form.changed_data}
        change_values(repository, changed)
        messages.success(request, "Saved.")
        return _back(repository)
    return _shown(request, actor, repository, form, NewFieldForm())


@action("<repository>/settings/fields/new")
def new_field(actor: Actor, request: PageRequest, repository: Administered) -> HttpResponseBase:
    """Add a field."""
    form = NewFieldForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            added = add_field(repository, given["new_field_key"], given["new_field_label"], given["new_field_desc"])
            change_values(repository, {added.key: given["new_field_value"]})
        except DomainError as error:
            form.refuse(error, "new_field_key")
        else:
            messages.success(request, f"Added {added.label}.")
            return _back(repository)
    return _shown(request, actor, repository, ValuesForm(repository), form)


@action("<repository>/settings/fields/<field_id>/delete")
def delete_field(actor: Actor, request: PageRequest, repository: Administered, field_id: int) -> HttpResponseBase:
    """Remove a field with its value."""
    found = next((each for each in fields_of(repository) if each.pk == field_id), None)
    if found is None:
        raise NotFound("there is no such field: it may have been removed already")
    remove_field(repository, found.key)
    messages.success(request, f"Removed {found.label}.")
    return _back(repository)


def _shown(
    request: PageRequest, actor: Actor, repository: Administered, form: ValuesForm, new: NewFieldForm
) -> HttpResponseBase:
    status = 400 if form.errors or new.errors else 200
    return settings_page(request, actor, repository, "fields", {"form": form, "new": new}, status=status)


def _back(repository: Administered) -> HttpResponseBase:
    return HttpResponseRedirect(address_of(repository.name, "settings", "fields"))
