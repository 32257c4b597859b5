"""What every template knows without loading it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.template import Library
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from belvedere.choices.site import chosen
from belvedere.text.paths import shown
from belvedere.web.icons import icon
from belvedere.web.links import address_of
from belvedere.web.moments import moment_from
from belvedere.web.static import static_url

register = Library()
register.simple_tag(static_url, name="static")
register.simple_tag(icon, name="icon")
register.filter("shown", shown)

STEPS = (
    (60, 1, "second"),
    (3600, 60, "minute"),
    (86400, 3600, "hour"),
    (86400 * 30, 86400, "day"),
    (86400 * 365, 86400 * 30, "month"),
    (float("inf"), 86400 * 365, "year"),
)
A_MOMENT = 10


@register.simple_tag
def instance_title() -> str:
    """Give the name of this instance."""
    return settings.BELVEDERE.title


@register.simple_tag
def announcement() -> str:
    """Give what the administrators tell everybody; nothing where the database cannot be asked."""
    try:
        return chosen().announcement
    except DatabaseError:
        return ""


@register.simple_tag
def address(*parts: Any, **query: Any) -> str:
    """Give the address of a page: `{% address head.name "files" revision path raw=1 %}`."""
    return address_of(*(str(part) for part in parts), **query)


@register.filter
def ago(moment: datetime | float | None) -> SafeString | str:
    """Write how long ago something was, with the exact time in the server's zone behind it; JavaScript knows better."""
    if moment is None:
        return ""
    exact = moment if isinstance(moment, datetime) else moment_from(moment)
    local = timezone.localtime(exact)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        exact.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        local.strftime("%Y-%m-%d %H:%M:%S %z"),
        distance((timezone.now() - exact).total_seconds()),
    )


def distance(seconds: float) -> str:
    """Say a distance in time in words: `3 hours ago`, `in 2 days`."""
    size = abs(seconds)
    if size < A_MOMENT:
        return "just now"
    _, unit, word = next(step for step in STEPS if size < step[0])
    count = int(size // unit)
    words = f"{count} {word}{'' if count == 1 else 's'}"
    return f"{words} ago" if seconds >= 0 else f"in {words}"


@register.filter
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


@register.filter
def first_line(text: str) -> str:
    """Give the first line of a message."""
    return text.strip().partition("\n")[0].strip()


@register.filter
def short_id(raw_id: str) -> str:
    """Give the first twelve digits of a hash."""
    return raw_id[:12]


@register.filter
def thousands(count: int) -> str:
    """Write a number with commas between its thousands."""
    return f"{count:,}"
