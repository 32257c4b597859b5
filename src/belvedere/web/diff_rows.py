"""The lines of one file's difference as rows of a table, below each other or side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from belvedere.text.highlighting import highlighted_lines
from belvedere.text.marks import marked
from belvedere.text.word_changes import Effort, Span, changed_words, paired
from belvedere.vcs.diffs import FileDiff, Hunk, Line, LineKind

LONGEST_LINE = 2000
"""Characters of a line that are shown."""

UNIFIED, SPLIT = "unified", "split"
TAGS = {LineKind.REMOVED: "del", LineKind.ADDED: "ins"}
NO_NEWLINE = '<span class="sign">no newline at the end</span>'
CARRIAGE_RETURN = '<span class="sign">CR</span>'


@dataclass(frozen=True, slots=True)
class Gap:
    """Lines between hunks, by their numbers on the new side; on the old side each is `shift` further down.

    `last` is None after the last hunk, where nobody has counted.
    """

    first: int
    last: int | None
    shift: int
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """What is around the rows of a file.

    `prefix` begins the ids of lines and holds nothing that HTML would understand. `gap` makes what stands in the place
    of lines that are not shown. `beneath` holds rows to stand under a line, by its id without the prefix (`n35`).
    """

    path: str
    prefix: str
    view: str = UNIFIED
    gap: Callable[[Gap], str] | None = None
    beneath: Mapping[str, SafeString] = field(default_factory=dict)


@dataclass(slots=True)
class Shown:
    """A line as it is shown: its text without the line end, the same as HTML, and what there is to say about it."""

    line: Line
    text: str
    html: str = ""
    sign: str = ""


def rows_of(file: FileDiff, frame: Frame, effort: Effort, *, is_whole: bool = True) -> SafeString:
    """Make all rows of a file; `is_whole` unless hunks were left out at its end."""
    made: list[str] = []
    end_old, end_new = 0, 0
    for hunk in file.hunks:
        old, new = hunk.old_start + (not hunk.old_count), hunk.new_start + (not hunk.new_count)
        if frame.gap is not None and new - 1 > end_new:
            heading = hunk.heading.decode("utf-8", "replace")
            made.append(frame.gap(Gap(end_new + 1, new - 1, old - new, heading)))
        made += _rows_of_hunk(hunk, frame, effort)
        end_old, end_new = old + hunk.old_count - 1, new + hunk.new_count - 1
    if frame.gap is not None and is_whole and file.hunks and _may_go_on(file.hunks[-1]):
        made.append(frame.gap(Gap(end_new + 1, None, end_old - end_new)))
    return mark_safe("".join(made))  # noqa: S308 every part was escaped where it was made


def context_rows(lines: Sequence[bytes], first: int, shift: int, frame: Frame) -> SafeString:
    """Make rows of lines that are the same on both sides, from the number `first` on the new side."""
    same = [Line(LineKind.CONTEXT, first + at + shift, first + at, each) for at, each in enumerate(lines)]
    hunk = Hunk(first + shift, len(same), first, len(same), b"", tuple(same))
    return mark_safe("".join(_rows_of_hunk(hunk, frame, Effort(0, 0))))  # noqa: S308 as above


def _may_go_on(hunk: Hunk) -> bool:
    """Tell whether lines may follow the last hunk: at the end of a file nothing stands below the changed lines."""
    if not hunk.old_count or not hunk.new_count or any(line.lacks_newline for line in hunk.lines):
        return False
    return not hunk.lines or hunk.lines[-1].kind is LineKind.CONTEXT


def _rows_of_hunk(hunk: Hunk, frame: Frame, effort: Effort) -> Iterator[str]:
    shown = _shown(hunk, frame.path)
    for is_context, block in groupby(shown, key=lambda each: each.line.kind is LineKind.CONTEXT):
        if is_context:
            yield from (_row(frame, each, each) for each in block)
        else:
            yield from _changed(frame, list(block), effort)


def _changed(frame: Frame, block: list[Shown], effort: Effort) -> Iterator[str]:
    old = [each for each in block if each.line.kind is LineKind.REMOVED]
    new = [each for each in block if each.line.kind is LineKind.ADDED]
    pairs = paired([each.text for each in old], [each.text for each in new], effort)
    for one, other in pairs:
        if one is not None and other is not None:
            _mark(old[one], new[other], effort)
    if frame.view == SPLIT:
        for one, other in pairs:
            yield _row(frame, None if one is None else old[one], None if other is None else new[other])
    else:
        yield from (_row(frame, each, None) for each in old)
        yield from (_row(frame, None, each) for each in new)


def _mark(old: Shown, new: Shown, effort: Effort) -> None:
    before, after = changed_words(old.text, new.text, effort)
    _put_marks(old, before)
    _put_marks(new, after)
    if old.text == new.text:  # the difference is in the line's end
        for each in (old, new):
            if each.line.content.endswith(b"\r"):
                each.sign = CARRIAGE_RETURN + each.sign


def _put_marks(shown: Shown, spans: list[Span]) -> None:
    is_all = spans == [(0, len(shown.text))]
    if not is_all:
        shown.html = marked(shown.html, spans, TAGS[shown.line.kind])


def _shown(hunk: Hunk, path: str) -> list[Shown]:
    """Decode, cut and colour the lines; either side is coloured as it stood, so that its words are understood."""
    every = [_decoded(line) for line in hunk.lines]
    new = [each for each in every if each.line.kind is not LineKind.REMOVED]
    _colour(path, new)
    if len(new) < len(every):
        old = [each for each in every if each.line.kind is not LineKind.ADDED]
        _colour(path, old)
    return every


def _colour(path: str, side: list[Shown]) -> None:
    if not side:
        return
    coloured = highlighted_lines(path, "".join(f"{each.text}\n" for each in side))
    for each, html in zip(side, coloured, strict=True):
        each.html = each.html or str(html)


def _decoded(line: Line) -> Shown:
    content = line.content.removesuffix(b"\r")
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = content.decode("latin-1")  # what is no UTF-8 can be read that way more often than not
    sign = NO_NEWLINE if line.lacks_newline else ""
    if len(text) > LONGEST_LINE:
        sign = f'<span class="sign">{len(text) - LONGEST_LINE:,} more characters</span>{sign}'
        text = text[:LONGEST_LINE]
    return Shown(line, text, sign=sign)


def _row(frame: Frame, old: Shown | None, new: Shown | None) -> str:
    """Make the row of a line, or of two lines that stand side by side."""
    row = _split_row(frame, old, new) if frame.view == SPLIT else _unified_row(frame, old, new)
    if not frame.beneath:
        return row
    ids = (f"o{old.line.old}" if old and not new else "", f"n{new.line.new}" if new else "")
    return row + "".join(frame.beneath.get(each, "") for each in ids)


def _unified_row(frame: Frame, old: Shown | None, new: Shown | None) -> str:
    if old is not None and new is not None:
        numbers = f'<td class="no">{old.line.old}</td>{_number(frame, "n", new.line.new)}'
        return f"<tr>{numbers}<td>{new.html}{new.sign}</td></tr>"
    if old is not None:
        return (
            f'<tr class="del">{_number(frame, "o", old.line.old)}<td class="no"></td><td>{old.html}{old.sign}</td></tr>'
        )
    if new is None:
        return ""
    return f'<tr class="add"><td class="no"></td>{_number(frame, "n", new.line.new)}<td>{new.html}{new.sign}</td></tr>'


def _split_row(frame: Frame, old: Shown | None, new: Shown | None) -> str:
    if old is not None and old is new:
        left = f'<td class="no">{old.line.old}</td><td>{old.html}{old.sign}</td>'
        return f"<tr>{left}{_number(frame, 'n', new.line.new)}<td>{new.html}{new.sign}</td></tr>"
    left = right = '<td class="no none"></td><td class="none"></td>'
    if old is not None:
        left = f'{_number(frame, "o", old.line.old, "del")}<td class="del">{old.html}{old.sign}</td>'
    if new is not None:
        right = f'{_number(frame, "n", new.line.new, "add")}<td class="add">{new.html}{new.sign}</td>'
    return f'<tr class="both">{left}{right}</tr>'


def _number(frame: Frame, side: str, number: int | None, word: str = "") -> str:
    """Make the cell of a line's number, which is the line's address; not a stop for the tab key among thousands."""
    name = f"{frame.prefix}_{side}{number}"
    css = f"no {word}" if word else "no"
    return f'<td class="{css}"><a id="{name}" href="#{name}" tabindex="-1">{number}</a></td>'


def gap_row(view: str, links: Sequence[tuple[str, str, str]], heading: str) -> str:
    """Make the row in the place of lines that are not shown: links as (label, address, address of the rows alone)."""
    made = "".join(
        format_html('<a href="{}" data-rows="{}">{}</a>', url, source, label) for label, url, source in links
    )
    said = format_html("<span>{}</span>", heading) if heading else ""
    before = '<td class="no"></td><td colspan="3">' if view == SPLIT else '<td class="no" colspan="2"></td><td>'
    return f'<tr class="gap">{before}{made}{said}</td></tr>'
