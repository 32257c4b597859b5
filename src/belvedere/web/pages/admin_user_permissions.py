"""Administration: what a user may do, and why."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere.access.actor import Administrator
from belvedere.accounts.authentication import actor_from_user
from belvedere.accounts.explaining import global_sources, memberships_of
from belvedere.accounts.fetch import ManagedUser
from belvedere.accounts.site_permissions import SWITCHES, permissions_of_holder, set_permissions
from belvedere.web.admin_users import USERS, place_of, user_page
from belvedere.web.reach import source_in_words
from belvedere.web.reach_view import GENERAL, kind_of, kinds_at, reach_view
from belvedere.web.registry import page
from belvedere.web.switches import permissions_from
from belvedere.web.visitors import PageRequest

TAB = "edit/permissions"


@page(f"{USERS}/<user>/{TAB}", form=True)
def permissions(actor: Administrator, request: PageRequest, user: ManagedUser) -> HttpResponseBase:
    """Show what a user may do, and change what he is granted that is about no object."""
    if request.method == "POST":
        set_permissions(actor, user, permissions_from(request.POST))
        messages.success(request, f"The permissions of {user.username} are saved.")
        return HttpResponseRedirect(place_of(user, TAB))
    kind = kind_of(request)
    subject = actor_from_user(user)
    path = place_of(user, TAB).strip("/")
    context: dict[str, Any] = {"kinds": kinds_at(path, kind)}
    if kind != GENERAL:
        return user_page(request, user, TAB, {**context, **reach_view(subject, request, path, kind)}, template="reach")
    own, sources = permissions_of_holder(user), global_sources(subject)
    context["switches"] = [
        {
            "switch": switch,
            "is_own": switch.permission in own,
            "others": [source_in_words(each) for each in sources.get(switch.permission, []) if each != "grant"],
        }
        for switch in SWITCHES
    ]
    context["memberships"] = memberships_of(subject)
    return user_page(request, user, TAB, context)
