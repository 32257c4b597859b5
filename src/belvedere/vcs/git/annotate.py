"""Which commit each line, and each entry of a directory, came with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from belvedere.vcs.git.objects import HEX_LENGTH
from belvedere.vcs.git.process import Git, lines
from belvedere.vcs.git.touched import read_log
from belvedere.vcs.model import AnnotatedBlock
from belvedere.vcs.quoting import unquoted


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

    Reads the log from the newest commit and stops it as soon as every name was seen.
    """
    missing, found = set(names), {}
    start = len(folder) + 1 if folder else 0
    arguments = ("log", "-c", "--no-renames", "--name-status", "-z", "--format=%H", "--end-of-options", raw_id, "--")
    if not missing:
        return {}
    with Git(path).stream(*arguments, *((folder,) if folder else ())) as output:
        for commit, changes in read_log(lines(output, b"\0")):
            touched = {changed[start:].partition(b"/")[0] for _, changed in changes} & missing
            for name in touched:
                found[name.decode("utf-8", "surrogateescape")] = commit.decode("ascii")
            missing -= touched
            if not missing:
                break
    return found
