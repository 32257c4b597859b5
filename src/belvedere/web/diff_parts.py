"""What the viewer of differences asks for later: a file, further lines of it, more files, the list of all."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from belvedere.errors import NotFound
from belvedere.web.diff_gaps import lines_of_gap
from belvedere.web.diff_options import Options, options_from
from belvedere.web.diff_source import ChangedFile, Counts, Difference
from belvedere.web.diff_view import (
    ON_A_PAGE,
    Address,
    DiffView,
    alone,
    cards_of,
    chosen_of,
    frame_of,
    put_tree,
    start_of,
    whole_number,
)
from belvedere.web.shell import render

PATIENCE = 20.0
"""Seconds that the list of files waits for the numbers of lines."""


def part_of(
    request: HttpRequest, difference: Difference, address: Address, *, options: Options | None = None
) -> HttpResponseBase | None:
    """Answer a request for a part of a difference; None if it is for a page. `address` is as for `diff_view`."""
    part = request.GET.get("part")
    if part is None:
        return None
    if part not in PARTS:
        raise NotFound(f"there is no part `{part[:40]}`")
    files = difference.files()
    view = DiffView(
        difference, options or options_from(request), address, total=len(files), added=0, removed=0, is_counted=False
    )
    return PARTS[part](request, view, files)


def _file(request: HttpRequest, view: DiffView, files: list[ChangedFile]) -> HttpResponseBase:
    piece = whole_number(request.GET.get("piece", ""))
    chosen = chosen_of(files, request.GET.get("file", ""))
    card = alone(view, chosen, Counts(), piece=piece, is_wanted="show" in request.GET or bool(piece))
    return render(request, "diffs/_rows.html" if piece else "diffs/_file.html", {"diff": view, "card": card})


def _lines(request: HttpRequest, view: DiffView, files: list[ChangedFile]) -> HttpResponseBase:
    chosen = chosen_of(files, request.GET.get("file", ""))
    rows = lines_of_gap(request, view.difference, frame_of(view, chosen), chosen)
    return render(request, "diffs/_lines.html", {"rows": rows})


def _more(request: HttpRequest, view: DiffView, files: list[ChangedFile]) -> HttpResponseBase:
    view.first = start_of(request, len(files))
    view.cards = cards_of(view, files[view.first - 1 : view.first - 1 + ON_A_PAGE], Counts())
    return render(request, "diffs/_more.html", {"diff": view})


def _tree(request: HttpRequest, view: DiffView, files: list[ChangedFile]) -> HttpResponseBase:
    counts, view.is_counted = view.difference.counts(view.options, PATIENCE)
    view.add_up(counts)
    put_tree(view, files, counts, len(files))
    return render(request, "diffs/_tree.html", {"diff": view, "sum": view.is_counted})


PARTS = {"file": _file, "lines": _lines, "more": _more, "tree": _tree}
