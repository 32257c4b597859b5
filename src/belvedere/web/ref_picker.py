"""The menu that chooses a branch, tag or bookmark: a few names at once, the rest when somebody types."""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from belvedere.repos.fetch import Readable
from belvedere.text.paths import shown
from belvedere.vcs.model import RefKind, Refs
from belvedere.vcs.repository import Repository
from belvedere.web.links import address_of
from belvedere.web.ref_words import Meaning, NamedRef, maps_of, meaning_of, word_for

AT_ONCE = {RefKind.BRANCH: 14, RefKind.BOOKMARK: 8, RefKind.TAG: 8}
PLACE = "--ref--"
"""Stands in an address for the name; the browser puts a found one there."""
DIGITS = re.compile(r"([0-9]{1,18})", re.ASCII)
ICONS: dict[str, str] = {
    RefKind.BRANCH: "branch",
    RefKind.TAG: "tag",
    RefKind.BOOKMARK: "bookmark",
    "shown": "branch",
}
PAGES = {
    RefKind.BRANCH: ("Branches", "branches"),
    RefKind.BOOKMARK: ("Bookmarks", "bookmarks"),
    RefKind.TAG: ("Tags", "tags"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One name, and where it leads."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Some names of one kind; `url` lists them all."""

    label: str
    choices: list[Choice]
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class RefPicker:
    """What `refs/_picker.html` shows.

    `whole` is the choice of no name at all, where a page has one. `pattern` is the address with `PLACE` where the name
    goes, `source` the data of all names, `everything` the page of all names.
    """

    kind: str
    icon: str
    label: str
    whole: Choice | None
    groups: list[Group]
    pattern: str
    source: str
    everything: str


def picker_for(
    opened: Repository,
    repository: Readable,
    revision: str,
    address: Callable[[str], str],
    *,
    whole: Choice | None = None,
    refs: Refs | None = None,
    raw_id: str | None = None,
) -> RefPicker:
    """Make the menu of a page that shows a revision; `address` gives the page's address at another one.

    `revision` is what stands in the page's address (or its full hash). One question to the repository for the names,
    and one for what the revision means; a page that has the names or the hash already gives them.
    """
    refs = opened.refs() if refs is None else refs
    if whole is not None and whole.is_current:
        meaning = Meaning("shown", whole.label)
    else:
        if raw_id is None:
            raw_id = opened.resolve(revision) if refs.heads else ""
        meaning = meaning_of(refs, revision, raw_id)
    groups = [
        _group(repository, refs, kind, meaning.label if meaning.kind == kind else "", address) for kind in AT_ONCE
    ]
    return RefPicker(
        kind=meaning.kind,
        icon=ICONS.get(meaning.kind, "changeset"),
        label=meaning.label or revision,
        whole=whole,
        groups=[group for group in groups if group.count],
        pattern=address(PLACE),
        source=address_of(repository.name, "refs-data"),
        everything=address_of(repository.name, "branches"),
    )


def found_by(refs: Refs, text: str) -> Iterator[NamedRef]:
    """Give every name that holds a text, without regard to case: those that begin with it first."""
    wanted = shown(text).casefold()
    later: list[NamedRef] = []
    for kind, names, is_closed in maps_of(refs):
        for name, raw_id in names.items():
            place = shown(name).casefold().find(wanted)
            if place == 0:
                yield NamedRef(kind, name, raw_id, is_closed)
            elif place > 0:
                later.append(NamedRef(kind, name, raw_id, is_closed))
    yield from later


def natural(name: str) -> tuple[int | str, ...]:
    """Give a key that sorts `v2` before `v10`."""
    return tuple(int(part) if place % 2 else part for place, part in enumerate(DIGITS.split(name)))


def newest_names(refs: Refs, names: dict[str, str], count: int) -> list[str]:
    """Give a few names: the default branch, what stands at the newest heads, then the greatest versions."""
    ranks = {raw_id: rank for rank, raw_id in enumerate(refs.heads)}
    first = [refs.default] if refs.default is not None and names is refs.branches else []
    ranked = heapq.nsmallest(
        count, (each for each in names if names[each] in ranks), key=lambda each: ranks[names[each]]
    )
    if len(ranked) < count:
        ranked += heapq.nlargest(count, (each for each in names if names[each] not in ranks), key=natural)
    return list(dict.fromkeys(first + ranked))[:count]


def _group(repository: Readable, refs: Refs, kind: RefKind, current: str, address: Callable[[str], str]) -> Group:
    names = {RefKind.BRANCH: refs.branches, RefKind.TAG: refs.tags, RefKind.BOOKMARK: refs.bookmarks}[kind]
    listed = newest_names(refs, names, AT_ONCE[kind])
    if current in names and current not in listed:
        listed = [current, *listed[:-1]]
    label, word = PAGES[kind]
    choices = [
        Choice(each, address(word_for(refs, NamedRef(kind, each, names[each]))), each == current) for each in listed
    ]
    return Group(label, choices, len(names), address_of(repository.name, word))
