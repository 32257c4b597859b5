"""Pages of branches, tags, bookmarks and topics: a constant number of questions, however many names there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from belvedere.repos.fetch import Readable
from belvedere.text.kept import Kept
from belvedere.text.paths import shown
from belvedere.vcs.model import Changeset, RefKind, Refs
from belvedere.vcs.repository import Repository
from belvedere.web.links import address_of
from belvedere.web.ref_picker import natural
from belvedere.web.ref_words import NamedRef, word_for

PATIENCE = 1.5
"""Seconds that counting may take for a page; what takes longer is left out."""

Distance = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Section:
    """A kind of names: the word in its address, its title, the class of its names, and where they are.

    `kind` is None for what no address calls by its name. `has_distance` where it tells something how far the names are
    from the default branch.
    """

    word: str
    title: str
    style: str
    kind: RefKind | None
    names: Callable[[Refs], dict[str, str]]
    is_closed: bool = False
    has_distance: bool = True


BRANCHES = Section("branches", "Branches", "branch", RefKind.BRANCH, lambda refs: refs.branches)
CLOSED = Section(
    "branches", "Closed branches", "branch", RefKind.BRANCH, lambda refs: refs.closed_branches, True, False
)
BOOKMARKS = Section("bookmarks", "Bookmarks", "bookmark", RefKind.BOOKMARK, lambda refs: refs.bookmarks)
TAGS = Section("tags", "Tags", "tagged", RefKind.TAG, lambda refs: refs.tags, has_distance=False)
TOPICS = Section("topics", "Topics", "topic", None, lambda refs: refs.topics)
SECTIONS = (BRANCHES, CLOSED, BOOKMARKS, TAGS, TOPICS)

KINDS_IN_COMPARE = {RefKind.BRANCH: "branch", RefKind.TAG: "tag", RefKind.BOOKMARK: "book", None: "rev"}


@dataclass(frozen=True, slots=True)
class NamedLine:
    """A name in a list, with its changeset and where it leads; addresses that there are not are empty."""

    name: str
    is_default: bool
    changeset: Changeset
    url: str
    changelog: str
    files: str
    compare: str
    archive: str


def names_in(opened: Repository, refs: Refs, section: Section, text: str, order: str) -> list[str]:
    """Give the names that hold a text: in the order of `name`, or else the newest changeset first.

    The default branch comes before all.
    """
    names, wanted = section.names(refs), shown(text).casefold()
    found = [each for each in names if wanted in shown(each).casefold()] if wanted else list(names)
    if order == "name":
        found.sort(key=natural)
    else:
        numbers = opened.numbers({names[each] for each in found})
        found.sort(key=lambda each: numbers.get(names[each], -1), reverse=True)
    if section is BRANCHES:
        found.sort(key=lambda each: each != refs.default)
    return found


def lines_of(
    opened: Repository, repository: Readable, refs: Refs, section: Section, names: list[str]
) -> list[NamedLine]:
    """Make the rows of one page of names."""
    targets = section.names(refs)
    changesets = opened.several([targets[each] for each in names])
    return [_line(repository, refs, section, *each) for each in zip(names, changesets, strict=True)]


def distances_of(opened: Repository, refs: Refs, raw_ids: list[str]) -> dict[str, Distance]:
    """Count what each has beyond the default branch and what that has beyond it, as far as that is quickly known."""
    base = refs.branches.get(refs.default or "")
    if base is None:
        return {}
    found = {each: known for each in raw_ids if (known := _counted.known((base, each)))}
    rest = [each for each in dict.fromkeys(raw_ids) if each not in found]
    counted = opened.distances(base, rest, PATIENCE) if rest else {}
    return found | {raw_id: _counted.get((base, raw_id), partial(counted.__getitem__, raw_id)) for raw_id in counted}


# What lies between two hashes never changes, whichever repository asks.
_counted: Kept[Distance] = Kept(lambda _distance: 1, most=20_000, largest=1)


def _line(repository: Readable, refs: Refs, section: Section, name: str, changeset: Changeset) -> NamedLine:
    raw_id = changeset.raw_id
    kind = section.kind
    word = raw_id if kind is None else word_for(refs, NamedRef(kind, name, raw_id, section.is_closed))
    is_default = section is BRANCHES and name == refs.default
    there = f"{KINDS_IN_COMPARE[kind]}@{raw_id if kind is None else name}"
    has_other = refs.default is not None and not is_default
    return NamedLine(
        name=name,
        is_default=is_default,
        changeset=changeset,
        url=address_of(repository.name, "changeset", raw_id),
        changelog=address_of(repository.name, "changelog", branch=word.encode("utf-8", "surrogateescape")),
        files=address_of(repository.name, "files", word),
        compare=address_of(repository.name, "compare", f"branch@{refs.default}...{there}") if has_other else "",
        archive=address_of(repository.name, "archive", f"{raw_id}.zip") if repository.has_downloads else "",
    )
