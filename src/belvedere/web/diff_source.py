"""Two changesets of one repository and what lies between them, remembered as long as it is looked at."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from belvedere.repos.fetch import Readable
from belvedere.text.kept import Kept
from belvedere.text.paths import shown
from belvedere.vcs.diffs import ChangeKind, FileChange, FileDiff, LineCount, parse_diff
from belvedere.vcs.repository import Repository
from belvedere.web.diff_options import Options

MOST_LINES = 20_000
"""Lines of one file that can be looked at; the raw difference has all."""

_HEADERS = 200
"""Lines of a file's difference that are no lines of the file, at least; more of them cut it earlier."""
_MARGIN = 1 << 18
"""Bytes asked for beyond those that are read, so that what was cut is known to be."""
_WEIGHT = 600
_MEGABYTE = 1 << 20
_LONGEST_NAME = 80
_UNSAFE = re.compile(r"(?!-)\W")


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file among all that differ: its number from 1, and the ids of its part of the page and of its lines.

    `anchor` is the path with hyphens, as links of build servers have it; `prefix` holds letters, digits, hyphens and
    underscores only.
    """

    number: int
    change: FileChange
    anchor: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Read:
    """The lines of a file, as far as they were read; `is_exact` tells whether all of them were counted."""

    file: ChangedFile
    diff: FileDiff
    is_exact: bool


Counts = dict[str, LineCount]

_listed: Kept[list[ChangedFile]] = Kept(lambda files: _WEIGHT * len(files), most=24 * _MEGABYTE, largest=12 * _MEGABYTE)
_counted: Kept[Counts] = Kept(lambda counts: _WEIGHT * len(counts), most=12 * _MEGABYTE, largest=6 * _MEGABYTE)


class _TooLongError(Exception):
    """Counting took longer than somebody wanted to wait; it carries what was counted."""

    def __init__(self, found: Counts) -> None:
        super().__init__()
        self.found = found


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs from `old` to `new`, full hashes of changesets of one repository.

    `old` None means nothing at all, for a changeset without parents. `only` narrows to a file or directory.
    """

    repository: Readable
    opened: Repository
    old: str | None
    new: str
    only: str = ""

    def files(self) -> list[ChangedFile]:
        """Give every file that differs."""
        return _listed.get((self.repository.storage, self.old, self.new, self.only), self._list)

    def counts(self, options: Options, seconds: float) -> tuple[Counts, bool]:
        """Count lines by path for so long at most, and tell whether these are all."""
        key = (self.repository.storage, self.old, self.new, self.only, options.ignores_whitespace)
        try:
            return _counted.get(key, lambda: self._count(options, seconds)), True
        except _TooLongError as given_up:
            return given_up.found, False

    def diffs(
        self, files: Sequence[ChangedFile], options: Options, *, most_lines: int, most_bytes: int
    ) -> Iterator[Read]:
        """Stream the lines of some files in their order; a file without any is given without hunks.

        It ends early, after the last whole file, where reading on would take more than these bytes, or ten times these
        lines; of a single file the beginning is given then.
        """
        paths = {path for each in files for path in (each.change.old_path, each.change.new_path) if path is not None}
        waiting = {each.change.path: each for each in files}
        raw, is_one = self.raw(options, tuple(sorted(paths)), most=most_bytes + _MARGIN), len(files) == 1
        with closing(_Bounded(raw, most_bytes, most_lines + _HEADERS if is_one else 10 * most_lines)) as pieces:
            parsed = parse_diff(pieces, most_lines=most_lines)
            for path, diff in _joined(_whole(parsed, pieces, keeps_beginning=is_one)):
                if path not in waiting:
                    continue
                for name in list(waiting):
                    file = waiting.pop(name)
                    yield Read(file, diff if name == path else _without_lines(file), is_exact=not pieces.is_cut)
                    if name == path:
                        break
            if not pieces.is_cut:
                yield from (Read(file, _without_lines(file), is_exact=True) for file in waiting.values())

    def raw(
        self, options: Options, paths: tuple[str, ...] = (), *, binary: bool = False, most: int | None = None
    ) -> Iterator[bytes]:
        """Stream the difference as text, or as much of it as is wanted."""
        return self.opened.diff(
            self.old,
            self.new,
            paths=paths or ((self.only,) if self.only else ()),
            context=options.context,
            ignore_whitespace=options.ignores_whitespace,
            binary=binary,
            most=most,
        )

    def _list(self) -> list[ChangedFile]:
        changes = self.opened.file_changes(self.old, self.new)
        if self.only:
            below = f"{self.only}/"
            changes = [
                each
                for each in changes
                if any(path is not None and f"{path}/".startswith(below) for path in (each.old_path, each.new_path))
            ]
        return list(_named(changes))

    def _count(self, options: Options, seconds: float) -> Counts:
        deadline, found = time.monotonic() + seconds, Counts()
        paths = (self.only,) if self.only else ()
        counts = self.opened.line_counts(self.old, self.new, paths=paths, ignore_whitespace=options.ignores_whitespace)
        try:
            for each in counts:
                found[each.path] = each
                if time.monotonic() > deadline:
                    raise _TooLongError(found)
        finally:
            _end(counts)
        return found


