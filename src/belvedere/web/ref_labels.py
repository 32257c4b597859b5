"""The names beside a changeset: branches, bookmarks, tags and topics that stand there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from belvedere.vcs.model import Changeset, RefKind, Refs
from belvedere.web.links import address_of
from belvedere.web.ref_words import NamedRef, maps_of, word_for

MOST = 8
"""Names that stand beside a changeset; of more, the number."""

CLASSES = {RefKind.BRANCH: "branch", RefKind.BOOKMARK: "bookmark", RefKind.TAG: "tagged"}


@dataclass(frozen=True, slots=True)
class Label:
    """A name as it is shown: `kind` for those who do not see it, `style` of `.ref`, `url` of its changelog."""

    kind: str
    style: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Labels:
    """The first names of a changeset, and how many are left out."""

    shown: list[Label]
    more: int = 0


def labels_of(
    refs: Refs, repository_name: str, changesets: Collection[Changeset], on_branch: str | None = None
) -> dict[str, Labels]:
    """Give the names of each changeset, by its hash; one look at all names, however many changesets there are.

    A changeset of a named branch also has that name, except on the branch that everyone begins with and on the one
    that the whole list is of (`on_branch`).
    """
    found: dict[str, list[NamedRef]] = defaultdict(list)
    wanted = {each.raw_id for each in changesets}
    for kind, names, is_closed in maps_of(refs):
        for name, raw_id in names.items():
            if raw_id in wanted:
                found[raw_id].append(NamedRef(kind, name, raw_id, is_closed))
    quiet = (refs.default, on_branch)
    return {each.raw_id: _labels(refs, repository_name, each, found[each.raw_id], quiet) for each in changesets}


def _labels(
    refs: Refs, repository_name: str, changeset: Changeset, named: list[NamedRef], quiet: tuple[str | None, ...]
) -> Labels:
    shown = [_label(refs, repository_name, each) for each in named[:MOST]]
    branch = changeset.branch
    if branch and branch not in quiet and all((each.kind, each.name) != (RefKind.BRANCH, branch) for each in named):
        url = address_of(repository_name, "changelog", branch=_encoded(branch))
        shown.insert(0, Label("branch", "branch", branch, url))
    if changeset.topic:
        shown.append(_topic(repository_name, changeset.topic))
    return Labels(shown, max(0, len(named) - MOST))


def _label(refs: Refs, repository_name: str, ref: NamedRef) -> Label:
    url = address_of(repository_name, "changelog", branch=_encoded(word_for(refs, ref)))
    return Label(f"closed {ref.kind}" if ref.is_closed else ref.kind, CLASSES[ref.kind], ref.name, url)


def _topic(repository_name: str, name: str) -> Label:
    return Label("topic", "topic", name, address_of(repository_name, "topics", q=_encoded(name)))


def _encoded(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")
