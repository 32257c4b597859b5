"""A page of changesets: as quick at the end of a long history as at its beginning."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from belvedere.vcs.errors import RevisionNotFound
from belvedere.vcs.graph import Row, drawn, lanes_from
from belvedere.vcs.model import Capability, Changeset, ChangesetQuery, Refs
from belvedere.vcs.repository import Repository
from belvedere.web.changelog_filters import Filters

FIRST_REACH = 2000
"""Numbers that a search looks through at first; the next reach is as large as the last one was quick."""
PATIENCE = 1.5
"""Seconds after which a search shows what it has, and offers to go on."""
STRIDE = 0.4
"""Seconds that one reach of a search shall take."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some changesets, newest first, and the filters of the page after them (None at the end).

    `rows` is their graph, or None where lines would say nothing. `searched_to` is the number down to which a search
    got that was given up for now.
    """

    changesets: list[Changeset]
    rows: list[Row] | None
    next: Filters | None
    searched_to: int | None = None


def page_of(opened: Repository, refs: Refs, filters: Filters) -> Page:
    """Give the page that the filters mean; `RevisionNotFound` for a branch or revision that is not there."""
    on_branch = _named_branch(opened, refs, filters)
    query = ChangesetQuery(
        since=filters.earliest,
        until=filters.latest,
        branch=on_branch,
        heads=(filters.revision,) if filters.revision and on_branch is None else None,
        path=filters.path.strip("/") or None,
        author=filters.author or None,
        text=filters.text or None,
        newest_first=True,
    )
    if filters.is_searching:
        return _found(opened, query, filters)
    if on_branch is not None:
        return _with_graph(_found(opened, query, filters), filters, is_partial=True)
    return _with_graph(_listed(opened, query, filters), filters)


def _named_branch(opened: Repository, refs: Refs, filters: Filters) -> str | None:
    """Give the branch that changesets carry the name of; where branches are heads, what they reach is meant."""
    if Capability.NAMED_BRANCHES not in opened.capabilities:
        return None
    name = filters.revision.removeprefix("branch:")
    is_hidden = name == filters.revision and (name in refs.bookmarks or name in refs.tags)
    return name if not is_hidden and (name in refs.branches or name in refs.closed_branches) else None


def _listed(opened: Repository, query: ChangesetQuery, filters: Filters) -> Page:
    """List by numbers alone. What a head reaches is looked for from the lanes of the page before, not from the head."""
    numbers = None if filters.before is None else (0, filters.before - 1)
    wanted = replace(query, numbers=numbers, limit=filters.size + 1, skip=filters.skipped)
    awaited = tuple(f"rev:{each}" for each in lanes_from(filters.lanes).awaited)
    try:
        nearer = replace(wanted, heads=awaited) if query.heads and awaited else wanted
        found = list(opened.changesets(nearer))
    except RevisionNotFound:
        if not awaited:
            raise
        found = list(opened.changesets(wanted))
    return _cut(found, filters)


def _found(opened: Repository, query: ChangesetQuery, filters: Filters) -> Page:
    """Search downward in reaches of numbers, until there is a page or patience ends."""
    high = _highest(opened) if filters.before is None else filters.before - 1
    found: list[Changeset] = []
    reach, started = FIRST_REACH, time.monotonic()
    skipped, wanted = filters.skipped, filters.size + 1
    while high >= 0 and len(found) < skipped + wanted:
        begun = time.monotonic()
        low = max(0, high - reach + 1)
        found += opened.changesets(replace(query, numbers=(low, high), limit=skipped + wanted - len(found)))
        high = low - 1
        if len(found) < skipped + wanted and time.monotonic() - started > PATIENCE:
            break
        reach = max(FIRST_REACH, int(reach * min(8.0, STRIDE / max(time.monotonic() - begun, 0.001))))
    page = _cut(found[skipped:], filters)
    if page.next is None and high >= 0:
        return replace(page, next=replace(filters, before=high + 1, lanes="", skipped=0), searched_to=high + 1)
    return page


def _highest(opened: Repository) -> int:
    return -1 if opened.is_empty() else opened.changeset("tip").revision


def _cut(found: list[Changeset], filters: Filters) -> Page:
    """Take the changeset that only shows that there are more away."""
    shown = found[: filters.size]
    if len(found) <= filters.size:
        return Page(shown, None, None)
    return Page(shown, None, replace(filters, before=shown[-1].revision, lanes="", skipped=0))


def _with_graph(page: Page, filters: Filters, *, is_partial: bool = False) -> Page:
    """Draw the lines. Where only one branch's changesets are listed, those to others that were merged are left out."""
    lanes = lanes_from(filters.lanes)
    is_whole = bool(filters.lanes) or (filters.before is None and not filters.skipped)
    listed = {each.raw_id for each in page.changesets}
    parents = (_listed_parents(each, listed) if is_partial else each.parents for each in page.changesets)
    rows = list(drawn(lanes, zip((each.raw_id for each in page.changesets), parents, strict=True)))
    # Lanes that began in the middle do not know all that is still to come, and must not be looked for instead of it.
    written = lanes.written() if is_whole or not filters.revision else ""
    return replace(page, rows=rows, next=page.next and replace(page.next, lanes=written))


def _listed_parents(changeset: Changeset, listed: set[str]) -> tuple[str, ...]:
    return changeset.parents[:1] + tuple(each for each in changeset.parents[1:] if each in listed)