class _Bounded:
    """The pieces of a stream up to a number of bytes and lines; `is_cut` once there was more."""

    def __init__(self, pieces: Iterator[bytes], most_bytes: int, most_lines: int) -> None:
        self._pieces, self._left, self._lines_left = pieces, most_bytes, most_lines
        self.is_cut = False

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            if self._left < 0 or self._lines_left < 0:
                self.is_cut = True
                return
            self._left -= len(piece)
            self._lines_left -= piece.count(b"\n")
            yield piece

    def close(self) -> None:
        """End what makes the pieces."""
        _end(self._pieces)


def _end(iterator: Iterator[object]) -> None:
    """Let a generator stop its process now, and not when its memory is found to be free."""
    close = getattr(iterator, "close", None)
    if close is not None:
        close()


def _whole(diffs: Iterator[FileDiff], pieces: _Bounded, *, keeps_beginning: bool) -> Iterator[FileDiff]:
    """Leave out the file in which the pieces were cut, or tell that it is only a beginning."""
    for each in diffs:
        if not pieces.is_cut:
            yield each
        elif keeps_beginning:
            yield replace(each, is_truncated=True)


def _named(changes: Iterable[FileChange]) -> Iterator[ChangedFile]:
    """Give each file ids that no other has; those of two files that read alike are told apart by numbers."""
    taken: dict[str, int] = {}
    for number, change in enumerate(changes, start=1):
        path = shown(change.path)
        anchor = _free("C-" + re.sub(r"[/\s]", "-", path), taken)
        prefix = _UNSAFE.sub("", re.sub(r"\s", "_", path)).lower()
        if not prefix or len(prefix) > _LONGEST_NAME:
            prefix = f"f{number}"
        yield ChangedFile(number, change, anchor, _free(prefix, taken))


def _free(name: str, taken: dict[str, int]) -> str:
    count = taken[name] = taken.get(name, 0) + 1
    return name if count == 1 else _free(f"{name}-{count}", taken)


def _without_lines(file: ChangedFile) -> FileDiff:
    change = file.change
    return FileDiff(change.old_path, change.new_path, change.kind, change.old_mode, change.new_mode)


def _joined(diffs: Iterator[FileDiff]) -> Iterator[tuple[str, FileDiff]]:
    """Make one of a removed and an added file of the same path: git writes a changed kind of file so."""
    before: FileDiff | None = None
    for each in diffs:
        if before is not None and before.path == each.path:
            before = replace(
                before,
                new_path=each.new_path,
                kind=ChangeKind.MODIFIED,
                new_mode=each.new_mode,
                new_id=each.new_id,
                is_binary=before.is_binary or each.is_binary,
                is_truncated=before.is_truncated or each.is_truncated,
                added=before.added + each.added,
                removed=before.removed + each.removed,
                hunks=before.hunks + each.hunks,
            )
            continue
        if before is not None:
            yield before.path, before
        before = each
    if before is not None:
        yield before.path, before
