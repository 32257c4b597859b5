"""Administration: a user's e-mail addresses, his sessions, and from where he may come."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere.access.actor import Administrator
from belvedere.accounts import vouching
from belvedere.accounts.fetch import ManagedUser
from belvedere.accounts.sessions import end_other_sessions, end_session, sessions_of
from belvedere.errors import DomainError, NotFound
from belvedere.web.address_rule_form import RuleEditor
from belvedere.web.admin_users import USERS, place_of, user_page
from belvedere.web.devices import device_from
from belvedere.web.forms import Form
from belvedere.web.parameters import number
from belvedere.web.registry import action, page
from belvedere.web.visitors import PageRequest

EMAILS, SESSIONS, IPS = "edit/emails", "edit/sessions", "edit/ips"


class EmailForm(Form):
    """One address."""

    new_email = forms.EmailField(
        label="E-mail address", max_length=254, help_text="You vouch for it: it counts as verified at once."
    )


@page(f"{USERS}/<user>/{EMAILS}", form=True)
def emails(actor: Administrator, request: PageRequest, user: ManagedUser) -> HttpResponseBase:
    """List a user's addresses, and add one."""
    form = EmailForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = vouching.add_email(actor, user, form.cleaned_data["new_email"])
        except DomainError as error:
            form.refuse(error, "new_email")
        else:
            messages.success(request, f"{row.address} belongs to {user.username} now.")
            return HttpResponseRedirect(place_of(user, EMAILS))
    context = {"form": form, "addresses": vouching.addresses_of_user(user)}
    return user_page(request, user, EMAILS, context, status=400 if form.errors else 200)


@action(f"{USERS}/<user>/{EMAILS}/main")
def main_email(actor: Administrator, request: PageRequest, user: ManagedUser) -> HttpResponseBase:
    """Have letters go to one of the addresses."""
    vouching.make_main_email(actor, user, number(request.POST.get("email_id", "")))
    return HttpResponseRedirect(place_of(user, EMAILS))


@action(f"{USERS}/<user>/{EMAILS}/verify")
def verify_email(actor: Administrator, request: PageRequest, user: ManagedUser) -> HttpResponseBase:
    """Believe that one of the addresses is his."""
    vouching.vouch_for(actor, user, number(request.POST.get("email_id", "")))
    return HttpResponseRedirect(place_of(user, EMAILS))


@action(f"{USERS}/<user>/{EMAILS}/delete")
def delete_email(actor: Administrator, request: PageRequest, user: ManagedUser) -> HttpResponseBase:
    """Take one of the addresses away."""
    vouching.remove_email(actor, user, number(request.POST.get("del_email_id", "")))
    messages.success(request, "The address is deleted.")
    return HttpResponseRedirect(place_of(user, EMAILS))


@page(f"{USERS}/<user>/{SESSIONS}")
def sessions(actor: Administrator, request: PageRequest, user: ManagedUser) -> HttpResponseBase:
    """List the browsers in which a user is signed in."""
    rows = [
        {"row": row, "device": device_from(row.agent), "is_this": row.pk == request.visitor.session_id}
        for row in sessions_of(user.pk)
    ]
    return user_page(request, user, SESSIONS, {"rows": rows})


@action(f"{USERS}/<user>/{SESSIONS}/end")
def end_sessions(actor: Administrator, request: PageRequest, user: ManagedUser) -> HttpResponseBase:
    """End one session of a user, or with `all` every one but the one that asks."""
    if request.POST.get("all"):
        count = end_other_sessions(user.pk, request.visitor.session_id)
        messages.success(request, f"{count} session{' is' if count == 1 else 's are'} signed out.")
    elif end_session(user.pk, number(request.POST.get("session_id", ""))):
        messages.success(request, "The session is signed out.")
    else:
        raise NotFound("this session has ended already")
    return HttpResponseRedirect(place_of(user, SESSIONS))


@page(f"{USERS}/<user>/{IPS}", form=True)
def ips(actor: Administrator, request: PageRequest, user: ManagedUser) -> HttpResponseBase:
    """List from where a user may come, and add a network."""
    editor = RuleEditor(actor, user, place_of(user, IPS))
    if request.method == "POST" and editor.add(request):
        return HttpResponseRedirect(editor.place)
    return user_page(request, user, IPS, editor.context(), status=editor.status)


@action(f"{USERS}/<user>/{IPS}/delete")
def delete_ip(actor: Administrator, request: PageRequest, user: ManagedUser) -> HttpResponseBase:
    """Strike a network."""
    editor = RuleEditor(actor, user, place_of(user, IPS))
    if editor.remove(request):
        return HttpResponseRedirect(editor.place)
    return user_page(request, user, IPS, editor.context(), status=editor.status)
