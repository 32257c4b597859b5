"""Administration: who a user is, and his password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone

from belvedere import mail
from belvedere.access.actor import DEFAULT_USER_ID, Administrator
from belvedere.accounts.actions import Profile, update_user
from belvedere.accounts.fetch import ManagedUser
from belvedere.accounts.models import EmailAddress
from belvedere.accounts.passwords import check_new_password
from belvedere.accounts.self_service import letters
from belvedere.accounts.self_service.new_passwords import link_for
from belvedere.accounts.sessions import end_other_sessions
from belvedere.accounts.vouching import addresses_of_user
from belvedere.errors import DomainError, Invalid
from belvedere.web.admin_users import USERS, place_of, user_page
from belvedere.web.forms import Form
from belvedere.web.links import address_of
from belvedere.web.new_password_form import HELP, NewPasswordForm, password_field
from belvedere.web.registry import action, page
from belvedere.web.repository import site_of
from belvedere.web.visitors import PageRequest

SOURCES = (("internal", "This site"), ("ldap", "LDAP"), ("pam", "PAM"), ("container", "A proxy in front"))


class ProfileForm(Form):
    """What administrators say of a user."""

    username = forms.CharField(
        max_length=64, widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"})
    )
    email = forms.EmailField(
        label="Main e-mail address",
        required=False,
        max_length=254,
        help_text="Entered here it counts as verified, and takes the place of the main one before.",
    )
    firstname = forms.CharField(label="First name", required=False, max_length=255)
    lastname = forms.CharField(label="Last name", required=False, max_length=255)
    active = forms.BooleanField(
        required=False, help_text="Who is not active cannot sign in, and his keys do not work; what he made stays."
    )
    admin = forms.BooleanField(label="Administrator of this site", required=False)
    extern_type = forms.ChoiceField(label="Source of the account", required=False)
    extern_name = forms.CharField(
        label="Name at its source", required=False, max_length=255, help_text="Such as the DN in LDAP."
    )

    def __init__(self, user: ManagedUser, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        known = [*SOURCES, *([(user.extern_type, user.extern_type)] if user.extern_type not in dict(SOURCES) else [])]
        self.fields["extern_type"].choices = known  # type: ignore[attr-defined]  # the base of fields has none


class SetPasswordForm(NewPasswordForm):
    """A password for somebody else."""

    password = password_field("New password", help_text=HELP)
    password_confirm = password_field("New password again")


@page(f"{USERS}/<user>")
def user(actor: Administrator, request: PageRequest, user: ManagedUser) -> HttpResponseBase:
    """Lead to the profile."""
    return HttpResponseRedirect(place_of(user))


@page(f"{USERS}/<user>/edit", form=True)
def profile(actor: Administrator, request: PageRequest, user: ManagedUser) -> HttpResponseBase:
    """Show and change the profile."""
    if user.pk == DEFAULT_USER_ID:
        return HttpResponseRedirect(address_of("_admin/permissions"))
    if request.method != "POST":
        return _shown(request, user, ProfileForm(user, initial=_initial(user)))
    form = ProfileForm(user, request.POST)
    if not form.is_valid():
        return _shown(request, user, form, status=400)
    before = user.username
    try:
        update_user(actor, user, _profile(user, form.cleaned_data))
    except DomainError as error:
        form.refuse(error, "email" if "email" in error.message else "username" if "username" in error.message else None)
        user.username = before
        return _shown(request, user, form, status=400)
    messages.success(request, f"{user.username} is saved.")
    return HttpResponseRedirect(place_of(user))


@action(f"{USERS}/<user>")
def profile_sent(actor: Administrator, request: PageRequest, user: ManagedUser) -> HttpResponseBase:
    """Change the profile, at the address that Kallithea's form has."""
    return profile(actor, request, user)


