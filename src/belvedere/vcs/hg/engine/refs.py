"""Branches, bookmarks and tags: reading them, and moving bookmarks."""

from __future__ import annotations

import re
from heapq import nlargest
from typing import Any

from mercurial import bookmarks, error, phases

from belvedere.vcs.errors import MergeConflict, RevisionNotFound, Unsupported, VcsError, named
from belvedere.vcs.hg.engine import revisions
from belvedere.vcs.hg.engine.changesets import Reader
from belvedere.vcs.hg.engine.names import to_bytes, to_text
from belvedere.vcs.hg.engine.writing import write_transaction
from belvedere.vcs.model import RefKind, Refs

MOST_DRAFTS = 4000
"""The newest drafts that are read to find topics: where nothing is ever published, all are drafts."""
DRAFTS = (phases.draft, phases.secret)
_ALL_DIGITS_OR_HASH = re.compile(r"[0-9]+\Z|[0-9a-fA-F]{40}\Z")


def refs(repo: Any) -> Refs:
    """Give every name that stands for a visible changeset."""
    if revisions.is_empty(repo):
        return Refs()
    opened, closed = _branches(repo)
    return Refs(
        branches=opened,
        closed_branches=closed,
        tags=_visible(repo, {name: node for name, node in repo.tags().items() if name != b"tip"}),
        bookmarks=_visible(repo, dict(repo._bookmarks)),  # noqa: SLF001 -- Mercurial has no other name for it
        default="default" if "default" in opened else to_text(repo[b"tip"].branch()),
        heads=tuple(repo.changelog.node(head).hex() for head in sorted(repo.changelog.headrevs(), reverse=True)),
        topics=_topics(repo),
    )


def _branches(repo: Any) -> tuple[dict[str, str], dict[str, str]]:
    opened: dict[str, str] = {}
    closed: dict[str, str] = {}
    node = repo.changelog.node
    for name, tip, _is_active, is_open in sorted(repo.branchmap().branches_info(repo)):
        (opened if is_open else closed)[to_text(name)] = node(tip).hex()
    return opened, closed


def _topics(repo: Any) -> dict[str, str]:
    """Map topics to the newest changeset of each; only drafts have one."""
    drafts = repo._phasecache.getrevset(repo, DRAFTS)  # noqa: SLF001 -- Mercurial has no other name for it
    log, reader = repo.changelog, Reader(repo)
    newest: dict[str, int] = {}
    for number in nlargest(MOST_DRAFTS, drafts):
        if number not in log.filteredrevs and (topic := reader.describe(number).topic):
            newest.setdefault(topic, number)
    return {name: log.node(newest[name]).hex() for name in sorted(newest, key=to_bytes)}


def _visible(repo: Any, names: dict[bytes, bytes]) -> dict[str, str]:
    has_node = repo.changelog.hasnode
    return {to_text(name): names[name].hex() for name in sorted(names) if has_node(names[name])}


def set_ref(repo: Any, kind: RefKind, name: str, raw_id: str, expected: str | None) -> None:
    """Point a bookmark to a changeset, as `Repository.set_ref`; `repo` is unfiltered."""
    _only_bookmarks(kind)
    with write_transaction(repo, b"bookmark") as transaction:
        served = repo.filtered(b"served")
        marks = repo._bookmarks  # noqa: SLF001 -- Mercurial has no other name for it
        stored = _checked_name(served, name)
        if expected is not None:
            _check_place(marks, stored, expected)
        node = served.changelog.node(revisions.number_of(served, raw_id))
        marks.applychanges(repo, transaction, [(stored, node)])


def delete_ref(repo: Any, kind: RefKind, name: str) -> None:
    """Remove a bookmark; `repo` is unfiltered."""
    _only_bookmarks(kind)
    with write_transaction(repo, b"bookmark") as transaction:
        marks = repo._bookmarks  # noqa: SLF001 -- Mercurial has no other name for it
        if to_bytes(name) not in marks:
            raise RevisionNotFound(f"there is no bookmark {named(name)}")
        marks.applychanges(repo, transaction, [(to_bytes(name), None)])


def _only_bookmarks(kind: RefKind) -> None:
    if kind != RefKind.BOOKMARK:
        raise Unsupported("mercurial keeps branches and tags in its history")


def _check_place(marks: Any, name: bytes, expected: str) -> None:
    node = marks.get(name)
    if node is None or node.hex() != expected:
        raise MergeConflict(f"the bookmark {named(name)} has moved")


def _checked_name(repo: Any, name: str) -> bytes:
    """Refuse what would shadow a hash, a number or a branch, as the `hg bookmark` command does."""
    stored = to_bytes(name)
    try:
        bookmarks.checkformat(repo, stored)
    except error.Abort:
        raise VcsError(f"{named(name)} cannot be the name of a bookmark") from None
    if _ALL_DIGITS_OR_HASH.match(name) or stored in repo.branchmap():
        raise VcsError(f"{named(name)} cannot be the name of a bookmark")
    return stored
