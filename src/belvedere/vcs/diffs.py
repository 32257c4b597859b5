"""A unified diff in git's format as data, one file at a time; written by either system, by people, or by enemies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from belvedere.vcs.quoting import unquoted

MOST_LINES = 20_000
LONGEST_LINE = 1 << 20
"""Bytes of a line that are kept; with the number of lines this bounds what one file can take of memory."""
MOST_BYTES = 8 << 20

_HUNK = re.compile(rb"@@ -(\d{1,18})(?:,(\d{1,18}))? \+(\d{1,18})(?:,(\d{1,18}))? @@ ?(.*)", re.DOTALL)
_INDEX = re.compile(rb"([0-9a-f]+)\.\.([0-9a-f]+)(?: (\d+))?")
_QUOTED = re.compile(rb'"(?:[^"\\]|\\.)*"')
_BINARY = (b"Binary file", b"GIT binary patch")


class ChangeKind(StrEnum):
    """What happened to a file."""

    ADDED = "added"
    MODIFIED = "modified"
    REMOVED = "removed"
    RENAMED = "renamed"
    COPIED = "copied"


class LineKind(StrEnum):
    """What happened to a line."""

    CONTEXT = " "
    ADDED = "+"
    REMOVED = "-"


@dataclass(frozen=True, slots=True)
class Line:
    """One line, without its mark and its line feed; a carriage return belongs to the content."""

    kind: LineKind
    old: int | None
    new: int | None
    content: bytes
    lacks_newline: bool = False


@dataclass(frozen=True, slots=True)
class Hunk:
    """Adjacent lines; `heading` is what stands behind the numbers, often the function around."""

    old_start: int
    old_count: int
    new_start: int
    new_count: int
    heading: bytes
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class FileChange:
    """What happened to one file, without its lines.

    The path that a side does not have is None, and so is its mode (six octal digits, as git has them).
    """

    kind: ChangeKind
    old_path: str | None
    new_path: str | None
    old_mode: str | None = None
    new_mode: str | None = None

    @property
    def path(self) -> str:
        """The path to show: the new one, or the old one of a removed file."""
        return self.new_path if self.new_path is not None else self.old_path or ""


@dataclass(frozen=True, slots=True)
class LineCount:
    """How many lines of a file came and went; both None for a file that has no lines."""

    path: str
    added: int | None
    removed: int | None


@dataclass(frozen=True, slots=True)
class FileDiff:
    """What happened to one file.

    The path that a side does not have is None, and so are modes and ids that the diff does not tell. `added` and
    `removed` count all lines; `hunks` holds the first ones only when `is_truncated`.
    """

    old_path: str | None
    new_path: str | None
    kind: ChangeKind
    old_mode: str | None = None
    new_mode: str | None = None
    old_id: str | None = None
    new_id: str | None = None
    is_binary: bool = False
    is_truncated: bool = False
    added: int = 0
    removed: int = 0
    hunks: tuple[Hunk, ...] = ()

    @property
    def path(self) -> str:
        """The path to show: the new one, or the old one of a removed file."""
        return self.new_path if self.new_path is not None else self.old_path or ""


def parse_diff(
    diff: Iterable[bytes], *, most_lines: int = MOST_LINES, most_bytes: int = MOST_BYTES
) -> Iterator[FileDiff]:
    """Read a diff that comes in pieces; each file is given as soon as it ends.

    Holds one file's lines at a time, and of these no more than allowed. What is no diff is skipped.
    """
    current: _File | None = None
    for line, is_cut in _split(diff):
        if current is not None and current.wants(line):
            current.take_line(line, is_cut=is_cut)
        elif line.startswith(b"diff --git "):
            if current is not None:
                yield current.finished()
            current = _File(line.removeprefix(b"diff --git "), most_lines, most_bytes)
        elif current is not None:
            current.take_header(line)
    if current is not None:
        yield current.finished()


@dataclass(slots=True)
class _OpenHunk:
    """A hunk whose lines are still coming; what is left says when it ends, whatever the lines look like."""

    old: int
    new: int
    old_left: int
    new_left: int
    frame: tuple[int, int, int, int, bytes]
    lines: list[Line] = field(default_factory=list)


class _File:
    """One file's part of a diff, as far as it was read."""

    def __init__(self, names: bytes, most_lines: int, most_bytes: int) -> None:
        self._paths: list[str | None] = list(_paths_of_head(names))
        self._kind = ChangeKind.MODIFIED
        self._modes: list[str | None] = [None, None]
        self._ids: list[str | None] = [None, None]
        self._is_binary = False
        self._is_truncated = False
        self._counts = {LineKind.CONTEXT: 0, LineKind.ADDED: 0, LineKind.REMOVED: 0}
        self._hunks: list[_OpenHunk] = []
        self._lines_left, self._bytes_left = most_lines, most_bytes
        self._has_kept_last = False

    def wants(self, line: bytes) -> bool:
        """Tell whether a line is content of the hunk that is open, not a header."""
        if not self._hunks:
            return False
        hunk, mark = self._hunks[-1], line[:1]
        if mark == b"\\":
            return True
        if mark == b"+":
            return hunk.new_left > 0
        if mark == b"-":
            return hunk.old_left > 0
        return mark in (b" ", b"") and hunk.old_left > 0 and hunk.new_left > 0

    def take_line(self, line: bytes, *, is_cut: bool) -> None:
        """Take a line of the open hunk."""
        hunk = self._hunks[-1]
        if line.startswith(b"\\"):
            if hunk.lines and self._has_kept_last:
                last = hunk.lines[-1]
                hunk.lines[-1] = Line(last.kind, last.old, last.new, last.content, lacks_newline=True)
            return
        kind = LineKind(line[:1].decode() or " ")  # some mailers strip the blank of an empty line
        self._counts[kind] += 1
        old = new = None
        if kind is not LineKind.ADDED:
            old, hunk.old, hunk.old_left = hunk.old, hunk.old + 1, hunk.old_left - 1
        if kind is not LineKind.REMOVED:
            new, hunk.new, hunk.new_left = hunk.new, hunk.new + 1, hunk.new_left - 1
        self._has_kept_last = not self._is_full(len(line))
        if self._has_kept_last:
            hunk.lines.append(Line(kind, old, new, line[1:]))
            self._lines_left -= 1
            self._bytes_left -= len(line)
        self._is_truncated = self._is_truncated or is_cut or not self._has_kept_last

    def take_header(self, line: bytes) -> None:
        """Take a line outside of hunks; unknown ones say nothing."""
        if line.startswith(b"@@ "):
            self._open(line)
        elif self._hunks or self._is_binary:
            return
        elif line.startswith(_BINARY):
            self._is_binary = True
        else:
            for start, act in self._headers.items():
                if line.startswith(start):
                    act(self, line.removeprefix(start))
                    break

    def finished(self) -> FileDiff:
        """Give what was read."""
        return FileDiff(
            old_path=None if self._kind is ChangeKind.ADDED else self._paths[0],
            new_path=None if self._kind is ChangeKind.REMOVED else self._paths[1],
            kind=self._kind,
            old_mode=self._modes[0],
            new_mode=self._modes[1],
            old_id=self._ids[0],
            new_id=self._ids[1],
            is_binary=self._is_binary,
            is_truncated=self._is_truncated,
            added=self._counts[LineKind.ADDED],
            removed=self._counts[LineKind.REMOVED],
            hunks=tuple(Hunk(*hunk.frame, tuple(hunk.lines)) for hunk in self._hunks if hunk.lines),
        )

    def _is_full(self, size: int) -> bool:
        return self._is_truncated or self._lines_left <= 0 or self._bytes_left < size

    def _open(self, line: bytes) -> None:
        match = _HUNK.fullmatch(line)
        if match is None:
            return
        old, old_count, new, new_count = (1 if part is None else int(part) for part in match.groups()[:4])
        if self._is_truncated and self._hunks and not self._hunks[-1].lines:
            self._hunks.pop()  # hunks of which nothing is kept need not be kept either
        self._hunks.append(_OpenHunk(old, new, old_count, new_count, (old, old_count, new, new_count, match.group(5))))

    def _name(self, side: int, name: bytes) -> None:
        self._paths[side] = unquoted(name)

    def _marked_name(self, side: int, name: bytes) -> None:
        """Take the path behind `---` or `+++`, with its prefix, and with a tab where it holds blanks."""
        if name.rstrip(b"\t") != b"/dev/null":
            self._paths[side] = unquoted(name.removesuffix(b"\t")).partition("/")[2]

    def _mode(self, side: int, mode: bytes) -> None:
        self._modes[side] = mode.strip().decode("ascii", "replace")

    def _moved(self, name: bytes, kind: ChangeKind) -> None:
        self._kind = kind
        self._name(1, name)

    def _made(self, side: int, mode: bytes) -> None:
        """Take the only mode: of the new side for an added file, of the old one for a removed file."""
        self._kind = ChangeKind.ADDED if side else ChangeKind.REMOVED
        self._mode(side, mode)

    def _index(self, value: bytes) -> None:
        match = _INDEX.match(value)
        if match is None:
            return
        old, new, mode = match.groups()
        self._ids = [raw_id.decode("ascii") if raw_id.strip(b"0") else None for raw_id in (old, new)]
        if mode is not None:
            self._modes = [mode.decode("ascii")] * 2

    _headers: ClassVar[dict[bytes, Callable[[_File, bytes], None]]] = {
        b"old mode ": lambda self, rest: self._mode(0, rest),
        b"new mode ": lambda self, rest: self._mode(1, rest),
        b"new file mode ": lambda self, rest: self._made(1, rest),
        b"deleted file mode ": lambda self, rest: self._made(0, rest),
        b"rename from ": lambda self, rest: self._name(0, rest),
        b"rename to ": lambda self, rest: self._moved(rest, ChangeKind.RENAMED),
        b"copy from ": lambda self, rest: self._name(0, rest),
        b"copy to ": lambda self, rest: self._moved(rest, ChangeKind.COPIED),
        b"index ": _index,
        b"--- ": lambda self, rest: self._marked_name(0, rest),
        b"+++ ": lambda self, rest: self._marked_name(1, rest),
    }


def _paths_of_head(names: bytes) -> tuple[str, str]:
    """Read `a/x b/x`, ambiguous where names hold blanks; of use only where both are the same name."""
    quoted = _QUOTED.match(names)
    if quoted is not None:
        first, second = quoted.group(), names[quoted.end() + 1 :]
    else:
        middle = len(names) // 2
        first, second = names[:middle], names[middle + 1 :]
    return unquoted(first).partition("/")[2], unquoted(second).partition("/")[2]


def _split(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Give lines without line feeds, and whether the line was cut for its length."""
    rest, is_cut = b"", False
    for piece in pieces:
        first, *others = piece.split(b"\n")
        rest += first
        if len(rest) > LONGEST_LINE:
            rest, is_cut = rest[:LONGEST_LINE], True
        for following in others:
            yield rest, is_cut
            rest, is_cut = following, False
    if rest:
        yield rest, is_cut
