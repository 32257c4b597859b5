"""Changing one's own password."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.csrf import rotate_token

from belvedere.access.actor import Member
from belvedere.accounts.self_service.fetch import OwnAccount, own_account
from belvedere.accounts.self_service.new_passwords import change_password
from belvedere.accounts.sessions import sign_in
from belvedere.errors import Invalid, Unavailable
from belvedere.web.account import account_page, place_of
from belvedere.web.new_password_form import HELP, NewPasswordForm, password_field
from belvedere.web.registry import page
from belvedere.web.visitors import PageRequest


class ChangePasswordForm(NewPasswordForm):
    """The old password, and the new one twice."""

    twice = ("new_password", "new_password_confirmation")

    current_password = password_field("Present password", completes="current-password")
    new_password = password_field("New password", help_text=HELP)
    new_password_confirmation = password_field("New password again")


@page("_admin/my_account/password", form=True)
def password(actor: Member, request: PageRequest) -> HttpResponseBase:
    """Change the password, which ends all other sessions."""
    account = own_account(actor)
    if request.method != "POST":
        return _shown(request, account, ChangePasswordForm())
    form = ChangePasswordForm(request.POST)
    if not form.is_valid():
        return _shown(request, account, form)
    given = form.cleaned_data
    try:
        proved = sign_in(account.username, given["current_password"], actor.address)
        if proved is None:
            form.add_error("current_password", "This is not your present password.")
            return _shown(request, account, form)
        change_password(proved, given["new_password"], request.visitor.session_id)
    except Unavailable as error:
        form.refuse(error)
        return _shown(request, account, form, status=429)
    except Invalid as error:
        form.refuse(error, "new_password")
        return _shown(request, account, form)
    rotate_token(request)
    messages.success(request, "Your password is changed, and every other session is signed out. API keys work on.")
    return HttpResponseRedirect(place_of("password"))


def _shown(
    request: PageRequest, account: OwnAccount, form: ChangePasswordForm, *, status: int = 200
) -> HttpResponseBase:
    context = {"form": form, "has_password": account.has_usable_password(), "username": account.username}
    return account_page(request, "password", "account/password.html", context, status=status)
