"""Every request that the pool answers, by name; the client's side of the table is `repository.py`."""

from __future__ import annotations

import itertools
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from socket import MSG_DONTWAIT, MSG_PEEK, socket
from types import FrameType
from typing import IO, Any, cast

from belvedere.vcs.diffs import LineCount
from belvedere.vcs.hg import frames
from belvedere.vcs.hg.engine import (
    annotation,
    archives,
    changesets,
    committing,
    creation,
    differences,
    history,
    lineage,
    movement,
    newest,
    opening,
    pulling,
    refs,
    revisions,
    serving,
    tree,
    upkeep,
)
from belvedere.vcs.hg.engine.opening import Opened
from belvedere.vcs.model import ChangesetQuery, RefKind
from belvedere.vcs.progress import SECONDS_BETWEEN_LOOKS, Progress
from belvedere.vcs.remote import Remote

Work = Callable[[], Any]

WHOLE_DIFF = 1 << 20
"""Bytes of difference that a reading worker gives; more is streamed by a process of its own."""
QUICK = 0.1
"""Seconds that a reading worker counts lines; what takes longer is for a process of its own."""
TOGETHER = 200

_READING: dict[str, Callable[..., Any]] = {}
_SLOW: dict[str, Callable[..., Any]] = {}
_STREAMING: dict[str, Callable[..., Any]] = {}


