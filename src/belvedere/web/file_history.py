"""The history of one path: its changesets a page at a time, where it came from, and who wrote them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice

from belvedere.text.kept import Kept
from belvedere.vcs.errors import PathNotFound
from belvedere.vcs.model import Changeset, ChangesetQuery, split_author
from belvedere.vcs.repository import Repository
from belvedere.web.file_place import FilePlace

ON_A_PAGE = 50
MOST_COUNTED = 20_000
"""Changesets up to which authors are counted."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a path was called before, and the changeset until which it was."""

    path: str
    raw_id: str


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some changesets, newest first; `after` is where the next page begins, `origin` what is before the last one."""

    changesets: list[Changeset]
    after: str | None
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody and how many changesets of his touched a path; `share` of 100 beside the busiest."""

    name: str
    email: str
    count: int
    first: float
    last: float
    share: int


_authors: Kept[list[Author]] = Kept(lambda found: 300 * (len(found) + 1), most=4 << 20, largest=1 << 20)


def page_of(place: FilePlace, start: str | None) -> HistoryPage:
    """Give the page that begins at a changeset, or the first."""
    query = ChangesetQuery(path=place.path, heads=(place.raw_id,), end=start, limit=ON_A_PAGE + 1, newest_first=True)
    found = list(place.opened.changesets(query))
    after = found[ON_A_PAGE].raw_id if len(found) > ON_A_PAGE else None
    origin = origin_of(place.opened, place.path, found[-1]) if place.path and found and after is None else None
    return HistoryPage(found[:ON_A_PAGE], after, origin)


def origin_of(opened: Repository, path: str, oldest: Changeset) -> Origin | None:
    """Tell what a path was called before the changeset that brought it, if that one renamed it."""
    if not oldest.parents:
        return None
    renamed = opened.changed_paths(None, oldest.raw_id).renamed
    old = renamed.get(path)
    if old is None:
        old = _old_directory(renamed, path)
    return None if old is None else Origin(old, oldest.parents[0])


def authors_of(place: FilePlace) -> list[Author]:
    """Give who changed a path, the busiest first; of a very long history its newest part."""
    return _authors.get(place.key, lambda: _counted(place))


def exists_at(place: FilePlace, raw_id: str, path: str) -> bool:
    """Tell whether there is such a path at a changeset."""
    try:
        place.opened.entry(raw_id, path)
    except PathNotFound:
        return False
    return True


def _old_directory(renamed: dict[str, str], path: str) -> str | None:
    """Tell what a directory was called if all that was renamed into it came from one."""
    below = f"{path}/"
    old = {
        before.removesuffix(new.removeprefix(path)) if before.endswith(new.removeprefix(path)) else ""
        for new, before in renamed.items()
        if new.startswith(below)
    }
    return old.pop() if len(old) == 1 and "" not in old else None


def _counted(place: FilePlace) -> list[Author]:
    query = ChangesetQuery(path=place.path, heads=(place.raw_id,), newest_first=True)
    counts: Counter[tuple[str, str]] = Counter()
    dates: dict[tuple[str, str], tuple[float, float]] = {}
    for each in islice(place.opened.changesets(query), MOST_COUNTED):
        who = split_author(each.author)
        who = (who[0] or who[1].partition("@")[0], who[1])
        counts[who] += 1
        first, last = dates.get(who, (each.date, each.date))
        dates[who] = min(first, each.date), max(last, each.date)
    most = max(counts.values(), default=1)
    return [
        Author(name, email, count, *dates[name, email], share=max(1, count * 100 // most))
        for (name, email), count in counts.most_common()
    ]
