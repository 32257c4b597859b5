"""The few pictures beside words, drawn on a grid of 16 by 16 with one line of the text's colour."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString

SHAPES = {
    "bookmark": "M4.5 2.5h7v11L8 10.8l-3.5 2.7z",
    "branch": "M4.5 3v10M4.5 9.5h3a3.5 3.5 0 0 0 3.5-3.5V5.5M4.5 3h0M11 3.5h0",
    "changeset": "M1.5 8h3.7M10.8 8h3.7M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6z",
    "check": "M3 8.5l3.2 3.2L13 5",
    "chevron": "M6 4l4 4-4 4",
    "copy": "M6 5.5h7v8H6zM10 5.5v-3H3v8h3",
    "cross": "M4 4l8 8M12 4l-8 8",
    "down": "M4 6l4 4 4-4",
    "download": "M8 2.5v7.5M4.8 7.2L8 10.4l3.2-3.2M3 13.5h10",
    "feed": "M3.5 12.5h0M3 8.2a4.8 4.8 0 0 1 4.8 4.8M3 4a9 9 0 0 1 9 9",
    "file": "M4 2h5l3 3v9H4zM9 2v3h3",
    "folder": "M2 4h4l1.5 1.8H14V13H2z",
    "fork": "M4.5 4.5v2.2c0 1 .8 1.8 1.8 1.8h3.4c1 0 1.8-.8 1.8-1.8V4.5M8 8.5v3",
    "key": "M9.8 6.2a3 3 0 1 1-1.2 2.4L3 14M5.2 11.8l1.6 1.6",
    "link": "M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2-2a2.6 2.6 0 0 0-3.7-3.7l-.9.9"
    "M9.2 6.8a2.6 2.6 0 0 0-3.7 0l-2 2a2.6 2.6 0 0 0 3.7 3.7l.9-.9",
    "lock": "M4 7.2h8V13H4zM5.5 7.2V5a2.5 2.5 0 0 1 5 0v2.2",
    "menu": "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
    "people": "M6 7.5a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6zM2 13c.3-2.4 1.8-3.6 4-3.6s3.7 1.2 4 3.6"
    "M10.7 7.4a2 2 0 0 0 0-4M11.8 9.6c1.3.4 2 1.5 2.2 3.2",
    "person": "M8 7.7a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2zM3 13.5c.4-2.7 2.2-4 5-4s4.6 1.3 5 4",
    "plus": "M8 3v10M3 8h10",
    "repository": "M4 2.5h9v11H4.8A1.8 1.8 0 0 1 3 11.7V4.3A1.8 1.8 0 0 1 4.8 2.5M3.2 11a1.8 1.8 0 0 1 1.6-1H13",
    "search": "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.3 10.3L14 14",
    "star": "M8 2.5l1.7 3.5 3.8.5-2.8 2.6.7 3.8L8 11.1l-3.4 1.8.7-3.8L2.5 6.5l3.8-.5z",
    "subrepository": "M3 3h10v10H3zM6 6h4v4H6z",
    "symlink": "M4 2h5l3 3v9H4zM6 11c0-2.5 1-3.5 4-3.5M8.5 6L10 7.5 8.5 9",
    "tag": "M2.5 3h5l6 6-4.5 4.5-6.5-6zM5 5.5h0",
    "up": "M4 10l4-4 4 4",
    "warning": "M8 2.5l6 11H2zM8 6.5v3.2M8 11.5h0",
}

DRAWN = {
    name: format_html(
        '<svg class="icon" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><path d="{}"/></svg>', shape
    )
    for name, shape in SHAPES.items()
}


def icon(name: str) -> SafeString:
    """Give a picture that says nothing a word beside it does not say: readers of screens pass it over."""
    return DRAWN[name]
