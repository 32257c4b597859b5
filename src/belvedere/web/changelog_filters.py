"""Which changesets a list shows, as its address says: filters, how many at once, and where it goes on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from belvedere.web.forms import Form

SIZES = (20, 40, 100, 200)
DEFAULT_SIZE = 40
SIZE_COOKIE = "changelog_size"
LONGEST = 200
LONGEST_PATH = 4096
LAST_NUMBER = 10**15


class FilterForm(Form):
    """What narrows the list; every field may be empty."""

    author = forms.CharField(
        required=False, max_length=LONGEST, widget=forms.TextInput({"placeholder": "Name or address"})
    )
    text = forms.CharField(
        label="Message", required=False, max_length=LONGEST, widget=forms.TextInput({"placeholder": "Words in it"})
    )
    path = forms.CharField(
        required=False,
        max_length=LONGEST_PATH,
        strip=False,
        widget=forms.TextInput({"placeholder": "File or directory", "autocapitalize": "none", "spellcheck": "false"}),
    )
    since = forms.DateField(required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    until = forms.DateField(required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


@dataclass(frozen=True, slots=True)
class Filters:
    """A list of changesets: `revision` is a branch or what has to reach them, `before` the number where it goes on.

    `skipped` is how many it leaves out at the top, for addresses with `?page=`; `lanes` is what `vcs.graph` wrote.
    `usual_size` is what this browser chose before: an address need not say it.
    """

    revision: str = ""
    author: str = ""
    text: str = ""
    path: str = ""
    since: date | None = None
    until: date | None = None
    size: int = DEFAULT_SIZE
    usual_size: int = DEFAULT_SIZE
    before: int | None = None
    lanes: str = ""
    skipped: int = 0

    @property
    def is_searching(self) -> bool:
        """Whether changesets have to be read to know which are shown."""
        return bool(self.author or self.text or self.path.strip("/") or self.since or self.until)

    @property
    def is_about_path_alone(self) -> bool:
        """Whether the list is the history of a path, and the end of it its beginning."""
        return bool(self.path.strip("/")) and not (self.author or self.text or self.since or self.until)

    @property
    def earliest(self) -> float | None:
        """The first second of `since`, in the server's zone."""
        return None if self.since is None else _midnight(self.since)

    @property
    def latest(self) -> float | None:
        """The last moment of `until`, in the server's zone."""
        return None if self.until is None else _midnight(self.until + timedelta(days=1)) - 0.001

    def query(self, **changed: Any) -> dict[str, Any]:
        """Give what stands behind the question mark for the top of this list, or of one that differs in these."""
        wanted = replace(self, **changed)
        given = {
            "branch": _encoded(wanted.revision),
            "author": wanted.author,
            "text": wanted.text,
            "path": _encoded(wanted.path),
            "since": wanted.since,
            "until": wanted.until,
            "size": wanted.size if "size" in changed or wanted.size != self.usual_size else None,
        }
        return {name: value for name, value in given.items() if value}

    def query_here(self) -> dict[str, Any]:
        """As `query`, for the place where this goes on."""
        return self.query() | {"before": self.before} | ({"lanes": self.lanes} if self.lanes else {})


def filters_from(request: HttpRequest) -> tuple[Filters, FilterForm]:
    """Read the filters; those that cannot be read are left out, and the form says why."""
    given = _given(request)
    form = FilterForm({name: given.get(name, "").replace("\0", "") for name in FilterForm.base_fields})
    form.is_valid()
    read = form.cleaned_data
    usual_size = _number(request.COOKIES.get(SIZE_COOKIE), SIZES[-1]) or DEFAULT_SIZE
    size = _number(given.get("size"), SIZES[-1]) or usual_size
    before = _number(given.get("before"), LAST_NUMBER)
    page = _number(given.get("page"), LAST_NUMBER) or 1
    return (
        Filters(
            revision=given.get("branch", "")[:LONGEST_PATH],
            author=read.get("author", ""),
            text=read.get("text", ""),
            path=read.get("path", ""),
            since=read.get("since"),
            until=read.get("until"),
            size=size,
            usual_size=usual_size,
            before=before,
            lanes=given.get("lanes", "") if before is not None else "",
            skipped=0 if before is not None else (page - 1) * size,
        ),
        form,
    )


def fields_of(form: FilterForm) -> SafeString:
    """Give the form's fields as HTML; empty ones are the same for everybody."""
    return form.render() if form.errors or any(form.data.values()) else _empty_fields()


@cache
def _empty_fields() -> SafeString:
    return FilterForm(dict.fromkeys(FilterForm.base_fields, "")).render()


def _given(request: HttpRequest) -> dict[str, str]:
    """Read what stands behind the question mark as paths and names are stored: undecodable bytes are kept."""
    raw = request.META.get("QUERY_STRING", "").encode("latin-1", "replace").decode("utf-8", "surrogateescape")
    return dict(parse_qsl(raw, keep_blank_values=True, errors="surrogateescape"))


def _number(text: str | None, most: int) -> int | None:
    if text is None or not (text.isascii() and text.isdigit()):
        return None
    return min(int(text[:18]), most)


def _midnight(day: date) -> float:
    return timezone.make_aware(datetime.combine(day, time.min)).timestamp()


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
