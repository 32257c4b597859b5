"""Walking through changesets a slice at a time, so that no question holds a worker for long."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from belvedere.vcs.errors import RevisionNotFound, named
from belvedere.vcs.hg.engine import revisions
from belvedere.vcs.hg.engine.changesets import Reader
from belvedere.vcs.hg.engine.names import to_bytes, to_path
from belvedere.vcs.hg.engine.touched import touching
from belvedere.vcs.model import Changeset, ChangesetQuery, RevisionLike

SLICE = 0.3
"""Seconds after which a walk stops and says where to go on."""

BATCH = 250
"""Changesets in one answer at most."""


class Rest(NamedTuple):
    """Where a walk goes on: the next number, how many are still to be skipped, and how many are still wanted."""

    number: int
    skip: int
    limit: int | None


Filter = Callable[[int], bool]


def page(
    repo: Any, query: ChangesetQuery, *, numbers_only: bool = False, continued: bool = False
) -> tuple[list[Changeset] | list[int], ChangesetQuery | None]:
    """Give the first changesets of `query` in its order, and the query for the rest (None at the end).

    `skip` and `limit` count in the order of the walk, whatever that is. The rest's `start` and `end` are numbers.
    Without `numbers_only` there are `BATCH` changesets at most. A query is `continued` if it was given here.
    """
    if revisions.is_empty(repo):
        return [], None
    with repo.unfiltered().changelog.reading():  # one open file for all of them
        return _page(repo, query, numbers_only=numbers_only, continued=continued)


def _page(
    repo: Any, query: ChangesetQuery, *, numbers_only: bool, continued: bool
) -> tuple[list[Changeset] | list[int], ChangesetQuery | None]:
    first, last = _bounds(repo, query, continued=continued)
    reader = Reader(repo)
    filters = list(_filters(repo, query, reader))
    found, rest = _walk(_candidates(repo, query, first, last), filters, query, None if numbers_only else BATCH)
    query_for_rest = None if rest is None else _from_here(query, first, last, rest)
    if numbers_only:
        return found, query_for_rest
    return [reader.changeset(number, files=query.files) for number in found], query_for_rest


def _from_here(query: ChangesetQuery, first: int, last: int, rest: Rest) -> ChangesetQuery:
    if query.newest_first:
        return replace(query, start=first, end=rest.number, skip=rest.skip, limit=rest.limit)
    return replace(query, start=rest.number, end=last, skip=rest.skip, limit=rest.limit)


def _bounds(repo: Any, query: ChangesetQuery, *, continued: bool) -> tuple[int, int]:
    if query.branch is not None and to_bytes(query.branch) not in repo.branchmap():
        raise RevisionNotFound(f"there is no branch {named(query.branch)}")
    tip = revisions.tip(repo)

    def number(revision: RevisionLike) -> int:
        # A walk that goes on keeps its ends even if somebody hid them in the meantime.
        if continued and isinstance(revision, int):
            return min(revision, tip)
        return revisions.number_of(repo, revision)

    first, last = 0 if query.start is None else number(query.start), tip if query.end is None else number(query.end)
    if query.numbers is not None:
        first, last = max(first, query.numbers[0]), min(last, query.numbers[1])
    if query.heads is not None:  # ancestors have lower numbers
        last = min(last, max((revisions.number_of(repo, head) for head in query.heads), default=-1))
    return first, last


def _candidates(repo: Any, query: ChangesetQuery, first: int, last: int) -> Iterator[int]:
    """Give the visible numbers from one to the other in the query's order."""
    numbers: Iterable[int] = range(last, first - 1, -1) if query.newest_first else range(first, last + 1)
    if query.path is not None and query.path.strip("/"):
        numbers = touching(repo, to_path(query.path), first, last, newest_first=query.newest_first)
    hidden = repo.changelog.filteredrevs
    return (number for number in numbers if number not in hidden) if hidden else iter(numbers)


