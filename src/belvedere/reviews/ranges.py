"""What one changeset has that another has not, also where the two lie in repositories that do not share objects."""

from __future__ import annotations

from dataclasses import dataclass

from belvedere.errors import Invalid
from belvedere.vcs.errors import EmptyRepository, RevisionNotFound
from belvedere.vcs.model import Changeset
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
    found = _inside(origin, head, base) if knows(origin, base) else _across(origin, head, target, base)
    if found is None:
        raise Invalid("nothing to pull: the two have no common history")
    if not found.changesets:
        raise Invalid("nothing to pull: the target has every changeset of the origin's ref already")
    if len(found.changesets) > MOST_CHANGESETS:
        raise Invalid(f"a pull request has at most {MOST_CHANGESETS} changesets, not {len(found.changesets)} or more")
    return found


def knows(repository: Repository, raw_id: str) -> bool:
    """Tell whether a repository has a visible changeset of this full hash."""
    try:
        return repository.resolve(raw_id) == raw_id
    except (RevisionNotFound, EmptyRepository):
        return False


def _inside(repository: Repository, head: str, base: str) -> Range | None:
    ancestor = repository.ancestor(base, head)
    if ancestor is None:
        return None
    return Range(ancestor, head, base, tuple(repository.missing(base, head)))


def _across(origin: Repository, head: str, target: Repository, base: str) -> Range | None:
    """Walk back from the head until the target has all that is left.

    What the target has counts only if `base` reaches it; that is asked only at the border, so seldom.
    """
    brought: list[Changeset] = []
    border: dict[str, int] = {}
    seen, waiting = {head}, [head]
    while waiting and len(brought) <= MOST_CHANGESETS:
        raw_id = waiting.pop()
        if knows(target, raw_id) and target.ancestor(raw_id, base) == raw_id:
            border[raw_id] = target.changeset(raw_id).revision
            continue
        changeset = origin.changeset(raw_id)
        brought.append(changeset)
        fresh = [parent for parent in changeset.parents if parent not in seen]
        seen.update(fresh)
        waiting += fresh
    if not border and len(brought) <= MOST_CHANGESETS:
        return None
    brought.sort(key=lambda each: each.revision)
    ancestor = max(border, key=border.__getitem__, default="")
    return Range(ancestor, head, base, tuple(each.raw_id for each in brought))
