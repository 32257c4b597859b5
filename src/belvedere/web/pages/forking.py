"""Forking a repository: a copy with a place, an owner and a life of its own."""

from __future__ import annotations

from django import forms
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere.access.actor import Member
from belvedere.errors import Conflict, DomainError, Forbidden, NotFound
from belvedere.repos.actions import RepositorySettings
from belvedere.repos.arrivals.asking import fork_later
from belvedere.repos.fetch import (
    ForkCreator,
    Readable,
    fork_creator,
    groups_writable_by,
    may_create_at_top,
    place_for_fork,
    repository_creator,
)
from belvedere.repos.landing import Landing
from belvedere.repos.models import Arrival
from belvedere.repos.names import join, split
from belvedere.repos.storage import open_repository
from belvedere.web.forms import Form
from belvedere.web.landing_field import landing_field
from belvedere.web.links import address_of
from belvedere.web.place_fields import GroupField, NameField
from belvedere.web.registry import page
from belvedere.web.repository import repository_page
from belvedere.web.visitors import PageRequest


class ForkForm(Form):
    """A fork; the fields are called as Kallithea's, for programs that send its form."""

    repo_name = NameField()
    description = forms.CharField(
        required=False, max_length=10_000, widget=forms.Textarea({"rows": 2}), label="Description"
    )
    private = forms.BooleanField(
        label="Private", required=False, help_text="Only for those who are granted something on it by name."
    )
    copy_permissions = forms.BooleanField(
        label="Begin with the permissions of this repository",
        required=False,
        help_text="Otherwise everyone gets what the site gives on new repositories, but never more than here.",
    )
    field_order = ("repo_group", "repo_name", "description", "landing_rev", "private", "copy_permissions")

    def __init__(self, actor: ForkCreator, source: Readable, data: object = None) -> None:
        group, name = split(source.name)
        landing = f"{source.landing_kind}:{source.landing_name}"
        groups = GroupField(groups_writable_by(actor), has_top=may_create_at_top(actor))
        initial = {
            "repo_name": name,
            "description": source.description,
            "private": source.is_private,
            "landing_rev": landing,
            "repo_group": groups.named(group),
        }
        super().__init__(data, initial=initial)
        self.fields["repo_group"] = groups
        self.fields["landing_rev"] = landing_field(open_repository(source).refs(), landing)
        if source.is_private:
            self.fields["private"].disabled = True
            self.fields["private"].help_text = "A fork of a private repository is private."
        self.order_fields(self.field_order)


@page("<repository>/fork", form=True)
def fork(actor: Member, request: PageRequest, repository: Readable) -> HttpResponseBase:
    """Ask where the fork shall be, and have it made."""
    forker = fork_creator(actor)
    repository_creator(actor)
    form = ForkForm(forker, repository, request.POST if request.method == "POST" else None)
    arrival = _begun(forker, repository, form) if form.is_valid() else None
    if arrival is None:
        return repository_page(request, actor, repository, "forks", "forks/fork.html", {"form": form})
    return HttpResponseRedirect(address_of(arrival.path))


def _begun(actor: ForkCreator, source: Readable, form: ForkForm) -> Arrival | None:
    """Have it forked as the form says; None if that cannot be, and the form says why."""
    given = form.cleaned_data
    landing: Landing = given["landing_rev"]
    settings = RepositorySettings(description=given["description"], is_private=given["private"], landing=landing)
    try:
        place = place_for_fork(actor, join(given["repo_group"], given["repo_name"]))
        return fork_later(actor, source, place, settings, copy=given["copy_permissions"])
    except (Forbidden, NotFound) as error:
        form.refuse(error, "repo_group")
    except Conflict as error:
        form.refuse(error, "repo_name")
    except DomainError as error:
        form.refuse(error)
    return None