def _filters(repo: Any, query: ChangesetQuery, reader: Reader) -> Iterator[Filter]:
    """Give the tests that a number must pass, the cheapest first."""
    if query.branch is not None:
        branch, info = to_bytes(query.branch), repo.revbranchcache().branchinfo
        yield lambda number: info(number)[0] == branch
    if query.heads is not None:
        heads = [revisions.number_of(repo, head) for head in query.heads]
        yield repo.changelog.ancestors(heads, inclusive=True).__contains__
    if query.path is not None and (path := to_path(query.path)):
        below = path + b"/"
        yield lambda number: any(name == path or name.startswith(below) for name in reader.describe(number).files)
    since, until = query.since, query.until
    if since is not None:
        yield lambda number: reader.describe(number).date >= since
    if until is not None:
        yield lambda number: reader.describe(number).date <= until
    if query.author:
        author = query.author.casefold()
        yield lambda number: author in reader.describe(number).author.casefold()
    if query.text:
        text = query.text.casefold()
        yield lambda number: text in reader.describe(number).message.casefold()


def _walk(
    candidates: Iterator[int], filters: list[Filter], query: ChangesetQuery, most: int | None
) -> tuple[list[int], Rest | None]:
    """Collect what passes, and say where to go on."""
    found: list[int] = []
    skip, limit = max(query.skip, 0), query.limit
    deadline = time.monotonic() + SLICE
    for step, number in enumerate(candidates):
        if limit is not None and len(found) >= limit:
            return found, None
        if (most is not None and len(found) >= most) or (not step % 64 and step and time.monotonic() > deadline):
            return found, Rest(number, skip, None if limit is None else limit - len(found))
        if all(passes(number) for passes in filters):
            if skip:
                skip -= 1
            else:
                found.append(number)
    return found, None


def missing(repo: Any, base: int, head: int, most: int | None) -> list[str]:
    """Give the hashes that `head` reaches and `base` does not, oldest first; of too many, the newest `most`."""
    log = repo.changelog
    numbers = log.findmissingrevs(common=[base], heads=[head])
    first = 0 if most is None else max(len(numbers) - most, 0)
    return [log.node(number).hex() for number in numbers[first:]]


def common_ancestors(repo: Any, one: int, other: int) -> list[str]:
    """Give the hashes of all best common ancestors, that of `ancestor` first."""
    log = repo.changelog
    found = [node.hex() for node in log.commonancestorsheads(log.node(one), log.node(other)) if log.rev(node) >= 0]
    first = ancestor(repo, one, other)
    return sorted(found, key=lambda raw_id: (raw_id != first, raw_id))


def ancestor(repo: Any, one: int, other: int) -> str | None:
    """Give the best common ancestor's hash."""
    log = repo.changelog
    node = log.ancestor(log.node(one), log.node(other))
    return None if log.rev(node) < 0 else str(node.hex())


def distances(repo: Any, base: str, heads: Iterable[str], seconds: float) -> dict[str, tuple[int, int]]:
    """Count what each head has beyond the base, and the base beyond it, for as long as there is time."""
    deadline, missing_between = time.monotonic() + seconds, repo.changelog.findmissingrevs
    start = revisions.number_of(repo, base)
    found: dict[str, tuple[int, int]] = {}
    for raw_id in heads:
        if time.monotonic() > deadline:
            break
        head = revisions.number_of(repo, raw_id)
        ahead, behind = missing_between(common=[start], heads=[head]), missing_between(common=[head], heads=[start])
        found[raw_id] = (len(ahead), len(behind))
    return found


def children(repo: Any, number: int) -> list[str]:
    """Give the hashes of visible changesets that have this one as a parent, oldest first."""
    log, parents = repo.changelog, repo.unfiltered().changelog.parentrevs
    if number in log.headrevs():
        return []
    found = (each for each in range(number + 1, revisions.tip(repo) + 1) if number in parents(each))
    return [log.node(each).hex() for each in found if each not in log.filteredrevs]
