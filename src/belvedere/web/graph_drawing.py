"""The graph beside a list of changesets as SVG: one small drawing a row, its lines as long as the row is high."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString, mark_safe

from belvedere.vcs.graph import Edge, Row

STEP = 14
"""Pixels between two lanes."""
EDGE = 9
"""Pixels before the first lane."""
DOT = 20
"""Pixels from the upper end of a row to the middle of its dot: where the first line of text stands."""
TURN = 40
"""Pixels from the upper end of a row to where its lines are all upright."""
FAR = 4000
"""Pixels that no row is higher than; what is too much is cut off by the row."""
MOST_COLUMNS = 14
"""Columns that are drawn: all further lanes lie in one more."""
NAMED = 8
"""Digits of a hash by which the page's script knows where a line leads."""

KINDS = {"draft": " open", "merge": " small", "obsolete": " gone"}


def width_of(rows: Sequence[Row]) -> int:
    """Give the pixels that these rows need."""
    return EDGE * 2 + STEP * (min(max((row.width for row in rows), default=1), MOST_COLUMNS + 1) - 1)


def drawing(row: Row, width: int, kind: str = "") -> SafeString:
    """Draw a row; `kind` is one of `KINDS` or empty."""
    lines: dict[str, str] = {}
    passing = {edge.end for edge in row.edges if edge.start is not None}
    for edge in row.edges:
        path = _path(edge, row.column, joins=edge.start is None and edge.end in passing)
        out = " out" if edge.start is None else ""
        lines.setdefault(path, f'<path class="l{edge.colour}{out}" data-to="{edge.to[:NAMED]}" d="{path}"/>')
    dot = f'<circle class="l{row.colour}{KINDS.get(kind, "")}" cx="{_x(row.column)}" cy="{DOT}" r="4"/>'
    return mark_safe(  # noqa: S308 numbers and digits of hashes: `vcs.graph` reads nothing else from addresses either
        f'<svg width="{width}" height="{TURN}" aria-hidden="true">{"".join(lines.values())}{dot}</svg>'
    )


def _path(edge: Edge, column: int, *, joins: bool) -> str:
    here = _x(column)
    if edge.start is None and edge.end is not None:
        there = _x(edge.end)
        if there == here:
            return f"M{here} {DOT}V{FAR}"
        turn = f"M{here} {DOT}C{here} {DOT + 12} {there} {DOT + 8} {there} {TURN}"
        return turn if joins else f"{turn}V{FAR}"
    start = _x(edge.start or 0)
    if edge.end is None:
        if start == here:
            return f"M{here} 0V{DOT}"
        return f"M{start} 0C{start} 12 {here} 8 {here} {DOT}"
    return f"M{start} 0V{FAR}"


def _x(column: int) -> int:
    return EDGE + STEP * min(column, MOST_COLUMNS)
