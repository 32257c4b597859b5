"""Which commit each line, and each entry of a directory, came with."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from belvedere.vcs.git.objects import HEX_LENGTH
from belvedere.vcs.git.process import Git, lines
from belvedere.vcs.git.touched import read_log
from belvedere.vcs.model import AnnotatedBlock
from belvedere.vcs.quoting import unquoted

_Changes = tuple[bytes, list[tuple[bytes, bytes]]]

_FEW_NAMES = 8
"""Names up to which git compares faster when it is told what to look for."""
_FIRST, _LARGEST = 1000, 64_000
"""Commits that are compared at first, and at most at once."""


@dataclass(frozen=True, slots=True)
class _Found:
    raw_id: str
    origin_line: int
    line: int
    count: int
    origin_path: str


def annotate(path: Path, raw_id: str, file: bytes, content: bytes) -> list[AnnotatedBlock]:
    """Annotate a file whose content is known: git tells only who and where, so that no line is sent twice."""
    texts = [part + b"\n" for part in content.split(b"\n")]
    texts[-1] = texts[-1][:-1]
    if not texts[-1]:
        texts.pop()
    if not texts:
        return []
    arguments = ("blame", "--incremental", "--no-textconv", raw_id, "--", file)  # blame knows no --end-of-options
    with Git(path).stream(*arguments) as output:
        found = sorted(_read_incremental(lines(output)), key=lambda item: item.line)
    return [
        AnnotatedBlock(
            item.raw_id,
            item.line,
            item.origin_path,
            item.origin_line,
            tuple(texts[item.line - 1 : item.line - 1 + item.count]),
        )
        for item in _joined(found)
    ]


def _read_incremental(output: Iterator[bytes]) -> Iterator[_Found]:
    """Read git's records: `<hash> <origin line> <line> <count>`, headers, and `filename` at the end of each."""
    head: list[bytes] = []
    for line in output:
        key, _, value = line.partition(b" ")
        if not head and len(key) == HEX_LENGTH:
            head = line.split(b" ")
        elif key == b"filename":
            origin, final, count = (int(part) for part in head[1:4])
            yield _Found(head[0].decode("ascii"), origin, final, count, unquoted(value))
            head = []


def _joined(found: list[_Found]) -> Iterator[_Found]:
    """Join neighbours that also stood together where they come from."""
    last: _Found | None = None
    for item in found:
        if (
            last is not None
            and (item.raw_id, item.origin_path) == (last.raw_id, last.origin_path)
            and item.line == last.line + last.count
            and item.origin_line == last.origin_line + last.count
        ):
            last = _Found(last.raw_id, last.origin_line, last.line, last.count + item.count, last.origin_path)
            continue
        if last is not None:
            yield last
        last = item
    if last is not None:
        yield last


def last_changed(path: Path, raw_id: str, folder: bytes, names: set[bytes]) -> dict[str, str]:
    """Tell for each name in a directory the newest commit that touched it or what is below.

    Reads the history from the newest commit and stops as soon as every name was seen.
    """
    missing, found = set(names), dict[str, str]()
    start = len(folder) + 1 if folder else 0
    if not missing:
        return {}
    history = _changes_below(path, raw_id, folder) if folder else _changes_of_root(path, raw_id, missing)
    with closing(history):
        for commit, changes in history:
            touched = {changed[start:].partition(b"/")[0] for _, changed in changes} & missing
            for name in touched:
                found[name.decode("utf-8", "surrogateescape")] = commit.decode("ascii")
            missing -= touched
            if not missing:
                break
    return found


def _changes_below(path: Path, raw_id: str, folder: bytes) -> Generator[_Changes]:
    arguments = ("log", "-c", "--no-renames", "--name-status", "-z", "--format=%H", "--end-of-options", raw_id, "--")
    with Git(path).stream(*arguments, folder) as output:
        yield from read_log(lines(output, b"\0"))


def _changes_of_root(path: Path, raw_id: str, missing: set[bytes]) -> Generator[_Changes]:
    """Compare the root's own lines alone, of these those that are missing still where they are few.

    It is a fraction of what it costs to look into every directory that differs.
    """
    skipped, size = 0, _FIRST
    while True:
        _, commits = Git(path).run("rev-list", f"--skip={skipped}", f"--max-count={size}", "--end-of-options", raw_id)
        if not commits:
            return
        names = sorted(missing) if len(missing) <= _FEW_NAMES else ()
        arguments = ("diff-tree", "--stdin", "--root", "-c", "--no-renames", "--name-status", "-z", "--")
        with Git(path).stream(*arguments, *names, stdin=commits) as output:
            yield from read_log(lines(output, b"\0"))
        skipped, size = skipped + size, min(size * 4, _LARGEST)
