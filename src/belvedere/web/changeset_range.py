"""Changesets in a row, as addresses name them: `<first>...<last>`, both included."""

from __future__ import annotations

from dataclasses import dataclass

from belvedere.vcs.errors import RevisionNotFound
from belvedere.vcs.repository import Repository

BETWEEN = "..."
MOST_PARTS = 8


@dataclass(frozen=True, slots=True)
class Range:
    """Full hashes of the ends and of all that is included, oldest first.

    `before` is what the first one builds upon (None for nothing). `is_straight` tells whether the last one has the
    first among its ancestors.
    """

    first: str
    last: str
    before: str | None
    raw_ids: tuple[str, ...]
    is_straight: bool


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
    raw_ids = (first, *(each for each in opened.missing(first, last) if each != first))
    return Range(first, last, parents[0] if parents else None, raw_ids, is_straight)