@page(f"{USERS}/<user>/edit/password", form=True)
def password(actor: Administrator, request: PageRequest, user: ManagedUser) -> HttpResponseBase:
    """Set a password; all of the user's sessions end with the one before."""
    if request.method != "POST":
        return _with_password(request, user, SetPasswordForm())
    form = SetPasswordForm(request.POST)
    if not form.is_valid():
        return _with_password(request, user, form, status=400)
    try:
        names = [each.address for each in addresses_of_user(user)]
        check_new_password(form.cleaned_data["password"], user.username, *names)
        update_user(actor, user, Profile(password=form.cleaned_data["password"]))
    except DomainError as error:
        form.refuse(error, "password")
        return _with_password(request, user, form, status=400)
    end_other_sessions(user.pk, request.visitor.session_id if user.pk == actor.user_id else None)
    messages.success(request, f"{user.username} has a new password, and has to sign in with it.")
    return HttpResponseRedirect(place_of(user, "edit/password"))


@action(f"{USERS}/<user>/edit/password/link")
def password_link(actor: Administrator, request: PageRequest, user: ManagedUser) -> HttpResponseBase:
    """Make a link with which the user chooses a password, and show it or send it."""
    path = link_for(actor, user)
    if "send" not in request.POST:
        return _with_password(request, user, SetPasswordForm(), link=f"{site_of(request)}{path}")
    address = _main_address(user)
    if address is None or not mail.is_set_up():
        raise Invalid("there is no verified main address to send to, or mail is not set up: make a link and hand it on")
    mail.post(letters.forgotten_password, address=address, asked_on=timezone.now().isoformat())
    messages.success(request, f"A link to a new password is on its way to {address}.")
    return HttpResponseRedirect(place_of(user, "edit/password"))


@action(f"{USERS}/<user>/edit/password/remove")
def password_removed(actor: Administrator, request: PageRequest, user: ManagedUser) -> HttpResponseBase:
    """Take the password away, so that nobody signs in with one."""
    if user.pk == actor.user_id:
        raise Invalid("you would lock yourself out")
    update_user(actor, user, Profile(password=""))
    end_other_sessions(user.pk, None)
    messages.success(request, f"{user.username} has no password any more.")
    return HttpResponseRedirect(place_of(user, "edit/password"))


def _initial(user: ManagedUser) -> dict[str, Any]:
    return {
        "username": user.username,
        "email": _any_main_address(user),
        "firstname": user.firstname,
        "lastname": user.lastname,
        "active": user.is_active,
        "admin": user.is_administrator,
        "extern_type": user.extern_type,
        "extern_name": user.extern_name,
    }


def _profile(user: ManagedUser, given: dict[str, Any]) -> Profile:
    """Give what the form changes; an address that is the main one already stays as it is, verified or not."""
    return Profile(
        username=given["username"],
        email=None if given["email"].lower() == _any_main_address(user) else given["email"],
        firstname=given["firstname"],
        lastname=given["lastname"],
        is_active=given["active"],
        is_administrator=given["admin"],
        extern_type=given["extern_type"] or None,
        extern_name=given["extern_name"],
    )


def _any_main_address(user: ManagedUser) -> str:
    rows = EmailAddress.objects.filter(user=user, is_main=True)
    return rows.values_list("address", flat=True).first() or ""


def _main_address(user: ManagedUser) -> str | None:
    rows = EmailAddress.objects.filter(user=user, is_main=True, verified_on__isnull=False)
    return rows.values_list("address", flat=True).first()


def _shown(request: PageRequest, user: ManagedUser, form: ProfileForm, *, status: int = 200) -> HttpResponseBase:
    return user_page(request, user, "edit", {"form": form}, status=status)


def _with_password(
    request: PageRequest, user: ManagedUser, form: SetPasswordForm, *, link: str = "", status: int = 200
) -> HttpResponseBase:
    context = {
        "form": form,
        "link": link,
        "has_password": user.has_usable_password(),
        "main_address": _main_address(user),
        "sends_mail": mail.is_set_up(),
    }
    return user_page(request, user, "edit/password", context, status=status)
