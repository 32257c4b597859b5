"""Lines around and between the changed ones: where they come from, and the rows that bring them."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from belvedere.errors import Invalid, NotFound
from belvedere.vcs.diffs import ChangeKind
from belvedere.web.diff_rows import Frame, Gap, context_rows, gap_row
from belvedere.web.diff_source import ChangedFile, Difference

STEP = 20
AT_ONCE = 60
"""Lines that come together, without another question, where there are no more."""
MOST = 2000
MORE_CONTEXT = 25
LARGEST = 4 << 20
"""Bytes of a file from which its lines are not given."""

_PLACE = re.compile(r"(\d{1,9})_(\d{0,9})_(-?\d{1,9})")

Address = Callable[..., str]


def gap_maker(frame: Frame, file: ChangedFile, address: Address) -> Callable[[Gap], str] | None:
    """Give what makes the row of a gap in a file; nothing stands around what is all new, or gone."""
    if file.change.kind in (ChangeKind.ADDED, ChangeKind.REMOVED):
        return None
    alone = address(file=file.number, context=MORE_CONTEXT) + f"#{file.anchor}"
    whole = address(file=file.number, context=MOST) + f"#{file.anchor}"

    def row(gap: Gap) -> str:
        place = f"{gap.first}_{'' if gap.last is None else gap.last}_{gap.shift}"

        def link(label: str, take: str) -> tuple[str, str, str]:
            source = address(part="lines", file=file.number, gap=place, take=take)
            return label, whole if take == "all" else alone, source

        return gap_row(frame.view, [link(*each) for each in _offers(gap)], gap.heading)

    return row


def _offers(gap: Gap) -> list[tuple[str, str]]:
    """Say what of a gap can be asked for: all of a small one, else the lines beside what is shown."""
    if gap.last is None:
        return [(f"Show {STEP} lines below", "top")]
    size = gap.last - gap.first + 1
    if size <= AT_ONCE:
        return [(f"Show {size} line{'' if size == 1 else 's'}", "all")]
    below = [(f"{STEP} lines down", "top")] if gap.first > 1 else []
    return [
        *below,
        (f"{STEP} lines up", "bottom"),
        (f"Show {min(size, MOST):,} lines", "all" if size <= MOST else "most"),
    ]


def lines_of_gap(request: HttpRequest, difference: Difference, frame: Frame, file: ChangedFile) -> SafeString:
    """Give rows of a gap that was asked for, and rows for what is then left of it."""
    match = _PLACE.fullmatch(request.GET.get("gap", ""))
    if match is None or file.change.new_path is None:
        raise Invalid("a gap is its first and last line and their shift")
    first, shift = max(int(match[1]), 1), int(match[3])
    content = difference.opened.read(difference.new, file.change.new_path, limit=LARGEST + 1)
    if len(content) > LARGEST:
        raise NotFound("the file is too large to show more of it here")
    lines = content.split(b"\n")
    if not lines[-1]:
        lines.pop()
    last = min(int(match[2]) if match[2] else len(lines), len(lines))
    start, end = _taken(request.GET.get("take", ""), first, last)
    made = [_left(frame, Gap(first, start - 1, shift)), context_rows(lines[start - 1 : end], start, shift, frame)]
    made.append(_left(frame, Gap(end + 1, last, shift)))
    return mark_safe("".join(made))  # noqa: S308 rows are made of what was escaped


def _taken(take: str, first: int, last: int) -> tuple[int, int]:
    """Give the first and last line that are wanted of a gap."""
    if take == "top":
        return first, min(last, first + STEP - 1)
    if take == "bottom":
        return max(first, last - STEP + 1), last
    return first, min(last, first + MOST - 1)


def _left(frame: Frame, gap: Gap) -> str:
    if gap.last is None or gap.last < gap.first or frame.gap is None:
        return ""
    return frame.gap(gap)
