"""Administration: what a user owns, giving it to another one, and deleting the user."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere.access.actor import Administrator
from belvedere.accounts.authentication import actor_from_user
from belvedere.accounts.explaining import memberships_of
from belvedere.accounts.fetch import ManagedUser, new_owner
from belvedere.errors import DomainError, NotFound
from belvedere.repos.ownership import delete_owner, move_ownership, owned_by
from belvedere.web.admin_users import USERS, place_of, user_page
from belvedere.web.confirming import ConfirmForm
from belvedere.web.forms import Form
from belvedere.web.links import address_of
from belvedere.web.parameters import number_or_name
from belvedere.web.registry import action, page
from belvedere.web.visitors import PageRequest

TAB = "edit/advanced"
OWNER_FIELD: dict[str, Any] = {
    "label": "New owner",
    "max_length": 64,
    "widget": forms.TextInput(
        {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "placeholder": "Username"}
    ),
}


class MoveForm(Form):
    """Who gets what a user owns."""

    owner = forms.CharField(**OWNER_FIELD)


class DeleteForm(ConfirmForm):
    """Deleting a user; where he owns something, who gets it."""

    owner = forms.CharField(help_text="Gets all that the user owns.", **OWNER_FIELD)
    field_order = ("owner", "confirm")

    def __init__(self, name: str, *, owns: bool, data: Any = None) -> None:
        super().__init__(name, data, auto_id="delete_%s")
        if not owns:
            del self.fields["owner"]


@page(f"{USERS}/<user>/{TAB}")
def advanced(actor: Administrator, request: PageRequest, user: ManagedUser) -> HttpResponseBase:
    """Show what a user owns, and what can be done about it."""
    return _shown(actor, request, user)


@action(f"{USERS}/<user>/{TAB}/owner")
def move(actor: Administrator, request: PageRequest, user: ManagedUser) -> HttpResponseBase:
    """Give all that a user owns to another one."""
    form = MoveForm(request.POST)
    if form.is_valid():
        try:
            owner = new_owner(actor, number_or_name(form.cleaned_data["owner"]))
            move_ownership(actor, user, owner)
        except DomainError as error:
            form.refuse(error, "owner")
        else:
            messages.success(request, f"What {user.username} owned belongs to {owner.username} now.")
            return HttpResponseRedirect(place_of(user, TAB))
    return _shown(actor, request, user, move_form=form)


@action(f"{USERS}/<user>/delete")
def delete(actor: Administrator, request: PageRequest, user: ManagedUser) -> HttpResponseBase:
    """Delete a user; what he owns goes to another one before, or nothing happens."""
    owns = not owned_by(actor, user).is_empty
    form = DeleteForm(user.username, owns=owns, data=request.POST)
    if form.is_valid():
        try:
            owner = new_owner(actor, number_or_name(form.cleaned_data["owner"])) if owns else None
            delete_owner(actor, user, owner)
        except DomainError as error:
            form.refuse(error, "owner" if isinstance(error, NotFound) else None)
        else:
            messages.success(request, f"The user {user.username} is deleted.")
            return HttpResponseRedirect(address_of(USERS))
    return _shown(actor, request, user, delete_form=form)


def _shown(
    actor: Administrator,
    request: PageRequest,
    user: ManagedUser,
    *,
    move_form: MoveForm | None = None,
    delete_form: DeleteForm | None = None,
) -> HttpResponseBase:
    owned = owned_by(actor, user)
    context = {
        "owned": owned,
        "memberships": memberships_of(actor_from_user(user)),
        "move_form": move_form or MoveForm(),
        "delete_form": delete_form or DeleteForm(user.username, owns=not owned.is_empty),
        "is_oneself": user.pk == actor.user_id,
    }
    return user_page(request, user, TAB, context, status=400 if move_form or delete_form else 200)
