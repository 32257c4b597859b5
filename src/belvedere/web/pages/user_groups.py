"""User groups: those that somebody may see, who is in them, and new ones."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere.access.actor import Member
from belvedere.access.levels import Level
from belvedere.accounts.fetch import (
    CREATE_USER_GROUPS,
    ReadableUserGroup,
    has_global_permission,
    own_ownership,
    user_group_creator,
    user_group_rule,
    user_groups_visible_to,
)
from belvedere.accounts.members import members_of
from belvedere.accounts.models import UserGroup
from belvedere.accounts.user_groups import create_user_group
from belvedere.errors import DomainError
from belvedere.web.links import address_of
from belvedere.web.registry import action, page
from belvedere.web.user_group_form import UserGroupForm
from belvedere.web.user_group_pages import USER_GROUPS, user_groups_page
from belvedere.web.visitors import PageRequest

ON_A_PAGE = 50
QUERY_LENGTH = 200


@page(USER_GROUPS)
def user_groups(member: Member, request: PageRequest) -> HttpResponseBase:
    """List the user groups that somebody may see, with links to change those that he administers."""
    query = request.GET.get("q", "").replace("\0", "").strip()[:QUERY_LENGTH]
    rows = user_groups_visible_to(member).order_by("key")
    if query:
        rows = rows.filter(key__contains=query.casefold())
    turned = Paginator(rows.values_list("pk", flat=True), ON_A_PAGE).get_page(request.GET.get("page"))
    shown = UserGroup.objects.filter(pk__in=list(turned.object_list)).select_related("owner").order_by("key")
    administered = user_group_rule.reached(member, Level.ADMIN).filter(pk__in=list(turned.object_list))
    context = {
        "page": turned,
        "groups": shown.annotate(count=Count("memberships")),
        "administered": set(administered.values_list("pk", flat=True)),
        "query": address_of("", q=query).removeprefix("/?") + "&" if query else "",
        "asked": query,
        "may_create": has_global_permission(member, CREATE_USER_GROUPS),
    }
    return user_groups_page(request, member, "list.html", context)


@page(f"{USER_GROUPS}/new")
def new_user_group(member: Member, request: PageRequest) -> HttpResponseBase:
    """Open the form for a new user group."""
    user_group_creator(member)
    return _form(request, member, UserGroupForm(member))


@action(USER_GROUPS, f"{USER_GROUPS}/new")
def make_user_group(member: Member, request: PageRequest) -> HttpResponseBase:
    """Create a user group, and go on to who is in it."""
    creator = user_group_creator(member)
    form = UserGroupForm(member, data=request.POST)
    if not form.is_valid():
        return _form(request, member, form, status=400)
    owner = form.owner_named()
    if form.errors:
        return _form(request, member, form, status=400)
    try:
        made = create_user_group(creator, owner or own_ownership(member), form.settings)
    except DomainError as error:
        form.refuse(error, "users_group_name")
        return _form(request, member, form, status=400)
    messages.success(request, f"Created {made.name}. Now say who is in it.")
    return HttpResponseRedirect(address_of(USER_GROUPS, str(made.pk), "edit", "members"))


@page(f"{USER_GROUPS}/<user_group>")
def show_user_group(member: Member, request: PageRequest, user_group: ReadableUserGroup) -> HttpResponseBase:
    """Show a user group and who is in it."""
    turned = Paginator(members_of(user_group), ON_A_PAGE * 4).get_page(request.GET.get("page"))
    level = user_group_rule.level_on(member, user_group.pk, user_group.owner_id)
    context = {
        "group": user_group,
        "page": turned,
        "may_administer": level >= Level.ADMIN,
        "list_url": f"/{USER_GROUPS}",
    }
    return user_groups_page(request, member, "group.html", context)


def _form(request: PageRequest, member: Member, form: UserGroupForm, *, status: int = 200) -> HttpResponse:
    return user_groups_page(request, member, "new.html", {"form": form}, status=status)
