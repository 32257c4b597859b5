"""A file's text as numbered lines, a piece of them at a time."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

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
class SourceLine:
    """One line: `html` is safe."""

    number: int
    html: SafeString


@dataclass(frozen=True, slots=True)
class Source:
    """Some lines of a text. `digits` is how wide the numbers are, `before` and `after` where other pieces begin."""

    lines: list[SourceLine]
    total: int
    before: int | None
    after: int | None
    encoding: str
    is_certain: bool
    misleads: bool

    @property
    def digits(self) -> int:
        """How many digits the numbers have at most."""
        return len(str(self.lines[-1].number)) if self.lines else 1

    @property
    def first(self) -> int:
        """The number of the first line."""
        return self.lines[0].number if self.lines else 0

    @property
    def last(self) -> int:
        """The number of the last line."""
        return self.lines[-1].number if self.lines else 0


def source_of(path: str, text: Decoded, first: int = 1) -> Source:
    """Make the piece of a text that begins at a line."""
    lines = lines_of(text.text)
    first = min(max(first, 1), max(len(lines), 1))
    end = _end(lines, first - 1)
    html = highlighted_lines(path, "\n".join(lines[:end]))[first - 1 : end]
    return Source(
        [SourceLine(number, _shown(each, lines[number - 1])) for number, each in enumerate(html, start=first)],
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
