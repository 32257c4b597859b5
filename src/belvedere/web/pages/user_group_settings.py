"""The settings of a user group: what it is called, who is in it, who may change it, and what it may do."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere.access.actor import Administrator, Member
from belvedere.accounts.fetch import AdministeredUserGroup
from belvedere.accounts.members import members_of, members_with, people_named
from belvedere.accounts.models import Membership
from belvedere.accounts.site_permissions import SWITCHES, permissions_of_holder, set_permissions
from belvedere.accounts.user_groups import change_members, delete_user_group, update_user_group
from belvedere.errors import Conflict, DomainError
from belvedere.repos.uses_of_user_groups import uses_of
from belvedere.web.confirming import ConfirmForm
from belvedere.web.forms import reason_of
from belvedere.web.grant_editor import editor_for, strike
from belvedere.web.grant_subjects import of_user_group
from belvedere.web.registry import action, page
from belvedere.web.switches import permissions_from
from belvedere.web.user_group_form import UserGroupForm
from belvedere.web.user_group_pages import USER_GROUPS, place_of, user_group_page
from belvedere.web.visitors import PageRequest

ON_A_PAGE = 200
MOST_USES = 100
GROUP = f"{USER_GROUPS}/<user_group>"
IN_USE = (
    "It is granted something on repositories, and nobody should have to guess who lost what: take that back first, in "
    "the permissions of each."
)


@page(f"{GROUP}/edit", form=True)
def settings(member: Member, request: PageRequest, user_group: AdministeredUserGroup) -> HttpResponseBase:
    """Show and change the general settings."""
    form = UserGroupForm(member, user_group, request.POST if request.method == "POST" else None)
    if form.is_valid():
        owner = form.owner_named()
        if not form.errors:
            try:
                update_user_group(user_group, form.settings, owner)
            except DomainError as error:
                form.refuse(error, "users_group_name")
            else:
                messages.success(request, "Saved.")
                return HttpResponseRedirect(place_of(user_group))
    return user_group_page(request, user_group, "settings", {"form": form}, status=400 if form.errors else 200)


@action(GROUP)
def update(member: Member, request: PageRequest, user_group: AdministeredUserGroup) -> HttpResponseBase:
    """Change the general settings, as Kallithea's form does."""
    return settings(member, request, user_group)


@page(f"{GROUP}/edit/members")
def members(member: Member, request: PageRequest, user_group: AdministeredUserGroup) -> HttpResponseBase:
    """Show who is in a user group."""
    return _members(request, user_group)


@action(f"{GROUP}/edit/members")
def change(member: Member, request: PageRequest, user_group: AdministeredUserGroup) -> HttpResponseBase:
    """Put users in and take others out, all in one."""
    typed = " ".join(request.POST.getlist("add"))
    added, unknown = people_named(member, typed)
    if unknown:
        several = "Nobody is called" if len(unknown) == 1 else "Nobody has these names:"
        return _members(
            request, user_group, typed=typed, error=f"{several} {', '.join(unknown)}. Nothing is saved yet."
        )
    ids = [int(each) for each in request.POST.getlist("remove") if each.isascii() and each.isdigit()]
    try:
        came, went = change_members(user_group, added, members_with(member, user_group, ids))
    except DomainError as error:
        return _members(request, user_group, typed=typed, error=reason_of(error))
    said = [f"{count} {word}" for count, word in ((came, "added"), (went, "removed")) if count]
    messages.success(request, f"Saved: {', '.join(said)}." if said else "There was nothing to save.")
    return HttpResponseRedirect(place_of(user_group, "members"))


@page(f"{GROUP}/edit/perms", form=True)
def permissions(member: Member, request: PageRequest, user_group: AdministeredUserGroup) -> HttpResponseBase:
    """Show and change who may see and change a user group."""
    editor = editor_for(request, member, of_user_group(user_group), place_of(user_group, "perms"))
    if editor.leads_to:
        return HttpResponseRedirect(editor.leads_to)
    return user_group_page(request, user_group, "permissions", {"editor": editor})


@action(f"{GROUP}/edit/perms/delete")
def strike_permission(member: Member, request: PageRequest, user_group: AdministeredUserGroup) -> HttpResponseBase:
    """Take back what one user or user group is granted on a user group."""
    strike(member, of_user_group(user_group), request.POST)
    messages.success(request, "Saved: 1 change.")
    return HttpResponseRedirect(place_of(user_group, "perms"))


@page(f"{GROUP}/edit/default_perms")
def site_permissions(member: Member, request: PageRequest, user_group: AdministeredUserGroup) -> HttpResponseBase:
    """Show what the members may do beyond single objects."""
    held = permissions_of_holder(user_group)
    context = {"switches": [(switch, switch.permission in held) for switch in SWITCHES]}
    return user_group_page(request, user_group, "site", context)


@action(f"{GROUP}/edit/default_perms")
def change_site_permissions(
    administrator: Administrator, request: PageRequest, user_group: AdministeredUserGroup
) -> HttpResponseBase:
    """Change what the members may do beyond single objects."""
    set_permissions(administrator, user_group, permissions_from(request.POST))
    messages.success(request, "Saved.")
    return HttpResponseRedirect(place_of(user_group, "default_perms"))


@page(f"{GROUP}/edit/advanced")
def advanced(member: Member, request: PageRequest, user_group: AdministeredUserGroup) -> HttpResponseBase:
    """Show where a user group is used, and the form that deletes it."""
    return _advanced(request, member, user_group, ConfirmForm(user_group.name))


@action(f"{GROUP}/delete")
def delete(member: Member, request: PageRequest, user_group: AdministeredUserGroup) -> HttpResponseBase:
    """Delete a user group, once its name was typed."""
    form = ConfirmForm(user_group.name, request.POST)
    if form.is_valid():
        try:
            delete_user_group(user_group)
        except Conflict:
            form.add_error(None, IN_USE)
        else:
            messages.success(request, f"Deleted the user group {user_group.name}.")
            return HttpResponseRedirect(f"/{USER_GROUPS}")
    return _advanced(request, member, user_group, form, status=400)


def _members(
    request: PageRequest, user_group: AdministeredUserGroup, *, typed: str = "", error: str = ""
) -> HttpResponse:
    query = request.GET.get("q", "").replace("\0", "").strip()[:200]
    turned = Paginator(members_of(user_group, query), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": turned,
        "asked": query,
        "typed": typed,
        "error": error,
        "removed": request.POST.getlist("remove"),
    }
    return user_group_page(request, user_group, "members", context, status=400 if error else 200)


def _advanced(
    request: PageRequest, member: Member, user_group: AdministeredUserGroup, form: ConfirmForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "delete_form": form,
        "uses": uses_of(member, user_group, MOST_USES),
        "count": Membership.objects.filter(user_group=user_group).count(),
    }
    return user_group_page(request, user_group, "advanced", context, status=status)
