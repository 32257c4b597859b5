"""Directories and files of a changeset, found in the sorted text of its manifest."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Any

from belvedere.vcs.errors import EmptyRepository, PathNotFound, named
from belvedere.vcs.hg.engine import revisions
from belvedere.vcs.hg.engine.names import to_path, to_text
from belvedere.vcs.model import Entry, EntryKind, RevisionLike

KINDS = {b"": EntryKind.FILE, b"x": EntryKind.EXECUTABLE, b"l": EntryKind.SYMLINK}
_AFTER_SLASH = b"0"  # the character after "/": what sorts before it begins with the directory's name
_HASH = 40
_REMEMBERED = 16_384
_sizes: dict[tuple[bytes, bytes], int] = {}
"""Sizes by repository and hash: opening a file's index takes longer than all else of a row.

Nothing checks a size against its hash, so that one repository's are not believed of another's.
"""


class Manifest:
    """The files of one changeset: lines of `path NUL hash flags`, sorted by bytes."""

    def __init__(self, ctx: Any) -> None:
        self.ctx = ctx
        manifest = ctx.manifest()
        if b"treemanifest" in ctx.repo().requirements:
            rows = (b"%s\0%s%s\n" % (name, node.hex().encode(), flags) for name, node, flags in manifest.iterentries())
            self.text = b"".join(sorted(rows))
        else:
            self.text = manifest.text()
        self.pins = _pins(ctx, manifest)

    def span(self, directory: bytes) -> tuple[int, int]:
        """Give where the lines below a directory begin and end; the root has all."""
        if not directory:
            return 0, len(self.text)
        start = self._seek(directory + b"/", 0)
        return start, self._seek(directory + _AFTER_SLASH, start)

    def find(self, path: bytes) -> tuple[bytes, bytes] | None:
        """Give the hex hash and flags of a file."""
        start = self._seek(path + b"\0", 0)
        if not path or not self.text.startswith(path + b"\0", start):
            return None
        line = self.text[start + len(path) + 1 : self.text.index(b"\n", start)]
        return line[:_HASH], line[_HASH:]

    def files(self, directory: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
        """Give path, hex hash and flags of each file below a directory."""
        start, end = self.span(directory)
        for line in self.text[start:end].splitlines():
            path, _, rest = line.partition(b"\0")
            yield path, rest[:_HASH], rest[_HASH:]

    def children(self, directory: bytes) -> Iterator[tuple[bytes, bytes, bytes, tuple[int, int]]]:
        """Give the same for the direct children only, each with its own span; jumps over what is below.

        The hash of a directory is empty.
        """
        start, end = self.span(directory)
        skipped = len(directory) + 1 if directory else 0
        while start < end:
            stop = self.text.index(b"\n", start)
            path, _, rest = self.text[start:stop].partition(b"\0")
            slash = path.find(b"/", skipped)
            if slash < 0:
                yield path, rest[:_HASH], rest[_HASH:], (start, stop + 1)
                start = stop + 1
            else:
                after = self._seek(path[:slash] + _AFTER_SLASH, stop + 1)
                yield path[:slash], b"", b"", (start, after)
                start = after

    def identify(self, span: tuple[int, int]) -> str:
        """Give a hash of what lies below a directory: Mercurial keeps none."""
        start, end = span
        return hashlib.sha1(memoryview(self.text)[start:end], usedforsecurity=False).hexdigest()

    def _seek(self, wanted: bytes, start: int) -> int:
        """Give where the first line that is not before `wanted` begins, at or after `start`."""
        text, end = self.text, len(self.text)
        while start < end:
            middle = text.rfind(b"\n", start, (start + end) // 2) + 1 or start
            stop = text.index(b"\n", middle)
            if text[middle:stop] < wanted:
                start = stop + 1
            else:
                end = middle
        return start


def _pins(ctx: Any, manifest: Any) -> list[tuple[bytes, str]]:
    """Give each subrepository's path and pinned revision; a file that nobody can read pins nothing."""
    if b".hgsubstate" not in manifest:
        return []
    pairs = (line.split(b" ", 1) for line in ctx[b".hgsubstate"].data().splitlines())
    return sorted((pair[1].strip(b"/"), to_text(pair[0])) for pair in pairs if len(pair) == 2 and pair[1].strip(b"/"))  # noqa: PLR2004 -- a pair