def _in(table: dict[str, Callable[..., Any]]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def register(operation: Callable[..., Any]) -> Callable[..., Any]:
        table[operation.__name__] = operation
        return operation

    return register


def answer(shelf: opening.Shelf, name: str, path: str, arguments: tuple[Any, ...]) -> Any:
    """Answer a request that takes a moment."""
    return _READING[name](shelf.fetch(path) if path else None, *arguments)


def answer_slowly(line: Line, name: str, path: str, arguments: tuple[Any, ...]) -> Any:
    """Answer a request that may take long or writes, in a process of its own; items go out while they come."""
    if name in _STREAMING:
        return _STREAMING[name](line, path, *arguments)
    if name in _SLOW:
        return _SLOW[name](path, *arguments)
    return answer(opening.Shelf(), name, path, arguments)


@_in(_READING)
def ping(_opened: None) -> bool:
    """Show that a worker is there."""
    return True


@_in(_READING)
def permissions(_opened: None) -> dict[str, bool]:
    """Tell which commands of the wire write."""
    return serving.permissions()


@_in(_READING)
def is_empty(opened: Opened) -> bool:
    """See `Repository`; so for every operation below that has a name of its."""
    return revisions.is_empty(opened.served)


@_in(_READING)
def get_refs(opened: Opened) -> Any:
    """Give the refs, computed once for each state of the repository."""
    if "refs" not in opened.memory:
        opened.memory["refs"] = refs.refs(opened.served)
    return opened.memory["refs"]


@_in(_READING)
def resolve(opened: Opened, revision: Any) -> str:
    """See `Repository`."""
    return revisions.resolve(opened.served, revision)


@_in(_READING)
def count(opened: Opened, until: int | None) -> int:
    """See `Repository`."""
    return revisions.count(opened.served, until)


@_in(_READING)
def changeset(opened: Opened, revision: Any, files: bool) -> Any:
    """See `Repository`."""
    return changesets.changeset(opened.served, revisions.number_of(opened.served, revision), files=files)


@_in(_READING)
def several(opened: Opened, raw_ids: tuple[str, ...]) -> Any:
    """See `Repository`."""
    reader = changesets.Reader(opened.served)
    return [reader.changeset(revisions.number_of(opened.served, raw_id)) for raw_id in raw_ids]


@_in(_READING)
def numbers(opened: Opened, raw_ids: tuple[str, ...]) -> dict[str, int]:
    """See `Repository`."""
    return revisions.numbers(opened.served, raw_ids)


@_in(_READING)
def distances(opened: Opened, base: str, heads: tuple[str, ...], seconds: float) -> dict[str, tuple[int, int]]:
    """See `Repository`."""
    return history.distances(opened.served, base, heads, seconds)


@_in(_READING)
def lineage_of(opened: Opened, revision: Any) -> Any:
    """See `Repository`."""
    return lineage.lineage(opened.served, revisions.number_of(opened.served, revision))


@_in(_READING)
def changeset_page(opened: Opened, query: tuple[Any, ...], numbers_only: bool, continued: bool) -> Any:
    """Give a slice of a walk and the query for the rest."""
    return history.page(opened.served, ChangesetQuery(*query), numbers_only=numbers_only, continued=continued)


@_in(_READING)
def ancestor(opened: Opened, one: Any, other: Any) -> str | None:
    """See `Repository`."""
    repo = opened.served
    return history.ancestor(repo, revisions.number_of(repo, one), revisions.number_of(repo, other))


@_in(_READING)
def common_ancestors(opened: Opened, one: Any, other: Any) -> list[str]:
    """See `Repository`."""
    repo = opened.served
    return history.common_ancestors(repo, revisions.number_of(repo, one), revisions.number_of(repo, other))


@_in(_READING)
def missing(opened: Opened, base: Any, head: Any, most: int | None) -> list[str]:
    """See `Repository`."""
    repo = opened.served
    return history.missing(repo, revisions.number_of(repo, base), revisions.number_of(repo, head), most)


@_in(_READING)
def children(opened: Opened, revision: Any) -> list[str]:
    """See `Repository`."""
    return history.children(opened.served, revisions.number_of(opened.served, revision))


@_in(_READING)
def get_tree(opened: Opened, revision: Any, path: str, recursive: bool, sizes: bool) -> Any:
    """See `Repository`."""
    return tree.tree(opened.served, revision, path, recursive=recursive, sizes=sizes)


@_in(_READING)
def entry(opened: Opened, revision: Any, path: str) -> Any:
    """See `Repository`."""
    return tree.entry(opened.served, revisions.number_of(opened.served, revision), path)


@_in(_READING)
def read(opened: Opened, revision: Any, path: str, limit: int | None) -> bytes:
    """See `Repository`."""
    return tree.read(opened.served, revisions.number_of(opened.served, revision), path, limit)


@_in(_READING)
def last_changed(opened: Opened, revision: Any, path: str) -> dict[str, str]:
    """See `Repository`."""
    return newest.last_changed(opened.served, revision, path)


@_in(_READING)
def changed_paths(opened: Opened, old: Any, new: Any) -> Any:
    """See `Repository`."""
    return differences.changed_paths(opened.served, old, new)


@_in(_READING)
def file_changes(opened: Opened, old: Any, new: Any) -> Any:
    """See `Repository`."""
    return differences.file_changes(opened.served, old, new)


@_in(_READING)
def quick_line_counts(
    opened: Opened, old: Any, new: Any, paths: tuple[str, ...], ignoring: bool
) -> list[LineCount] | None:
    """Give all numbers of lines, or None if that takes too long."""
    deadline, found = time.monotonic() + QUICK, []
    for each in differences.line_counts(opened.served, old, new, paths, ignore_whitespace=ignoring):
        found.append(each)
        if time.monotonic() > deadline:
            return None
    return found


@_in(_READING)
def small_diff(
    opened: Opened,
    old: Any,
    new: Any,
    paths: tuple[str, ...],
    context: int,
    ignoring: bool,
    binary: bool,
    most: int | None,
) -> bytes | None:
    """Give the whole difference or as much as is wanted, or None if it is so large that it must be streamed."""
    text = bytearray()
    repo = opened.served
    for chunk in differences.diff(repo, old, new, paths, context, ignore_whitespace=ignoring, binary=binary):
        text += chunk
        if most is not None and len(text) > most:
            break
        if most is None and len(text) > WHOLE_DIFF:
            return None
    return bytes(text)


@_in(_READING)
def catch_up(opened: Opened) -> Any:
    """See `Repository`."""
    return movement.catch_up(opened.unfiltered)


@_in(_READING)
def claim(opened: Opened, token: str) -> Any:
    """Tell what a push moved."""
    return movement.claim(opened.unfiltered, token)


@_in(_READING)
def wire_call(opened: Opened, head: tuple[Any, ...]) -> Any:
    """Run a short command of the wire that reads, and give its whole answer."""
    found = serving.answer(opened.unfiltered, serving.Head(*head), _Nothing())
    return found.status, found.headers, b"".join(found.chunks)


@_in(_SLOW)
def create(path: str) -> None:
    """Create a repository."""
    creation.create(path)


@_in(_SLOW)
def probe(_path: str, remote: dict[str, Any]) -> None:
    """See `Backend`."""
    pulling.probe(Remote(**remote))


@_in(_SLOW)
def set_ref(path: str, kind: str, name: str, raw_id: str, expected: str | None) -> None:
    """See `Repository`."""
    refs.set_ref(opening.open_repository(path), RefKind(kind), name, raw_id, expected)


@_in(_SLOW)
def delete_ref(path: str, kind: str, name: str) -> None:
    """See `Repository`."""
    refs.delete_ref(opening.open_repository(path), RefKind(kind), name)


@_in(_SLOW)
def commit(
    path: str,
    parent: str | None,
    changes: dict[bytes, bytes | None],
    said: tuple[bytes, bytes, float | None],
    branch: str | None,
) -> str:
    """See `Repository`."""
    return committing.commit(path, parent, changes, committing.Words(*said), branch)


@_in(_SLOW)
def verify(path: str) -> list[str]:
    """See `Repository`."""
    return upkeep.verify(opening.open_repository(path))


@_in(_SLOW)
def maintain(path: str) -> None:
    """See `Repository`."""
    upkeep.maintain(opening.open_repository(path))


@_in(_SLOW)
def annotate(path: str, revision: Any, file: str) -> Any:
    """See `Repository`; seconds for a large file."""
    repo = opening.open_repository(path).filtered(b"served")
    return annotation.annotate(repo, revisions.number_of(repo, revision), file)


@_in(_STREAMING)
def diff(
    line: Line, path: str, old: Any, new: Any, paths: tuple[str, ...], context: int, ignoring: bool, binary: bool
) -> None:
    """Stream a large difference."""
    repo = opening.open_repository(path).filtered(b"served")
    sink = Sink(line)
    for chunk in differences.diff(repo, old, new, paths, context, ignore_whitespace=ignoring, binary=binary):
        sink.write(chunk)
    sink.flush()


@_in(_STREAMING)
def line_counts(line: Line, path: str, old: Any, new: Any, paths: tuple[str, ...], ignoring: bool) -> None:
    """Stream the numbers of lines of a large difference, many at a time."""
    repo = opening.open_repository(path).filtered(b"served")
    counts = differences.line_counts(repo, old, new, paths, ignore_whitespace=ignoring)
    while part := list(itertools.islice(counts, TOGETHER)):
        line.send((frames.ITEM, part))


@_in(_STREAMING)
def content(line: Line, path: str, revision: Any, file: str) -> None:
    """Stream a file."""
    repo = opening.open_repository(path).filtered(b"served")
    sink = Sink(line)
    sink.write(tree.read(repo, revisions.number_of(repo, revision), file, None))
    sink.flush()


@_in(_STREAMING)
def archive(line: Line, path: str, revision: Any, archive_format: Any, prefix: str, directory: str) -> None:
    """Stream an archive."""
    repo = opening.open_repository(path).filtered(b"served")
    sink = Sink(line)
    archives.archive(
        repo, revisions.number_of(repo, revision), archive_format, prefix, directory, cast(IO[bytes], sink)
    )
    sink.flush()


@_in(_STREAMING)
def wire(line: Line, path: str, head: tuple[Any, ...], writes: bool) -> None:
    """Run any command of the wire: frames of the body come in; status and headers, then the answer's body, go out."""
    run = serving.answer_writing if writes else serving.answer
    found = run(opening.open_repository(path), serving.Head(*head), Upload(line.connection))
    line.send((frames.ITEM, (found.status, found.headers, found.token)))
    sink = Sink(line)
    for chunk in found.chunks:
        sink.write(chunk)
    sink.flush()


@_in(_STREAMING)
def pull(line: Line, path: str, source: dict[str, Any] | str) -> str | None:
    """Bring in what the source has, telling how far that is, and give the token that claims what it moved."""
    line.be_watched()
    return pulling.pull(path, Remote(**source) if isinstance(source, dict) else source, line.tell)


class ClientGone(BaseException):
    """Nobody waits for the answer any more.

    Not an `Exception`: it interrupts Mercurial anywhere, which must neither take it for a fault of a file nor go on.
    """


@dataclass(slots=True)
class Line:
    """The way back to the client of a long request."""

    connection: socket
    busy: bool = False
    is_watched: bool = False

    def be_watched(self) -> None:
        """Expect that the client calls the work off, by saying that it will send no more."""
        self.is_watched = True
        signal.setitimer(signal.ITIMER_REAL, SECONDS_BETWEEN_LOOKS, SECONDS_BETWEEN_LOOKS)

    def send(self, value: object) -> None:
        """Send a frame; as slow as the client takes it."""
        self.busy = True
        frames.send(self.connection, value)
        self.busy = False

    def tell(self, progress: Progress) -> None:
        """Send how far the work is; raises if nobody wants to hear."""
        try:
            self.send((frames.ALIVE, progress))
        except OSError:
            raise ClientGone from None
        self._listen()

    def beat(self, _signal: int, _frame: FrameType | None) -> None:
        """Say that the work goes on, unless a frame is just on its way; raises if nobody is there to hear."""
        if not self.busy:
            try:
                frames.send(self.connection, (frames.ALIVE,))
            except OSError:
                raise ClientGone from None
            self._listen()

    def _listen(self) -> None:
        """Raise if the client has called the work off."""
        with suppress(BlockingIOError):
            if self.is_watched and not self.connection.recv(1, MSG_PEEK | MSG_DONTWAIT):
                raise ClientGone


class Sink:
    """Gathers bytes into frames of a fair size."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._gathered = bytearray()

    def write(self, content: bytes, /) -> int:
        """Take bytes, and send all that is gathered once it is enough."""
        self._gathered += content
        if len(self._gathered) >= frames.CHUNK:
            self.flush()
        return len(content)

    def flush(self) -> None:
        """Send what is gathered."""
        for chunk in _slices(bytes(self._gathered)):
            self._line.send((frames.ITEM, chunk))
        self._gathered.clear()


def _slices(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), 4 * frames.CHUNK):
        yield content[start : start + 4 * frames.CHUNK]


@dataclass(slots=True)
class Upload:
    """A body that arrives in frames, the last of them empty; a client that goes away earlier raises `HungUp`."""

    connection: socket
    rest: bytes = b""
    ended: bool = False

    def read(self, size: int = -1, /) -> bytes:
        """Give at most `size` bytes (all, if negative), `b""` at the end."""
        if size < 0:
            return b"".join(iter(lambda: self.read(frames.CHUNK), b""))
        if not self.rest and not self.ended:
            self.rest = frames.receive(self.connection)
            self.ended = not self.rest
        found, self.rest = self.rest[:size], self.rest[size:]
        return found


class _Nothing:
    """The body of a request that has none."""

    def read(self, _size: int = -1, /) -> bytes:
        """Give nothing."""
        return b""
