"""Streams of changesets out of pages: nothing is kept on either side between two of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from belvedere.vcs.hg import client, remembered, rows
from belvedere.vcs.model import Changeset, ChangesetQuery

PAGE = 250
"""The most changesets that are turned round in memory; longer walks find their oldest end first.

The first slice of a walk that wants no more is remembered.
"""

Slice = tuple[tuple[Any, ...], ChangesetQuery | None]


def changesets(path: Path, query: ChangesetQuery) -> Iterator[Changeset]:
    """Stream what `query` keeps; mistakes in it are raised at once."""
    if query.newest_first or not (query.skip or query.limit is not None):
        return _stream(path, _slice(path, query))
    if query.limit is not None and query.limit <= PAGE:
        return _turned(path, query)
    return _from_the_oldest(path, query)


def _slice(path: Path, query: ChangesetQuery, *, numbers_only: bool = False, continued: bool = False) -> Slice:
    asked = ("changeset_page", str(path), query, numbers_only, continued)
    if query.limit is not None and query.limit <= PAGE and not continued:
        return remembered.ask(_numbers if numbers_only else _changesets, *asked)
    return (_numbers if numbers_only else _changesets)(client.call(*asked))


def _changesets(answer: tuple[Any, Any]) -> Slice:
    return tuple(map(rows.changeset, answer[0])), _rest(answer)


def _numbers(answer: tuple[Any, Any]) -> Slice:
    return answer[0], _rest(answer)


def _rest(answer: tuple[Any, Any]) -> ChangesetQuery | None:
    return None if answer[1] is None else ChangesetQuery(*answer[1])


def _stream(path: Path, begun: Slice) -> Iterator[Changeset]:
    found, rest = begun
    yield from found
    while rest is not None:
        found, rest = _slice(path, rest, continued=True)
        yield from found


def _turned(path: Path, query: ChangesetQuery) -> Iterator[Changeset]:
    newest_first = list(changesets(path, replace(query, newest_first=True)))
    return reversed(newest_first)


def _from_the_oldest(path: Path, query: ChangesetQuery) -> Iterator[Changeset]:
    """Find the numbers between which the wanted ones lie, then walk forward."""
    newest = _number_at(path, query, query.skip)
    if newest is None:
        return iter(())
    oldest = None if query.limit is None else _number_at(path, query, query.skip + query.limit - 1)
    start = query.start if oldest is None else oldest
    return changesets(path, replace(query, start=start, end=newest, skip=0, limit=None))


def _number_at(path: Path, query: ChangesetQuery, skip: int) -> int | None:
    """Give the number of the first changeset after `skip` of the newest."""
    numbers, rest = _slice(path, replace(query, newest_first=True, skip=skip, limit=1, files=False), numbers_only=True)
    while not numbers and rest is not None:
        numbers, rest = _slice(path, rest, numbers_only=True, continued=True)
    return int(numbers[0]) if numbers else None
