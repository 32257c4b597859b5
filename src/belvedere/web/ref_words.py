"""Names in addresses: what stands there for a branch, tag or bookmark, and what a word that stands there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from belvedere.vcs.model import SHORT_ID_LENGTH, RefKind, Refs

PREFIXES = {RefKind.BRANCH: "branch", RefKind.TAG: "tag", RefKind.BOOKMARK: "book"}
LOOKS_OTHERWISE = re.compile(r"(?:-?[0-9]{1,18}|[0-9a-fA-F]{4,40}|tip|HEAD)(?:/|\Z)|[a-z]{3,6}:")
"""Beginnings of names that are read as something else: a number, a hash, a word of its own, a kind of name."""


@dataclass(frozen=True, slots=True)
class NamedRef:
    """A branch, tag or bookmark with the changeset that it stands for."""

    kind: RefKind
    name: str
    raw_id: str
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word in an address is: a kind of name and the name, or `changeset` and the beginning of a hash."""

    kind: str
    label: str


def maps_of(refs: Refs) -> Iterator[tuple[RefKind, dict[str, str], bool]]:
    """Give each map of names with its kind, and whether its branches are closed."""
    yield RefKind.BRANCH, refs.branches, False
    yield RefKind.BOOKMARK, refs.bookmarks, False
    yield RefKind.TAG, refs.tags, False
    yield RefKind.BRANCH, refs.closed_branches, True


def word_for(refs: Refs, ref: NamedRef) -> str:
    """Give what `Repository.resolve` and `place_from` read as this name.

    It is the name alone where that means nothing else, else with its kind before it. A name that goes on where another
    one ends (`a/b` beside `a`, which Mercurial allows) is called by its hash: a path may follow it.
    """
    parts = ref.name.split("/")
    beginnings = ["/".join(parts[:length]) for length in range(1, len(parts))]
    if beginnings and any(_is_name(refs, each) for each in beginnings):
        return ref.raw_id
    if LOOKS_OTHERWISE.match(ref.name) or _hides(refs, ref):
        return f"{PREFIXES[ref.kind]}:{ref.name}"
    return ref.name


def meaning_of(refs: Refs, word: str, raw_id: str) -> Meaning:
    """Tell what a word that was resolved to this hash is."""
    kind, colon, name = word.partition(":")
    for ref_kind, prefix in PREFIXES.items():
        if colon and kind == prefix and _is_of(refs, ref_kind, name, raw_id):
            return Meaning(ref_kind, name)
    for ref_kind in (RefKind.BOOKMARK, RefKind.TAG, RefKind.BRANCH):
        if _is_of(refs, ref_kind, word, raw_id):
            return Meaning(ref_kind, word)
    if word == "HEAD" and refs.default and _is_of(refs, RefKind.BRANCH, refs.default, raw_id):
        return Meaning(RefKind.BRANCH, refs.default)
    return Meaning("changeset", raw_id[:SHORT_ID_LENGTH])


def _is_name(refs: Refs, name: str) -> bool:
    return any(name in names for _, names, _ in maps_of(refs))


def _is_of(refs: Refs, kind: RefKind, name: str, raw_id: str) -> bool:
    return any(names.get(name) == raw_id for each, names, _ in maps_of(refs) if each is kind)


def _hides(refs: Refs, ref: NamedRef) -> bool:
    """Tell whether a name of a kind that is looked for earlier stands for something else."""
    earlier = {RefKind.BOOKMARK: (), RefKind.TAG: (refs.bookmarks,), RefKind.BRANCH: (refs.bookmarks, refs.tags)}
    return any(names.get(ref.name, ref.raw_id) != ref.raw_id for names in earlier[ref.kind])