def tree(repo: Any, revision: RevisionLike, path: str, *, recursive: bool, sizes: bool) -> list[Entry]:
    """List a directory, as `Repository.tree`."""
    directory = to_path(path)
    try:
        number = revisions.number_of(repo, revision)
    except EmptyRepository:
        if directory or revision not in {None, "", "tip", "HEAD", -1}:
            raise
        return []
    manifest = Manifest(repo[number])
    entries = _below(manifest, directory, sizes=sizes) if recursive else _inside(manifest, directory, sizes=sizes)
    if directory and not entries:
        raise PathNotFound(f"there is no directory {named(path)}")
    return [entries[name] for name in sorted(entries)]


def _inside(manifest: Manifest, directory: bytes, *, sizes: bool) -> dict[bytes, Entry]:
    entries = {}
    for path, node, flags, span in manifest.children(directory):
        entries[path] = _file(manifest, path, node, flags, sizes=sizes) if node else _directory(manifest, path, span)
    prefix = directory + b"/" if directory else b""
    for path, pin in manifest.pins:
        if path.startswith(prefix):
            child = prefix + path[len(prefix) :].partition(b"/")[0]
            if child == path:
                entries[path] = Entry(to_text(path), EntryKind.SUBREPOSITORY, pin)
            elif child not in entries:
                entries[child] = _directory(manifest, child, manifest.span(child))
    return entries


def _below(manifest: Manifest, directory: bytes, *, sizes: bool) -> dict[bytes, Entry]:
    entries = {}
    prefix = directory + b"/" if directory else b""
    for path, node, flags in manifest.files(directory):
        entries[path] = _file(manifest, path, node, flags, sizes=sizes)
    for path, pin in manifest.pins:
        if path.startswith(prefix):
            entries[path] = Entry(to_text(path), EntryKind.SUBREPOSITORY, pin)
    for parent in _directories(entries, len(prefix)):
        entries[parent] = _directory(manifest, parent, manifest.span(parent))
    return entries


def _directories(paths: Iterable[bytes], start: int) -> set[bytes]:
    """Give every directory above the paths that is itself below the first `start` bytes."""
    directories: set[bytes] = set()
    for parent in {path.rpartition(b"/")[0] for path in paths}:
        above = parent
        while len(above) >= start and above and above not in directories:
            directories.add(above)
            above = above.rpartition(b"/")[0]
    return directories


def _directory(manifest: Manifest, path: bytes, span: tuple[int, int]) -> Entry:
    return Entry(to_text(path), EntryKind.DIRECTORY, manifest.identify(span))


def _file(manifest: Manifest, path: bytes, node: bytes, flags: bytes, *, sizes: bool) -> Entry:
    kind = KINDS.get(flags, EntryKind.FILE)
    size = file_size(manifest.ctx, path, node) if sizes else None
    return Entry(to_text(path), kind, node.decode("ascii"), size)


def file_size(ctx: Any, path: bytes, node: bytes) -> int:
    """Give the bytes of a file's content; from the file's index alone unless the file was copied."""
    repo = ctx.repo()
    key = repo.root, node
    known = _sizes.get(key)
    if known is None:
        filelog = repo.file(path)
        known = int(filelog.size(filelog.rev(bytes.fromhex(node.decode("ascii")))))
        if len(_sizes) >= _REMEMBERED:
            _sizes.clear()
        _sizes[key] = known
    return known


def entry(repo: Any, number: int, path: str) -> Entry:
    """Give what stands at a path, as `Repository.entry`."""
    stored, manifest = to_path(path), Manifest(repo[number])
    found = manifest.find(stored)
    if found is not None:
        return _file(manifest, stored, *found, sizes=True)
    at = bisect_left(manifest.pins, (stored, ""))
    if stored and at < len(manifest.pins) and manifest.pins[at][0] == stored:
        return Entry(to_text(stored), EntryKind.SUBREPOSITORY, manifest.pins[at][1])
    start, end = manifest.span(stored)
    if stored and start == end and not any(pin.startswith(stored + b"/") for pin, _ in manifest.pins):
        raise PathNotFound(f"there is no {named(path)}")
    return _directory(manifest, stored, (start, end))


def file_context(ctx: Any, path: str) -> Any:
    """Give the file at a path, or raise `PathNotFound`."""
    stored = to_path(path)
    if stored not in ctx.manifest():
        raise PathNotFound(f"there is no file {named(path)}")
    return ctx[stored]


def read(repo: Any, number: int, path: str, limit: int | None) -> bytes:
    """Give a file's content, or the beginning of it."""
    content: bytes = file_context(repo[number], path).data()
    return content if limit is None else content[: max(limit, 0)]
