"""Who may do what with a repository."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor
from belvedere.repos.fetch import Administered
from belvedere.web.grant_editor import editor_for, strike
from belvedere.web.grant_subjects import of_repository
from belvedere.web.links import address_of
from belvedere.web.registry import action, page
from belvedere.web.settings_pages import settings_page
from belvedere.web.visitors import PageRequest


@page("<repository>/settings/permissions", form=True)
def permissions(actor: Actor, request: PageRequest, repository: Administered) -> HttpResponseBase:
    """Show and change who is granted what."""
    editor = editor_for(
        request, actor, of_repository(repository), address_of(repository.name, "settings", "permissions")
    )
    if editor.leads_to:
        return HttpResponseRedirect(editor.leads_to)
    return settings_page(request, actor, repository, "permissions", {"editor": editor})


@action("<repository>/settings/permissions/delete")
def strike_permission(actor: Actor, request: PageRequest, repository: Administered) -> HttpResponseBase:
    """Take back what one user or user group is granted."""
    strike(actor, of_repository(repository), request.POST)
    messages.success(request, "Saved: 1 change.")
    return HttpResponseRedirect(address_of(repository.name, "settings", "permissions"))
