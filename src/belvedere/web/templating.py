"""What every template may call, and how it writes moments, sizes and names."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from datetime import date as day
from functools import lru_cache
from typing import Any

from django.template import defaultfilters
from django.utils import timezone
from django.utils.safestring import SafeString
from jinja2 import pass_context
from jinja2.runtime import Context

from belvedere.choices.site import site_title
from belvedere.text.inline import inline
from belvedere.text.paths import shown
from belvedere.web.icons import icon
from belvedere.web.links import address_of
from belvedere.web.moments import moment_from
from belvedere.web.static import static_url

STEPS = (
    (60, 1, "second"),
    (3600, 60, "minute"),
    (86400, 3600, "hour"),
    (86400 * 30, 86400, "day"),
    (86400 * 365, 86400 * 30, "month"),
    (float("inf"), 86400 * 365, "year"),
)
A_MOMENT = 10
MOMENTS = 4096
"""Moments that are remembered as they are written: the same changesets are listed again and again."""
ELLIPSIS = "…"


@pass_context
def instance_title(context: Context) -> str:
    """Give the name of this instance."""
    return site_title(context["site_choices"])


@pass_context
def announcement(context: Context) -> str:
    """Give what the administrators tell everybody."""
    told: str = context["site_choices"].announcement
    return told


def address(*parts: Any, **query: Any) -> str:
    """Give the address of a page: `{{ address_of(head.name, "files", revision, path, raw=1) }}`."""
    return address_of(*map(str, parts), **query)


def ago(moment: datetime | float | None) -> SafeString | str:
    """Write how long ago something was, with the exact time in the server's zone behind it; JavaScript knows better."""
    if moment is None:
        return ""
    start, seconds = _written(moment, timezone.get_current_timezone())
    # Nothing in it comes from outside, and a long page has hundreds of them.
    return SafeString(f"{start}{distance(time.time() - seconds)}</time>")


@lru_cache(MOMENTS)
def _written(moment: datetime | float, zone: tzinfo) -> tuple[str, float]:
    """Write a moment for machines and for who wants to know exactly, and give its seconds since the epoch."""
    exact = moment if isinstance(moment, datetime) else moment_from(moment)
    utc, local = exact.astimezone(UTC), exact.astimezone(zone)
    said = f'<time datetime="{utc:%Y-%m-%dT%H:%M:%SZ}" title="{local:%Y-%m-%d %H:%M:%S %z}">'
    return said, exact.timestamp()


def date(moment: datetime | day, style: str) -> str:
    """Write a moment in the server's zone, or a day, by Django's letters for dates."""
    return defaultfilters.date(timezone.localtime(moment) if isinstance(moment, datetime) else moment, style)


def distance(seconds: float) -> str:
    """Say a distance in time in words: `3 hours ago`, `in 2 days`."""
    size = abs(seconds)
    if size < A_MOMENT:
        return "just now"
    _, unit, word = next(step for step in STEPS if size < step[0])
    count = int(size // unit)
    words = f"{count} {word}{'' if count == 1 else 's'}"
    return f"{words} ago" if seconds >= 0 else f"in {words}"


def bytesize(count: int | None) -> str:
    """Write a number of bytes for people."""
    if count is None:
        return ""
    size = float(count)
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1000 or unit == "GB":  # noqa: PLR2004 as the units are meant
            return f"{count} B" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    raise AssertionError


def first_line(text: str) -> str:
    """Give the first line of a message."""
    return text.strip().partition("\n")[0].strip()


def short_id(raw_id: str) -> str:
    """Give the first twelve digits of a hash."""
    return raw_id[:12]


def cut(text: str, length: int) -> str:
    """Give no more than so many characters, the last of which tells of the rest."""
    return text if len(text) <= length else text[: length - 1].rstrip() + ELLIPSIS


def thousands(count: int) -> str:
    """Write a number with commas between its thousands."""
    return f"{count:,}"


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "address_of": address,
    "announcement": announcement,
    "icon": icon,
    "instance_title": instance_title,
    "static": static_url,
}
FILTERS: dict[str, Callable[..., Any]] = {
    "ago": ago,
    "bytesize": bytesize,
    "capfirst": defaultfilters.capfirst,
    "cut": cut,
    "date": date,
    "first_line": first_line,
    "inline": inline,
    "linebreaksbr": defaultfilters.linebreaksbr,
    "linked": defaultfilters.urlize,
    "pluralize": defaultfilters.pluralize,
    "short_id": short_id,
    "shown": shown,
    "slugify": defaultfilters.slugify,
    "thousands": thousands,
}
WITHOUT_REQUEST: dict[str, Any] = {
    "here": "/",
    "is_known": False,
    "is_signed_in": False,
    "messages": (),
    "theme": "system",
}
"""What stands for the values that `web.shell` and Django's messages take from a request, where there is none."""
