"""What one changeset has that another has not, also where the two lie in repositories that do not share a store."""

from __future__ import annotations

from dataclasses import dataclass

from belvedere.vcs.errors import EmptyRepository, RevisionNotFound
from belvedere.vcs.model import Changeset
from belvedere.vcs.repository import Repository

MOST_BORDER = 50
"""Common ancestors that are told apart: more come of histories that nobody draws any more."""


@dataclass(frozen=True, slots=True)
class Side:
    """A changeset, by its full hash, in a repository."""

    repository: Repository
    raw_id: str


@dataclass(frozen=True, slots=True)
class Brought:
    """The changesets that one side reaches and the other does not, oldest first; the newest if `is_cut`.

    `ancestors` are the best that both have, the best first; none where histories are unrelated, or where no repository
    has both sides and the walk was given up because there was too much.
    """

    raw_ids: tuple[str, ...]
    ancestors: tuple[str, ...]
    is_cut: bool = False


def knows(repository: Repository, raw_id: str) -> bool:
    """Tell whether a repository has a visible changeset of this full hash."""
    try:
        return repository.resolve(raw_id) == raw_id
    except (RevisionNotFound, EmptyRepository):
        return False


def home_of(one: Side, other: Side) -> Repository | None:
    """Give a repository that has both changesets, if there is one."""
    if knows(one.repository, other.raw_id):
        return one.repository
    return other.repository if knows(other.repository, one.raw_id) else None


def brought(head: Side, base: Side, most: int, most_across: int | None = None) -> Brought:
    """Tell what the head would bring to the base, `most` changesets of it.

    Where no repository has both, each changeset costs a question: then it is `most_across` of them.
    """
    home = home_of(head, base)
    if home is None:
        return _across(head, base, most if most_across is None else most_across)
    ancestors = home.common_ancestors(base.raw_id, head.raw_id)
    found = home.missing(base.raw_id, head.raw_id, most + 1)
    is_cut = len(found) > most
    return Brought(tuple(found[1:] if is_cut else found), tuple(ancestors), is_cut=is_cut)


def _across(head: Side, base: Side, most: int) -> Brought:
    """Walk back from the head until the base's repository has all that is left.

    What that repository has counts only if the base reaches it; that is asked only at the border, so seldom.
    """
    origin, target = head.repository, base.repository
    found: list[Changeset] = []
    border: dict[str, int] = {}
    seen, waiting = {head.raw_id}, [head.raw_id]
    while waiting and len(found) <= most:
        raw_id = waiting.pop()
        if knows(target, raw_id) and target.ancestor(raw_id, base.raw_id) == raw_id:
            border[raw_id] = target.changeset(raw_id).revision
            continue
        changeset = origin.changeset(raw_id)
        found.append(changeset)
        fresh = [parent for parent in changeset.parents if parent not in seen]
        seen.update(fresh)
        waiting += fresh
    found.sort(key=lambda each: each.revision)
    is_cut = len(found) > most
    ancestors = sorted(border, key=border.__getitem__, reverse=True)[:MOST_BORDER]
    raw_ids = tuple(each.raw_id for each in found[is_cut:])
    return Brought(raw_ids, tuple(_heads(target, ancestors)), is_cut=is_cut)


def _heads(repository: Repository, raw_ids: list[str]) -> list[str]:
    """Leave out what another one reaches; the newest come first, so that each is asked about newer ones only."""
    kept: list[str] = []
    for raw_id in raw_ids:
        if not any(repository.ancestor(raw_id, other) == raw_id for other in kept):
            kept.append(raw_id)
    return kept
