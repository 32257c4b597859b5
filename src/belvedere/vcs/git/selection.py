"""Which commits a query keeps: numbers and dates by the index, the rest by git, over ranges of numbers that grow."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

from belvedere.vcs.errors import PathNotFound
from belvedere.vcs.git.index import Index, Row
from belvedere.vcs.git.movement import range_of
from belvedere.vcs.git.objects import changeset_from
from belvedere.vcs.git.process import Git, lines
from belvedere.vcs.git.store import store_at
from belvedere.vcs.git.touched import read_log
from belvedere.vcs.git.trees import encoded
from belvedere.vcs.model import ChangesetQuery

Sieve = Callable[[list[Row]], list[Row]]

_EVER = 1 << 62
_FIRST, _LARGEST = 256, 16_384
_IN_MEMORY = 10_000


@dataclass(frozen=True, slots=True)
class Bounds:
    """Numbers and dates that a query allows, ends included."""

    low: int
    high: int
    since: int = -_EVER
    until: int = _EVER


def bounds_of(query: ChangesetQuery, low: int, high: int) -> Bounds:
    """Put the query's dates beside its numbers, and narrow these."""
    if query.numbers is not None:
        low, high = max(low, query.numbers[0]), min(high, query.numbers[1])
    since = -_EVER if query.since is None else int(max(-_EVER, min(_EVER, -(-query.since // 1))))
    until = _EVER if query.until is None else int(max(-_EVER, min(_EVER, query.until // 1)))
    return Bounds(low, high, since, until)


def select(path: Path, query: ChangesetQuery, bounds: Bounds, tips: list[frozenset[bytes]]) -> Iterator[Row]:
    """Stream the commits in the query's order; of each set in `tips`, one has to reach a commit."""
    sieves = _sieves(path, query, tips)
    if sieves is None:
        return iter(())
    if not sieves and query.since is None and query.until is None:
        page = _page(store_at(path).index, query, bounds)
        return _sifted(path, page, sieves, descending=query.newest_first)
    end = None if query.limit is None else query.skip + query.limit
    newest = islice(_sifted(path, bounds, sieves, descending=True), query.skip, end)
    if query.newest_first:
        return newest
    if query.limit is not None and query.limit <= _IN_MEMORY:
        return reversed(list(newest))
    return _reversed(path, query, bounds, sieves, newest)


def _reversed(
    path: Path, query: ChangesetQuery, bounds: Bounds, sieves: list[Sieve], newest: Iterator[Row]
) -> Iterator[Row]:
    """Give oldest first what is too much to hold: find the ends, then read it the other way."""
    if query.skip or query.limit is not None:
        first = next(newest, None)
        if first is None:
            return iter(())
        bounds = replace(bounds, high=first.revision)
        if query.limit is not None:
            last = deque(newest, maxlen=1)
            bounds = replace(bounds, low=last[0].revision if last else first.revision)
    return _sifted(path, bounds, sieves, descending=False)


def _page(index: Index, query: ChangesetQuery, bounds: Bounds) -> Bounds:
    """Narrow the numbers to a page by counting, so that no skipped row is read."""
    high = index.count_back(min(bounds.high, index.top()), query.skip)
    if query.limit is None:
        return replace(bounds, high=high)
    return replace(bounds, high=high, low=max(bounds.low, index.count_back(high, query.limit) + 1))


def _sifted(path: Path, bounds: Bounds, sieves: list[Sieve], *, descending: bool) -> Iterator[Row]:
    low, high, size = bounds.low, bounds.high, _FIRST
    while low <= high:
        rows = store_at(path).index.page(low, high, bounds.since, bounds.until, size, descending=descending)
        kept = rows
        for sieve in sieves:
            kept = sieve(kept) if kept else kept
        yield from kept
        if len(rows) < size:
            return
        if descending:
            high = rows[-1].revision - 1
        else:
            low = rows[-1].revision + 1
        size = min(size * 4, _LARGEST)


def _sieves(path: Path, query: ChangesetQuery, tips: list[frozenset[bytes]]) -> list[Sieve] | None:
    """Make the filters that need git; None when nothing can pass."""
    sieves: list[Sieve] = []
    words = _patterns(query)
    if words is None:
        return None
    try:
        below = encoded(query.path or "")
    except PathNotFound:
        return None
    if below:
        sieves.append(lambda rows: _touching(path, rows, below, words))
    elif words:
        sieves.append(lambda rows: _saying(path, rows, words))
    # What a path or words leave is usually little, so that only then it is asked from where it can be reached.
    sieves += [partial(_reachable, path, each) for each in tips]
    if query.text is not None and "\n" in query.text:
        wanted = query.text.casefold()
        sieves.append(lambda rows: [row for row in rows if wanted in _message(path, row).casefold()])
    return sieves


def _patterns(query: ChangesetQuery) -> list[bytes] | None:
    """Say the words to look for to git; None for words that no commit has."""
    words = []
    for option, text in (("--author", query.author), ("--grep", query.text)):
        if not text:
            continue
        # Git takes a line break for "or": look for the longest line, and for the whole afterwards.
        line = max(text.split("\n"), key=len)
        if "\0" in text or (line != text and option == "--author"):
            return None
        words.append(f"{option}={line}".encode("utf-8", "surrogateescape"))
    return [b"--fixed-strings", b"--regexp-ignore-case", *words] if words else []


def _saying(path: Path, rows: list[Row], words: list[bytes]) -> list[Row]:
    wanted = range_of((row.id for row in rows), ())
    with Git(path).stream("rev-list", "--no-walk=unsorted", *words, "--stdin", stdin=wanted) as output:
        found = {bytes.fromhex(line.decode("ascii")) for line in lines(output)}
    return [row for row in rows if row.id in found]


def _touching(path: Path, rows: list[Row], below: bytes, words: list[bytes]) -> list[Row]:
    """Keep what changes something at or below a path; a merge only if it differs there from all its parents."""
    arguments = ("log", "--full-history", "-c", "--no-renames", "--name-status", "-z", "--format=%H")
    wanted = range_of((row.id for row in rows), _beneath(path, rows))
    with Git(path).stream(*arguments, *words, "--stdin", "--", below, stdin=wanted) as output:
        touching = read_log(lines(output, b"\0"))
        found = {bytes.fromhex(raw_id.decode("ascii")) for raw_id, changes in touching if changes}
    return [row for row in rows if row.id in found]


def _reachable(path: Path, tips: frozenset[bytes], rows: list[Row]) -> list[Row]:
    """Keep the ancestors of some commits: those that remain outside are usually few."""
    wanted = range_of((row.id for row in rows), tips | _beneath(path, rows))
    with Git(path).stream("rev-list", "--stdin", stdin=wanted) as output:
        outside = {bytes.fromhex(line.decode("ascii")) for line in lines(output)}
    return [row for row in rows if row.id not in outside]


def _beneath(path: Path, rows: list[Row]) -> set[bytes]:
    """Give parents numbered below all of the rows: git need not look further down than these."""
    lowest = min(row.revision for row in rows)
    if lowest == 0:
        return set()
    wanted = range_of((row.id for row in rows), ())
    parents: set[bytes] = set()
    with Git(path).stream("rev-list", "--no-walk=unsorted", "--parents", "--stdin", stdin=wanted) as output:
        for line in lines(output):
            parents.update(bytes.fromhex(part) for part in line.decode("ascii").split(" ")[1:])
    parents.difference_update(row.id for row in rows)
    standing = store_at(path).index.standing(parents)
    return {raw_id for raw_id, (revision, _) in standing.items() if revision < lowest}


def _message(path: Path, row: Row) -> str:
    return changeset_from(row.id.hex(), row.revision, store_at(path).read(row.id.hex())[1]).message
