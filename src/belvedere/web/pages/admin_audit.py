"""Administration: the audit log."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

from django import forms
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from belvedere.access.actor import Administrator
from belvedere.accounts.fetch import named_user
from belvedere.activity.audit import Entry, Wanted, everything, portion
from belvedere.activity.patterns import TOPICS
from belvedere.activity.sentences import Part, Thing, kinds_of
from belvedere.errors import DomainError
from belvedere.repos.fetch import readable
from belvedere.web.admin_sections import admin_page
from belvedere.web.forms import Form
from belvedere.web.links import address_of
from belvedere.web.parameters import name_or_id, number_or_name
from belvedere.web.registry import page
from belvedere.web.spreadsheets import harmless
from belvedere.web.visitors import PageRequest

LOG, TABLE = "_admin", "_admin/audit.csv"
ON_A_PAGE = 100
MOST_DIGITS = 18
COLUMNS = ("number", "time", "who", "address", "topic", "kind", "repository", "what")
PLACES = {"user": "_admin/users", "user group": "_admin/user_groups"}


class FilterForm(Form):
    """What is looked for."""

    user = forms.CharField(label="Who", required=False, max_length=64)
    topic = forms.ChoiceField(
        label="About", required=False, choices=[("", "everything"), *((each, each.lower()) for each in TOPICS)]
    )
    repository = forms.CharField(label="Repository", required=False, max_length=300)
    since = forms.DateField(label="From", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    until = forms.DateField(label="To", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))

    def wanted(self, actor: Administrator) -> Wanted | None:
        """Give what is asked for; None where it cannot be, with the reason beside its field."""
        if not self.is_valid():
            return None
        given = self.cleaned_data
        actor_id = self._found("user", lambda text: named_user(actor, number_or_name(text)).pk)
        repository_id = self._found("repository", lambda text: readable(actor, name_or_id(text.strip("/"))).pk)
        if self.errors:
            return None
        return Wanted(
            actor_id=actor_id,
            repository_id=repository_id,
            kinds=kinds_of(given["topic"]) if given["topic"] else None,
            since=_midnight(given["since"]),
            until=_midnight(given["until"] + timedelta(days=1)) if given["until"] else None,
        )

    def _found(self, name: str, find: Any) -> int | None:
        text = self.cleaned_data[name].replace("\0", "").strip()
        if not text:
            return None
        try:
            return int(find(text))
        except DomainError as error:
            self.refuse(error, name)
        return None


@page(LOG)
def log(actor: Administrator, request: PageRequest) -> HttpResponseBase:
    """Show what happened, the newest first."""
    form = FilterForm(request.GET)
    wanted = form.wanted(actor)
    given = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
    context: dict[str, Any] = {"form": form, "is_narrowed": bool(given), "table": address_of(TABLE, **given)}
    if wanted is None:
        return admin_page(request, "audit", "admin/audit.html", context, status=400)
    before, after = _number(request, "before"), _number(request, "after")
    found = portion(actor, _beside(wanted, before, after), ON_A_PAGE)
    context |= {
        "days": _days(found.entries),
        "older": address_of(LOG, **given, before=found.entries[-1].number) if found.has_older else None,
        "newer": address_of(LOG, **given, after=found.entries[0].number) if found.has_newer else None,
        "newest": address_of(LOG, **given),
    }
    return admin_page(request, "audit", "admin/audit.html", context)


@page(TABLE)
def table(actor: Administrator, request: PageRequest) -> HttpResponseBase:
    """Give all that fits as CSV, sent as it is read."""
    form = FilterForm(request.GET)
    wanted = form.wanted(actor)
    if wanted is None:
        return log(actor, request)
    answer = StreamingHttpResponse(_table(everything(actor, wanted)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return answer


def _beside(wanted: Wanted, before: int | None, after: int | None) -> Wanted:
    narrowed = {"before": before, "after": None if before is not None else after}
    return Wanted(
        actor_id=wanted.actor_id,
        repository_id=wanted.repository_id,
        kinds=wanted.kinds,
        since=wanted.since,
        until=wanted.until,
        **narrowed,
    )


def _number(request: PageRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def _midnight(day: Any) -> datetime | None:
    if day is None:
        return None
    return timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001 the site's zone is given here


def _days(entries: list[Entry]) -> list[dict[str, Any]]:
    """Put entries below the day on which they happened, in the site's zone."""
    days: list[dict[str, Any]] = []
    for entry in entries:
        day = timezone.localtime(entry.happened_on).date()
        if not days or days[-1]["day"] != day:
            days.append({"day": day, "entries": []})
        days[-1]["entries"].append({"entry": entry, "parts": [_part(each, entry) for each in entry.parts]})
    return days


def _part(part: Part, entry: Entry) -> dict[str, str]:
    """Give a piece of a sentence with where it leads, if that is still there."""
    if isinstance(part, str):
        return {"text": part, "kind": "", "url": ""}
    return {"text": part.label, "kind": part.kind, "url": _url(part, entry)}


def _url(thing: Thing, entry: Entry) -> str:
    if thing.key is None:
        return ""
    if thing.kind in PLACES:
        return address_of(PLACES[thing.kind], str(thing.key), "edit")
    if thing.kind in ("repository", "group"):
        return address_of(str(thing.key))
    if entry.repository is None or entry.repository.key is None:
        return ""
    word = "pull-request" if thing.kind == "pull request" else "changeset"
    return address_of(str(entry.repository.key), word, str(thing.key))


def _table(entries: Iterator[Entry]) -> Iterator[str]:
    yield ",".join(COLUMNS) + "\r\n"
    for entry in entries:
        line = StringIO()
        csv.writer(line).writerow(
            harmless(cell)
            for cell in (
                entry.number,
                entry.happened_on.isoformat(timespec="seconds"),
                entry.actor.label if entry.actor else "",
                entry.address,
                entry.topic,
                entry.kind,
                entry.repository.label if entry.repository else "",
                entry.text,
            )
        )
        yield line.getvalue()
