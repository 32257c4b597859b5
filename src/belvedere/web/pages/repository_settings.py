"""The general settings of a repository: what it is called, where it stands, whose it is and how it is shown."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor
from belvedere.errors import Conflict, DomainError, Forbidden, NotFound
from belvedere.repos.actions import RepositorySettings, update_repository
from belvedere.repos.fetch import Administered, Place, groups_writable_by, may_create_at_top, place_to_move
from belvedere.repos.landing import Landing
from belvedere.repos.names import split
from belvedere.repos.privacy import would_shut_out
from belvedere.repos.storage import open_repository
from belvedere.vcs.errors import EmptyRepository, RevisionNotFound
from belvedere.vcs.repository import Repository
from belvedere.web.forms import Form
from belvedere.web.landing_field import landing_field
from belvedere.web.links import address_of
from belvedere.web.owner_field import OwnerField, owner_named
from belvedere.web.place_fields import GroupField, NameField
from belvedere.web.registry import action, page
from belvedere.web.repository import site_of
from belvedere.web.settings_pages import settings_page
from belvedere.web.visitors import PageRequest

SHUT_OUT = (
    "You administer it only because everyone does, and would lose it: first give yourself the admin level in the "
    "permissions."
)


class SettingsForm(Form):
    """What can be said of a repository; the fields are called as Kallithea's, for programs that send its form."""

    repo_name = NameField()
    owner = OwnerField()
    repo_description = forms.CharField(
        label="Description", required=False, max_length=10_000, widget=forms.Textarea({"rows": 3})
    )
    repo_private = forms.BooleanField(
        label="Private",
        required=False,
        help_text="What everyone is granted counts for nothing then: only those named in the permissions get in.",
    )
    repo_enable_downloads = forms.BooleanField(
        label="Downloads", required=False, help_text="Offer archives of any revision."
    )
    repo_enable_statistics = forms.BooleanField(
        label="Statistics", required=False, help_text="Show who committed how much, and when."
    )
    field_order = ("repo_name", "repo_group", "owner", "repo_description", "repo_landing_rev", "repo_private")

    def __init__(self, actor: Actor, repository: Administered, opened: Repository, data: object = None) -> None:
        group = repository.group
        landing = f"{repository.landing_kind}:{repository.landing_name}"
        initial = {
            "repo_name": split(repository.name)[1],
            "repo_group": group.name if group else "",
            "owner": repository.owner.username,
            "repo_description": repository.description,
            "repo_private": repository.is_private,
            "repo_landing_rev": landing,
            "repo_enable_downloads": repository.has_downloads,
            "repo_enable_statistics": repository.has_statistics,
        }
        super().__init__(data, initial=initial)
        has_top = group is None or may_create_at_top(actor)
        self.fields["repo_group"] = GroupField(groups_writable_by(actor), has_top=has_top, keep=group)
        self.fields[
            "repo_group"
        ].help_text += " Another name or group gives it another address, and the old one ends: clones have to be told."
        self.fields["repo_landing_rev"] = landing_field(opened.refs(), landing)
        self.fields["owner"].disabled = not actor.administers
        self.order_fields(self.field_order)


@page("<repository>/settings", form=True)
@action("_admin/repos/<repository>")
def settings(actor: Actor, request: PageRequest, repository: Administered) -> HttpResponseBase:
    """Show and change the general settings."""
    opened = open_repository(repository)
    before = repository.name
    form = SettingsForm(actor, repository, opened, request.POST if request.method == "POST" else None)
    if form.is_valid() and _saved(actor, repository, opened, form):
        moved = repository.name != before
        told = f" It is now {repository.name}; {before} leads nowhere any more." if moved else ""
        messages.success(request, f"Saved.{told}")
        return HttpResponseRedirect(address_of(repository.name, "settings"))
    site = site_of(request)
    context: dict[str, Any] = {
        "form": form,
        "permanent": f"{site}/_{repository.pk}",
        "created_on": repository.created_on,
    }
    return settings_page(request, actor, repository, "general", context, status=400 if form.errors else 200)


@page("_admin/repos/<repository>")
def settings_elsewhere(actor: Actor, request: PageRequest, repository: Administered) -> HttpResponseBase:
    """Go to the settings of a repository."""
    return HttpResponseRedirect(address_of(repository.name, "settings"))


def _saved(actor: Actor, repository: Administered, opened: Repository, form: SettingsForm) -> bool:
    """Save what the form says; False if that cannot be, and the form says why."""
    given = form.cleaned_data
    place = _place(actor, repository, form)
    owner = owner_named(actor, form, repository.owner.username)
    _check_landing(repository, opened, form)
    if given["repo_private"] and would_shut_out(actor, repository):
        form.add_error("repo_private", SHUT_OUT)
    if place is None or form.errors:
        return False
    settings = RepositorySettings(
        description=given["repo_description"],
        is_private=given["repo_private"],
        landing=given["repo_landing_rev"],
        has_downloads=given["repo_enable_downloads"],
        has_statistics=given["repo_enable_statistics"],
    )
    try:
        update_repository(repository, place, settings, owner)
    except Conflict as error:
        form.refuse(error, "repo_name")
    except DomainError as error:
        form.refuse(error)
    return not form.errors


def _place(actor: Actor, repository: Administered, form: SettingsForm) -> Place | None:
    group = form.cleaned_data["repo_group"]
    stays = group == (repository.group.name if repository.group else "")
    try:
        return place_to_move(actor, repository, form.cleaned_data["repo_name"], None if stays else group)
    except (Forbidden, NotFound) as error:
        form.refuse(error, "repo_group")
    except DomainError as error:
        form.refuse(error, "repo_name")
    return None


def _check_landing(repository: Administered, opened: Repository, form: SettingsForm) -> None:
    """Refuse a name that is not there; one that was chosen before it was removed may stay."""
    landing: Landing = form.cleaned_data["repo_landing_rev"]
    if landing in (Landing("rev", "tip"), Landing(repository.landing_kind, repository.landing_name)):
        return
    try:
        opened.resolve(landing.name if landing.kind == "rev" else ":".join(landing))
    except (RevisionNotFound, EmptyRepository):
        form.add_error("repo_landing_rev", f"There is no {':'.join(landing)} in this repository.")
