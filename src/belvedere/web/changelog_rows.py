"""Changesets as rows of a list: what is read at a glance, and what is kept for a second look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from django.utils.safestring import SafeString

from belvedere.reviews.marks import Mark
from belvedere.vcs.graph import Row
from belvedere.vcs.model import Changeset, Phase
from belvedere.web.graph_drawing import NAMED, drawing, width_of
from belvedere.web.links import address_of
from belvedere.web.ref_labels import Labels

LONGEST_SUBJECT = 250
LONGEST_BODY = 500
"""Letters of a message's body that stand in the list; the rest comes when somebody asks for it."""

VERDICTS = {
    "approved": ("good", "approved"),
    "rejected": ("bad", "rejected"),
    "under_review": ("warn", "under review"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A changeset in a list. `lit_id` and `lit_parents` are what the page's script follows lines by."""

    changeset: Changeset
    url: str
    author_url: str
    subject: str
    body: str
    labels: Labels
    graph: SafeString | None
    states: list[str]
    comment_count: int
    verdict: tuple[str, str] | None
    lit_id: str
    lit_parents: str


def lines_of(
    repository_name: str,
    changesets: Sequence[Changeset],
    labels: Mapping[str, Labels],
    rows: Sequence[Row] | None = None,
    marks: Mapping[str, Mark] | None = None,
) -> list[Line]:
    """Make rows of changesets; `rows` is their graph."""
    width = width_of(rows or [])
    authors = {each.author: each for each in changesets}
    author_urls = {
        author: address_of(repository_name, "changelog", author=each.author_email or each.author_name)
        for author, each in authors.items()
    }
    graphs = [drawing(row, width, _kind(each)) for row, each in zip(rows, changesets, strict=True)] if rows else []
    return [
        _line(
            repository_name, each, author_urls[each.author], labels[each.raw_id], graph, (marks or {}).get(each.raw_id)
        )
        for each, graph in zip_longest(changesets, graphs)
    ]


def _line(
    repository_name: str,
    changeset: Changeset,
    author_url: str,
    labels: Labels,
    graph: SafeString | None,
    mark: Mark | None,
) -> Line:
    subject, body = subject_and_body(changeset.message)
    return Line(
        changeset=changeset,
        url=address_of(repository_name, "changeset", changeset.raw_id),
        author_url=author_url,
        subject=subject,
        body=body if len(body) <= LONGEST_BODY else f"{body[:LONGEST_BODY]} …",
        labels=labels,
        graph=graph,
        states=states_of(changeset),
        comment_count=mark.comment_count if mark else 0,
        verdict=VERDICTS.get(mark.verdict) if mark else None,
        lit_id=changeset.raw_id[:NAMED],
        lit_parents=" ".join(parent[:NAMED] for parent in changeset.parents),
    )


def subject_and_body(message: str) -> tuple[str, str]:
    """Give the first line of a message and what follows; a very long first line goes on in the body."""
    subject, _, body = message.strip().partition("\n")
    subject, body = subject.strip(), body.strip("\r\n")
    if len(subject) > LONGEST_SUBJECT:
        cut = subject.rfind(" ", LONGEST_SUBJECT // 2, LONGEST_SUBJECT)
        cut = LONGEST_SUBJECT if cut < 0 else cut
        subject, body = f"{subject[:cut]} …", f"… {subject[cut:].strip()}\n{body}".rstrip()
    return subject or "No message", body


def states_of(changeset: Changeset) -> list[str]:
    """Say in words what a changeset is besides public and current."""
    found = [str(changeset.phase)] if changeset.phase is not Phase.PUBLIC else []
    if changeset.is_obsolete:
        found.append("obsolete")
    found += changeset.instabilities
    if changeset.closes_branch:
        found.append("closes branch")
    return found


def _kind(changeset: Changeset) -> str:
    if changeset.is_obsolete:
        return "obsolete"
    if changeset.phase is not Phase.PUBLIC:
        return "draft"
    return "merge" if len(changeset.parents) > 1 else ""
