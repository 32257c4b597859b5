"""The settings of a repository group: its name and place, its permissions, and deleting it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor
from belvedere.errors import Conflict, DomainError, Forbidden, NotFound
from belvedere.repos.fetch import (
    AdministeredGroup,
    Place,
    ReadableGroup,
    groups_administered_by,
    groups_visible_to,
    place_to_move_group,
    visible_to,
)
from belvedere.repos.groups import delete_repository_group, is_below, update_repository_group
from belvedere.repos.names import split
from belvedere.web.confirming import ConfirmForm
from belvedere.web.forms import Form
from belvedere.web.grant_editor import editor_for, strike
from belvedere.web.grant_subjects import of_group
from belvedere.web.links import address_of
from belvedere.web.owner_field import OwnerField, owner_named
from belvedere.web.place_fields import GroupField, NameField
from belvedere.web.registry import action, page
from belvedere.web.settings_pages import GROUPS, group_settings_page
from belvedere.web.visitors import PageRequest


class GroupSettingsForm(Form):
    """What can be said of a repository group; the fields are called as Kallithea's."""

    group_name = NameField()
    owner = OwnerField()
    group_description = forms.CharField(
        label="Description", required=False, max_length=10_000, widget=forms.Textarea({"rows": 3})
    )
    field_order = ("group_name", "parent_group_id", "owner", "group_description")

    def __init__(self, actor: Actor, group: AdministeredGroup, data: object = None) -> None:
        parent = group.parent
        initial = {
            "group_name": split(group.name)[1],
            "parent_group_id": parent.name if parent else "",
            "owner": group.owner.username,
            "group_description": group.description,
        }
        super().__init__(data, initial=initial)
        others = groups_administered_by(actor).exclude(pk=group.pk).exclude(is_below(group.name))
        parents = GroupField(others, has_top=parent is None or actor.administers, keep=parent)
        parents.label = "In the group"
        parents.help_text += (
            " Another name or group changes the addresses of everything inside, and the old ones end: clones have to "
            "be told. Permanent addresses stay."
        )
        self.fields["parent_group_id"] = parents
        self.fields["owner"].disabled = not actor.administers
        self.order_fields(self.field_order)


@page(f"{GROUPS}/<group>/edit/permissions", form=True)
def group_permissions(actor: Actor, request: PageRequest, group: AdministeredGroup) -> HttpResponseBase:
    """Show and change who is granted what, on request also inside."""
    editor = editor_for(request, actor, of_group(group), address_of(GROUPS, group.name, "edit", "permissions"))
    if editor.leads_to:
        return HttpResponseRedirect(editor.leads_to)
    return group_settings_page(request, group, "permissions", {"editor": editor})


@action(f"{GROUPS}/<group>/edit/permissions/delete")
def strike_group_permission(actor: Actor, request: PageRequest, group: AdministeredGroup) -> HttpResponseBase:
    """Take back what one user or user group is granted."""
    strike(actor, of_group(group), request.POST)
    messages.success(request, "Saved: 1 change.")
    return HttpResponseRedirect(address_of(GROUPS, group.name, "edit", "permissions"))


@page(f"{GROUPS}/<group>/edit/advanced")
def group_advanced(actor: Actor, request: PageRequest, group: AdministeredGroup) -> HttpResponseBase:
    """Show what a group holds, and the form that deletes it."""
    return _advanced(request, actor, group, ConfirmForm(group.name))


@page(f"{GROUPS}/<group>/edit", form=True)
def group_settings(actor: Actor, request: PageRequest, group: AdministeredGroup) -> HttpResponseBase:
    """Show and change the general settings."""
    before = group.name
    form = GroupSettingsForm(actor, group, request.POST if request.method == "POST" else None)
    if form.is_valid() and _saved(actor, group, form):
        told = f" It is now {group.name}, and everything inside has moved along." if group.name != before else ""
        messages.success(request, f"Saved.{told}")
        return HttpResponseRedirect(address_of(GROUPS, group.name, "edit"))
    return group_settings_page(request, group, "general", {"form": form}, status=400 if form.errors else 200)


@action(f"{GROUPS}/<group>/delete")
def delete_group(actor: Actor, request: PageRequest, group: AdministeredGroup) -> HttpResponseBase:
    """Delete an empty group, once its name was typed."""
    form = ConfirmForm(group.name, request.POST)
    if form.is_valid():
        try:
            delete_repository_group(group)
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, f"Deleted the group {group.name}.")
            return HttpResponseRedirect(address_of(split(group.name)[0]))
    return _advanced(request, actor, group, form)


@page(f"{GROUPS}/<group>")
def group_elsewhere(actor: Actor, request: PageRequest, group: ReadableGroup) -> HttpResponseBase:
    """Go to the page of a group."""
    return HttpResponseRedirect(address_of(group.name))


@action(f"{GROUPS}/<group>")
def update_group(actor: Actor, request: PageRequest, group: AdministeredGroup) -> HttpResponseBase:
    """Change the general settings, as Kallithea's form does."""
    return group_settings(actor, request, group)


def _advanced(request: PageRequest, actor: Actor, group: AdministeredGroup, form: ConfirmForm) -> HttpResponseBase:
    context: dict[str, Any] = {
        "delete_form": form,
        "repositories": visible_to(actor).filter(is_below(group.name)).count(),
        "groups": groups_visible_to(actor).filter(is_below(group.name)).count(),
    }
    return group_settings_page(request, group, "advanced", context, status=400 if form.errors else 200)


def _saved(actor: Actor, group: AdministeredGroup, form: GroupSettingsForm) -> bool:
    """Save what the form says; False if that cannot be, and the form says why."""
    given = form.cleaned_data
    place, owner = _place(actor, group, form), owner_named(actor, form, group.owner.username)
    if place is None or form.errors:
        return False
    try:
        update_repository_group(group, place, given["group_description"], owner)
    except Conflict as error:
        form.refuse(error, "group_name")
    except DomainError as error:
        form.refuse(error)
    return not form.errors


def _place(actor: Actor, group: AdministeredGroup, form: GroupSettingsForm) -> Place | None:
    parent = form.cleaned_data["parent_group_id"]
    stays = parent == (group.parent.name if group.parent else "")
    try:
        return place_to_move_group(actor, group, form.cleaned_data["group_name"], None if stays else parent)
    except (Forbidden, NotFound) as error:
        form.refuse(error, "parent_group_id")
    except DomainError as error:
        form.refuse(error, "group_name")
    return None
