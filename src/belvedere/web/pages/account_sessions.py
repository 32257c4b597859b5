"""The browsers in which one is signed in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere.access.actor import Member
from belvedere.accounts.self_service.fetch import own_account
from belvedere.accounts.sessions import end_other_sessions, end_session, sessions_of
from belvedere.errors import NotFound
from belvedere.web.account import account_page, place_of
from belvedere.web.devices import device_from
from belvedere.web.parameters import number
from belvedere.web.registry import action, page
from belvedere.web.visitors import PageRequest

MOST_SHOWN = 50


@page("_admin/my_account/sessions")
def sessions(actor: Member, request: PageRequest) -> HttpResponseBase:
    """List where one is signed in."""
    account = own_account(actor)
    here = request.visitor.session_id
    rows = [
        {"row": row, "device": device_from(row.agent), "is_this": row.pk == here} for row in sessions_of(account.pk)
    ]
    rows.sort(key=lambda each: not each["is_this"])
    context = {"rows": rows[:MOST_SHOWN], "others": len(rows) - (here is not None), "more": len(rows) - MOST_SHOWN}
    return account_page(request, "sessions", "account/sessions.html", context)


@action("_admin/my_account/sessions/end")
def end(actor: Member, request: PageRequest) -> HttpResponseBase:
    """End one session, or with `others` all but the one that asks."""
    account = own_account(actor)
    if request.POST.get("others"):
        count = end_other_sessions(account.pk, request.visitor.session_id)
        messages.success(request, f"{count} other session{' is' if count == 1 else 's are'} signed out.")
    elif end_session(account.pk, number(request.POST.get("session_id", ""))):
        messages.success(request, "The session is signed out.")
    else:
        raise NotFound("this session has ended already")
    return HttpResponseRedirect(place_of("sessions"))
