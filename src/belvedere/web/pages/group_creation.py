"""Creating repository groups: at the top level by administrators, in a group by who administers it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor, Member, administrator
from belvedere.accounts.fetch import own_ownership
from belvedere.errors import DomainError, Forbidden, NotFound
from belvedere.repos.fetch import (
    GroupPlace,
    administered_group,
    group_creator,
    groups_administered_by,
    place_for_group,
    place_for_subgroup,
)
from belvedere.repos.groups import create_repository_group
from belvedere.repos.models import RepositoryGroup
from belvedere.web.forms import Form
from belvedere.web.links import address_of
from belvedere.web.place_fields import GroupField, NameField
from belvedere.web.registry import action, page
from belvedere.web.settings_pages import GROUPS
from belvedere.web.shell import render
from belvedere.web.visitors import PageRequest


class GroupForm(Form):
    """A new repository group; the fields are called as Kallithea's, for programs that send its form."""

    group_name = NameField()
    group_description = forms.CharField(
        label="Description", required=False, max_length=10_000, widget=forms.Textarea({"rows": 2})
    )
    group_copy_permissions = forms.BooleanField(
        label="Begin with the permissions of the group it is in",
        required=False,
        help_text="Otherwise everyone gets what the site gives on new groups.",
    )
    field_order = ("parent_group_id", "group_name")

    def __init__(self, actor: Actor, *args: object) -> None:
        super().__init__(*args)
        self.parents = GroupField(groups_administered_by(actor), has_top=actor.administers)
        self.parents.label = "In the group"
        self.fields["parent_group_id"] = self.parents
        self.order_fields(self.field_order)


@page(f"{GROUPS}/new")
def new_group(actor: Member, request: PageRequest) -> HttpResponseBase:
    """Ask what to create; the address may say in which group (`parent_group`, by id or name)."""
    form = GroupForm(group_creator(actor))
    given = request.GET.get("parent_group", "")
    form.initial["parent_group_id"] = form.parents.named(given) if given else ""
    return _shown(request, form)


@action(GROUPS)
def create_group(actor: Member, request: PageRequest) -> HttpResponseBase:
    """Create a repository group."""
    form = GroupForm(group_creator(actor), request.POST)
    row = _created(actor, form) if form.is_valid() else None
    if row is None:
        return _shown(request, form)
    messages.success(request, f"Created the group {row.name}.")
    return HttpResponseRedirect(address_of(row.name))


def _created(actor: Member, form: GroupForm) -> RepositoryGroup | None:
    given = form.cleaned_data
    try:
        return create_repository_group(
            _place(actor, given["parent_group_id"], given["group_name"]),
            own_ownership(actor),
            given["group_description"],
            copy_permissions=given["group_copy_permissions"],
        )
    except (Forbidden, NotFound) as error:
        form.refuse(error, "parent_group_id")
    except DomainError as error:
        form.refuse(error, "group_name")
    return None


def _place(actor: Actor, parent: str, name: str) -> GroupPlace:
    if not parent:
        return place_for_group(administrator(actor), name, None)
    return place_for_subgroup(administered_group(actor, parent), name)


def _shown(request: PageRequest, form: GroupForm) -> HttpResponseBase:
    return render(request, "creating/create_group.html", {"form": form})
