"""Administration: what is told to everybody, a trial mail, and the settings of the file and the environment."""

from __future__ import annotations

from smtplib import SMTPException

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere import mail
from belvedere.access.actor import Administrator
from belvedere.accounts.self_service import letters
from belvedere.choices.site import LONGEST_ANNOUNCEMENT, LONGEST_TITLE, choose, chosen, site_title
from belvedere.instance.settings import settings_told
from belvedere.web.admin_sections import admin_page
from belvedere.web.forms import Form
from belvedere.web.links import address_of
from belvedere.web.registry import action, page
from belvedere.web.visitors import PageRequest

SETTINGS = "_admin/settings"
OLD_PLACES = {
    "global": "what-people-see",
    "visual": "what-people-see",
    "vcs": "version-control",
    "hooks": "version-control",
    "search": "storage",
}
"""Where Kallithea had settings, and the part of this page that has them now."""


class TitleForm(Form):
    """What the site is called."""

    title = forms.CharField(
        required=False,
        max_length=LONGEST_TITLE,
        help_text="Above every page, in titles of windows and in letters, at once. Empty: as in the settings below.",
    )


class AnnouncementForm(Form):
    """What stands above every page."""

    announcement = forms.CharField(
        required=False,
        max_length=LONGEST_ANNOUNCEMENT,
        help_text="Plain text above every page, for everybody who opens one; addresses become links. Empty: nothing.",
        widget=forms.Textarea({"rows": 2}),
    )


@page(SETTINGS)
def settings(actor: Administrator, request: PageRequest) -> HttpResponseBase:
    """Show every setting."""
    return _shown(request)


@page(*(f"{SETTINGS}/{name}" for name in OLD_PLACES))
def settings_elsewhere(actor: Administrator, request: PageRequest) -> HttpResponseBase:
    """Lead from Kallithea's pages of settings to the part of this one."""
    name = request.path.strip("/").rpartition("/")[2]
    return HttpResponseRedirect(f"{address_of(SETTINGS)}#{OLD_PLACES.get(name, '')}")


@action(f"{SETTINGS}/title")
def call(actor: Administrator, request: PageRequest) -> HttpResponseBase:
    """Change what the site is called."""
    form = TitleForm(request.POST)
    if not form.is_valid():
        return _shown(request, title_form=form)
    found = choose(actor, title=" ".join(form.cleaned_data["title"].split()))
    messages.success(request, f"The site is called {site_title(found)} from now on.")
    return HttpResponseRedirect(address_of(SETTINGS))


@action(f"{SETTINGS}/announcement")
def announce(actor: Administrator, request: PageRequest) -> HttpResponseBase:
    """Change what stands above every page."""
    form = AnnouncementForm(request.POST)
    if not form.is_valid():
        return _shown(request, form)
    text = " ".join(form.cleaned_data["announcement"].split())
    choose(actor, announcement=text)
    messages.success(request, "Everybody sees it from now on." if text else "Nothing is announced any more.")
    return HttpResponseRedirect(address_of(SETTINGS))


@page(f"{SETTINGS}/email", form=True)
def email(actor: Administrator, request: PageRequest) -> HttpResponseBase:
    """Send a trial mail to the administrator, and tell what the mail server said."""
    if request.method != "POST":
        return HttpResponseRedirect(f"{address_of(SETTINGS)}#mail")
    letter = letters.trial(actor.user_id) if mail.is_set_up() else None
    if letter is None:
        reason = "your account has no verified main e-mail address" if mail.is_set_up() else "mail is not set up"
        messages.error(request, f"Nothing was sent: {reason}.")
    else:
        try:
            mail.send(letter)
        except (OSError, SMTPException) as error:
            messages.error(request, f"The mail server did not take it: {error}")
        else:
            messages.success(request, f"The mail server took a letter to {letter.to}. Look whether it arrives.")
    return HttpResponseRedirect(f"{address_of(SETTINGS)}#mail")


def _shown(
    request: PageRequest, form: AnnouncementForm | None = None, title_form: TitleForm | None = None
) -> HttpResponseBase:
    now = chosen()
    context = {
        "form": form or AnnouncementForm(initial={"announcement": now.announcement}),
        "title_form": title_form or TitleForm(initial={"title": now.title}),
        "told": settings_told(),
        "sends_mail": mail.is_set_up(),
    }
    return admin_page(request, "settings", "admin/settings.html", context, status=400 if form or title_form else 200)
