"""Administration: what everyone may do, what new objects begin with, and from where people may come."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere.access.actor import DEFAULT_USER_ID, Administrator
from belvedere.access.levels import Level, Prefix
from belvedere.accounts.authentication import actor_from_user
from belvedere.accounts.fetch import managed_user
from belvedere.accounts.self_service.signing_up import Mode
from belvedere.accounts.site_permissions import KINDS, SWITCHES, SiteDefaults, change_site_defaults, site_defaults
from belvedere.errors import Invalid
from belvedere.repos.default_levels import apply_defaults, foresee_defaults
from belvedere.web.address_rule_form import RuleEditor
from belvedere.web.admin_sections import admin_page
from belvedere.web.forms import Form
from belvedere.web.links import address_of
from belvedere.web.reach_view import GENERAL, kind_of, kinds_at, reach_view
from belvedere.web.registry import action, page
from belvedere.web.visitors import PageRequest

PERMISSIONS = "_admin/permissions"
WORDS: dict[Prefix, str] = {"repository": "repositories", "group": "repository groups", "usergroup": "user groups"}
LEVELS = [(level.label, level.label) for level in Level]
MODES = (
    (Mode.CLOSED.value, "Nobody: administrators create accounts"),
    (Mode.BY_APPROVAL.value, "Everybody, and an administrator lets each in"),
    (Mode.OPEN.value, "Everybody, at once"),
)


class EveryoneForm(Form):
    """What everyone may do."""

    is_open = forms.BooleanField(
        label="Let people look who are not signed in",
        required=False,
        help_text="They see what everyone may read. Otherwise the whole site asks to sign in, for clones too.",
    )
    registration = forms.ChoiceField(label="Who may sign up", choices=MODES, widget=forms.RadioSelect)
    permissions = forms.MultipleChoiceField(
        label="Everyone who is signed in may",
        required=False,
        choices=[(switch.permission, switch.label) for switch in SWITCHES],
        widget=forms.CheckboxSelectMultiple,
    )
    repository = forms.ChoiceField(label="New repository", choices=LEVELS)
    group = forms.ChoiceField(label="New repository group", choices=LEVELS)
    usergroup = forms.ChoiceField(label="New user group", choices=LEVELS)


@page(PERMISSIONS, form=True)
def permissions(actor: Administrator, request: PageRequest) -> HttpResponseBase:
    """Show and change what everyone may do."""
    if request.method != "POST":
        return _shown(request, EveryoneForm(initial=_initial()))
    form = EveryoneForm(request.POST)
    if not form.is_valid():
        return _shown(request, form, status=400)
    given = form.cleaned_data
    change_site_defaults(
        actor,
        SiteDefaults(
            is_open=given["is_open"],
            registration=Mode(given["registration"]),
            permissions=given["permissions"],
            levels={kind: Level[given[kind].upper()] for kind in KINDS},
        ),
    )
    messages.success(request, "The permissions of everyone are saved.")
    return HttpResponseRedirect(address_of(PERMISSIONS))


@page(f"{PERMISSIONS}/apply/<kind>", form=True)
def apply(actor: Administrator, request: PageRequest, kind: str) -> HttpResponseBase:
    """Tell what it would change to give what is there the default level; by POST, do it."""
    if kind not in KINDS:
        raise Invalid(f"kind is one of {', '.join(KINDS)}")
    prefix = next(each for each in KINDS if each == kind)
    if request.method == "POST":
        count = apply_defaults(actor, prefix)
        messages.success(request, f"{count:,} of the {WORDS[prefix]} changed.")
        return HttpResponseRedirect(address_of(PERMISSIONS))
    context = {"foreseen": foresee_defaults(actor, prefix), "what": WORDS[prefix]}
    return admin_page(request, "permissions", "admin/permissions_apply.html", context)


@page(f"{PERMISSIONS}/perms")
def reached_by_everyone(actor: Administrator, request: PageRequest) -> HttpResponseBase:
    """Show what who is not signed in reaches."""
    path = f"{PERMISSIONS}/perms"
    kind = kind_of(request)
    kind = "repositories" if kind == GENERAL else kind
    context: dict[str, Any] = {
        "kinds": [link for link in kinds_at(path, kind) if link.label != "General"],
        "is_open": site_defaults().is_open,
    }
    subject = actor_from_user(managed_user(actor, DEFAULT_USER_ID))
    context |= reach_view(subject, request, path, kind)
    return admin_page(request, "permissions", "admin/permissions_reach.html", context)


@page(f"{PERMISSIONS}/ips", form=True)
def ips(actor: Administrator, request: PageRequest) -> HttpResponseBase:
    """List from where people may come, and add a network."""
    editor = _editor(actor)
    if request.method == "POST" and editor.add(request):
        return HttpResponseRedirect(editor.place)
    return admin_page(request, "addresses", "admin/address_rules.html", editor.context(), status=editor.status)


@action(f"{PERMISSIONS}/ips/delete")
def delete_ip(actor: Administrator, request: PageRequest) -> HttpResponseBase:
    """Strike a network."""
    editor = _editor(actor)
    if editor.remove(request):
        return HttpResponseRedirect(editor.place)
    return admin_page(request, "addresses", "admin/address_rules.html", editor.context(), status=editor.status)


def _editor(actor: Administrator) -> RuleEditor:
    return RuleEditor(actor, managed_user(actor, DEFAULT_USER_ID), address_of(PERMISSIONS, "ips"))


def _initial() -> dict[str, Any]:
    now = site_defaults()
    return {
        "is_open": now.is_open,
        "registration": now.registration.value if now.registration else Mode.CLOSED.value,
        "permissions": list(now.permissions or ()),
        **{kind: level.label for kind, level in (now.levels or {}).items()},
    }


def _shown(request: PageRequest, form: EveryoneForm, *, status: int = 200) -> HttpResponseBase:
    context = {"form": form, "kinds": [(kind, WORDS[kind], form[kind]) for kind in KINDS]}
    return admin_page(request, "permissions", "admin/permissions.html", context, status=status)
