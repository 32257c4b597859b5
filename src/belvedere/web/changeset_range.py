"""Changesets in a row, as addresses name them: `<first>...<last>`, both included."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from belvedere.vcs.errors import RevisionNotFound
from belvedere.vcs.repository import Repository

BETWEEN = "..."
MOST_PARTS = 8
MOST = 20_000
"""Changesets of a range that are told one by one."""


@dataclass(frozen=True)
class Range:
    """Full hashes of the ends, and of what the first one builds upon (None for nothing).

    `is_straight` tells whether the last one has the first among its ancestors.
    """

    opened: Repository
    first: str
    last: str
    before: str | None
    is_straight: bool

    @cached_property
    def raw_ids(self) -> tuple[str, ...]:
        """All that is included, oldest first; of too many the first and the newest."""
        beyond = self.opened.missing(self.first, self.last, MOST - 1)
        return (self.first, *(each for each in beyond if each != self.first))

    @property
    def is_cut(self) -> bool:
        """Whether there may be more of them."""
        return len(self.raw_ids) >= MOST


def range_from(opened: Repository, text: str) -> Range | None:
    """Read a range; None for the name of one changeset (Mercurial allows dots in names)."""
    if BETWEEN not in text:
        return None
    names = text.split(BETWEEN)[:MOST_PARTS]
    missing = RevisionNotFound("a range is `<first>...<last>`")
    for place in range(1, len(names)):
        first, last = BETWEEN.join(names[:place]), BETWEEN.join(names[place:])
        if not (first and last):
            continue
        try:
            return range_between(opened, opened.resolve(first), opened.resolve(last))
        except RevisionNotFound as error:
            missing = error
    try:
        opened.resolve(text)
    except RevisionNotFound:
        raise missing from None
    return None


def range_between(opened: Repository, first: str, last: str) -> Range:
    """Find what lies between two changesets; the older one counts as the first, whichever was named so."""
    ancestor = opened.ancestor(first, last)
    if ancestor == last != first:
        first, last = last, first
    is_straight = ancestor in (first, last)
    parents = opened.changeset(first).parents
    return Range(opened, first, last, parents[0] if parents else None, is_straight)
