"""Creating repositories: empty ones, and those that are brought from elsewhere."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor, Member
from belvedere.accounts.fetch import own_ownership
from belvedere.choices.site import chosen
from belvedere.errors import Conflict, DomainError, Forbidden, NotFound
from belvedere.repos.actions import RepositorySettings, create_repository
from belvedere.repos.addresses import LONGEST_ADDRESS
from belvedere.repos.arrivals.asking import import_later
from belvedere.repos.fetch import (
    Place,
    Readable,
    RemoteAddress,
    RepositoryCreator,
    groups_writable_by,
    may_create_at_top,
    place_for_repository,
    remote_address,
    repository_creator,
)
from belvedere.repos.models import Arrival, Repository
from belvedere.repos.names import join, split
from belvedere.web.door import PARTIAL
from belvedere.web.forms import Form, reason_of
from belvedere.web.landing_field import LandingField
from belvedere.web.links import address_of
from belvedere.web.place_fields import GroupField, NameField
from belvedere.web.registry import action, page
from belvedere.web.repository import SYSTEMS
from belvedere.web.shell import render
from belvedere.web.visitors import PageRequest

FORM = "_admin/create_repository"


class CreateForm(Form):
    """A new repository; the fields are called as Kallithea's, for programs that send its form."""

    repo_name = NameField()
    repo_type = forms.ChoiceField(label="System", choices=list(SYSTEMS.items()), widget=forms.RadioSelect)
    repo_description = forms.CharField(
        label="Description",
        required=False,
        max_length=10_000,
        widget=forms.Textarea({"rows": 2}),
        help_text="One line that says what it is, then more if you like.",
    )
    repo_private = forms.BooleanField(
        label="Private", required=False, help_text="Only for those who are granted something on it by name."
    )
    clone_uri = forms.CharField(
        label="Import from",
        required=False,
        max_length=LONGEST_ADDRESS,
        widget=forms.TextInput({"inputmode": "url", "placeholder": "https://…", "spellcheck": "false"}),
        help_text="The address of a repository elsewhere, with user and password in it if it takes them. The next page "
        "tells how far the import is; you can pull from there again later.",
    )
    repo_landing_rev = LandingField()
    repo_copy_permissions = forms.BooleanField(
        label="Begin with the permissions of the group",
        required=False,
        help_text="Otherwise everyone gets what the site gives on new repositories.",
    )
    field_order = ("repo_group", "repo_name")

    def __init__(self, actor: RepositoryCreator, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = GroupField(groups_writable_by(actor), has_top=may_create_at_top(actor))
        self.fields["repo_group"] = self.groups
        self.order_fields(self.field_order)
        self._actor = actor

    def clean_clone_uri(self) -> RemoteAddress | None:
        """Read the address, if there is one."""
        text: str = self.cleaned_data["clone_uri"]
        try:
            return remote_address(self._actor, text) if text else None
        except DomainError as error:
            raise ValidationError(reason_of(error)) from error


@page(FORM)
def create_form(actor: Member, request: PageRequest) -> HttpResponseBase:
    """Ask what to create; the address may say its name and its group (`parent_group`, by id or name)."""
    creator = repository_creator(actor)
    usual = chosen()
    form = CreateForm(creator, initial={"repo_type": usual.repository_type, "repo_private": usual.repository_private})
    given = request.GET.get("parent_group", "")
    form.initial["repo_group"] = form.groups.named(given) if given else ""
    form.initial["repo_name"] = request.GET.get("repo_name", "")[:100]
    return _shown(request, form)


@page("_admin/add_repo/<rest:name>")
def add_repo(actor: Member, request: PageRequest, name: str) -> HttpResponseBase:
    """Go to the form with a name filled in."""
    group, last = split(name)
    return HttpResponseRedirect(address_of(FORM, repo_name=last or None, parent_group=group or None))


@action("_admin/repos")
def create(actor: Member, request: PageRequest) -> HttpResponseBase:
    """Create a repository."""
    creator = repository_creator(actor)
    form = CreateForm(creator, request.POST)
    made = _created(actor, form) if form.is_valid() else None
    if made is None:
        return _shown(request, form)
    if isinstance(made, Arrival):
        return HttpResponseRedirect(address_of(made.path))
    messages.success(request, f"Created {made.name}.")
    return HttpResponseRedirect(address_of(made.name))


@page("<repository>/repo_creating")
def repo_creating(actor: Actor, request: PageRequest, repository: Readable) -> HttpResponseBase:
    """Go to a repository: whatever can be found is complete."""
    goal = address_of(repository.name)
    if PARTIAL in request.headers:
        return HttpResponse(status=204, headers={"HX-Redirect": goal})
    return HttpResponseRedirect(goal)


@page("<repository>/repo_check_creating")
def repo_check_creating(actor: Actor, request: PageRequest, repository: Readable) -> HttpResponseBase:
    """Tell a program that the repository is there."""
    return JsonResponse({"result": True})


def _created(actor: Member, form: CreateForm) -> Repository | Arrival | None:
    """Create what the form says, or have it imported; None if that cannot be, and the form says why."""
    given = form.cleaned_data
    remote: RemoteAddress | None = given["clone_uri"]
    place = _place(actor, form)
    if place is None:
        return None
    settings = RepositorySettings(
        description=given["repo_description"],
        is_private=given["repo_private"],
        landing=given["repo_landing_rev"],
    )
    copy, scheme = given["repo_copy_permissions"], given["repo_type"]
    try:
        if remote is not None:
            return import_later(actor, place, scheme, settings, remote, copy=copy)
        return create_repository(place, scheme, own_ownership(actor), settings, copy_permissions=copy)
    except Conflict as error:
        form.refuse(error, "repo_name")
    except DomainError as error:
        form.refuse(error, "clone_uri" if remote else "repo_name")
    return None


def _place(actor: Actor, form: CreateForm) -> Place | None:
    given = form.cleaned_data
    try:
        return place_for_repository(actor, join(given["repo_group"], given["repo_name"]))
    except (Forbidden, NotFound) as error:
        form.refuse(error, "repo_group")
        return None


def _shown(request: PageRequest, form: CreateForm) -> HttpResponseBase:
    return render(request, "creating/create.html", {"form": form})
