"""A file's text as numbered lines, a piece of them at a time."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from belvedere.text.characters import misleads, safe
from belvedere.text.decoding import Decoded
from belvedere.text.highlighting import highlighted_lines, lines_of

PIECE = 4000
"""Lines shown at once, and half as many more if the file ends with them."""
LONGEST_LINE = 20_000
"""Characters of a line that are shown."""
MOST_CHARACTERS = 1_500_000
"""Characters shown at once; at least one line is."""


@dataclass(frozen=True, slots=True)
class Source:
    """Some lines of a text as safe HTML, the first of them with the number `first`.

    `before` and `after` are where other pieces begin.
    """

    lines: list[SafeString]
    first: int
    total: int
    before: int | None
    after: int | None
    encoding: str
    is_certain: bool
    misleads: bool

    @property
    def digits(self) -> int:
        """How many digits the numbers have at most."""
        return len(str(self.last))

    @property
    def last(self) -> int:
        """The number of the last line, one less than the first if there is none."""
        return self.first + len(self.lines) - 1

    @property
    def html(self) -> SafeString:
        """All lines, each with its number."""
        return self.numbered(self.first, self.last)

    def numbered(self, start: int, end: int) -> SafeString:
        """Give some lines, each with its number as a link to itself.

        Written here and not in a template, which takes half a second for five thousand of them.
        """
        lines = enumerate(self.lines[start - self.first : end - self.first + 1], start=start)
        parts = (f'<div id="L{at}"><a href="#L{at}" tabindex="-1">{at}</a>{line}\n</div>' for at, line in lines)
        return mark_safe("".join(parts))  # noqa: S308 lines are safe, numbers are ours


def source_of(path: str, text: Decoded, first: int = 1) -> Source:
    """Make the piece of a text that begins at a line."""
    lines = lines_of(text.text)
    first = min(max(first, 1), max(len(lines), 1))
    end = _end(lines, first - 1)
    html = highlighted_lines(path, "".join(f"{line}\n" for line in lines[:end]))[first - 1 : end]
    return Source(
        [_shown(each, line) for each, line in zip(html, lines[first - 1 : end], strict=True)],
        first,
        total=len(lines),
        before=max(1, first - PIECE) if first > 1 else None,
        after=end + 1 if end < len(lines) else None,
        encoding=text.encoding,
        is_certain=text.is_certain,
        misleads=misleads(text.text),
    )


def piece_with(text: Decoded, line: int) -> int:
    """Give where a piece begins that holds a line, or the last line if there is no such one."""
    lines = lines_of(text.text)
    line = min(max(line, 1), max(len(lines), 1))
    first = (line - 1) // PIECE * PIECE + 1
    return first if line <= _end(lines, first - 1) else line


def _end(lines: list[str], start: int) -> int:
    end = len(lines) if len(lines) - start <= PIECE + PIECE // 2 else start + PIECE
    size = 0
    for place in range(start, end):
        size += min(len(lines[place]), LONGEST_LINE)
        if size > MOST_CHARACTERS and place > start:
            return place
    return end


def _shown(html: SafeString, line: str) -> SafeString:
    if len(line) <= LONGEST_LINE:
        return html
    hidden = len(line) - LONGEST_LINE
    return format_html('{} <em class="cut-off">… and {} characters more</em>', safe(line[:LONGEST_LINE]), f"{hidden:,}")
