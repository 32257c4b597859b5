"""What a pull request brings: the changesets between two refs, also of repositories that do not share a store."""

from __future__ import annotations

from dataclasses import dataclass

from belvedere.errors import Invalid
from belvedere.vcs.comparing import Side, brought
from belvedere.vcs.repository import Repository

MOST_CHANGESETS = 5000
"""Changesets that one iteration of a pull request may have."""


@dataclass(frozen=True, slots=True)
class Range:
    """The changesets that `head` reaches and the base does not, oldest first, and the ancestor that both have."""

    ancestor: str
    head: str
    base: str
    changesets: tuple[str, ...]


def range_between(origin: Repository, head: str, target: Repository, base: str) -> Range:
    """Tell what `head` of the origin would bring to `base` of the target.

    `Invalid` where there is nothing to bring, too much, or no common history.
    """
    if origin.scheme != target.scheme:
        raise Invalid(f"a {origin.scheme} repository cannot be pulled into a {target.scheme} repository")
    found = brought(Side(origin, head), Side(target, base), MOST_CHANGESETS)
    if found.is_cut:
        raise Invalid(f"a pull request has at most {MOST_CHANGESETS} changesets, and this one would have more")
    if not found.ancestors:
        raise Invalid("nothing to pull: the two have no common history")
    if not found.raw_ids:
        raise Invalid("nothing to pull: the target has every changeset of the origin's ref already")
    return Range(found.ancestors[0], head, base, found.raw_ids)
