"""What a page says of one changeset above its files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from django.utils.safestring import SafeString

from belvedere.repos.fetch import Readable
from belvedere.text.messages import message_html
from belvedere.vcs.errors import EmptyRepository, RevisionNotFound
from belvedere.vcs.model import SHORT_ID_LENGTH, Changeset, Kinship, Lineage, Phase, split_author
from belvedere.vcs.repository import Repository
from belvedere.web.links import address_of
from belvedere.web.moments import moment_from
from belvedere.web.repository import Link

MOST_LINKS = 20
"""Hashes of a message and relatives that are looked up."""
LONGEST_MESSAGE = 64_000
LONGEST_OFFSET = 24 * 3600

SAID = {
    Kinship.GRAFTED: "Grafted from",
    Kinship.TRANSPLANTED: "Transplanted from",
    Kinship.REBASED: "Rebased from",
    Kinship.PICKED: "Cherry-picked from",
    Kinship.PREDECESSOR: "Replaces",
    Kinship.SUCCESSOR: "Replaced by",
}


@dataclass(frozen=True, slots=True)
class Label:
    """A name of the changeset, with the class that shows its kind."""

    name: str
    kind: str
    css: str
    url: str


@dataclass(frozen=True, slots=True)
class Relatives:
    """Changesets that belong to this one in some way; those that cannot be seen here have no address."""

    said: str
    links: list[Link]


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is said of a changeset."""

    changeset: Changeset
    title: str
    body: SafeString
    author: str
    email: str
    committer: str
    date: datetime
    stamp: str
    committed: datetime | None
    labels: list[Label]
    parents: list[Link]
    relatives: list[Relatives]
    is_draft: bool


def facts_of(repository: Readable, opened: Repository, changeset: Changeset, lineage: Lineage) -> Facts:
    """Gather what is said: the names, and a question for each hash that might be a link."""
    known = _finder(repository, opened)
    title, _, body = changeset.message.strip().partition("\n")
    author, email = split_author(changeset.author)
    committer = split_author(changeset.committer or "")[0] if changeset.committer != changeset.author else ""
    date = moment_from(lineage.date)
    is_later = abs(lineage.date - changeset.date) >= 1
    return Facts(
        changeset=changeset,
        title=title.strip() or "(no message)",
        body=message_html(body.strip("\n")[:LONGEST_MESSAGE], known),
        author=author or email or "nobody",
        email=email,
        committer=committer,
        date=date,
        stamp=stamp(lineage.date, lineage.offset),
        committed=moment_from(changeset.date) if is_later else None,
        labels=_labels(repository, opened, changeset),
        parents=[changeset_link(repository, each) for each in changeset.parents],
        relatives=_relatives(lineage, known),
        is_draft=changeset.phase is not Phase.PUBLIC,
    )


def changeset_link(repository: Readable, raw_id: str) -> Link:
    """Give a link to a changeset of a repository."""
    return Link(raw_id[:SHORT_ID_LENGTH], address_of(repository.name, "changeset", raw_id))


def stamp(seconds: float, offset: int) -> str:
    """Write a time as the clock of its author showed it."""
    return moment_from(seconds).astimezone(zone_of(offset)).strftime("%Y-%m-%d %H:%M:%S %z")


def zone_of(offset: int) -> timezone:
    """Give the zone that lies so many seconds east; what no place on earth has counts as UTC."""
    return timezone(timedelta(seconds=offset)) if abs(offset) < LONGEST_OFFSET else UTC


def _finder(repository: Readable, opened: Repository) -> Callable[[str], str | None]:
    """Give what finds the address of a changeset by a part of its hash, a bounded number of times."""
    left = MOST_LINKS
    found: dict[str, str | None] = {}

    def find(digits: str) -> str | None:
        nonlocal left
        if digits not in found and left:
            left -= 1
            try:
                found[digits] = address_of(repository.name, "changeset", opened.resolve(f"rev:{digits}"))
            except (RevisionNotFound, EmptyRepository):
                found[digits] = None
        return found.get(digits)

    return find


def _labels(repository: Readable, opened: Repository, changeset: Changeset) -> list[Label]:
    """Give the branch that a changeset is on, and every name that stands for it."""
    refs = opened.refs()
    standing = [(refs.bookmarks, "bookmark", "bookmark"), (refs.tags, "tag", "tagged")]
    made = []
    if changeset.branch is not None:
        made.append(
            Label(changeset.branch, "branch", "", address_of(repository.name, "changelog", branch=changeset.branch))
        )
    else:
        standing.insert(0, (refs.branches, "branch", ""))
    for names, kind, css in standing:
        here = [name for name in names if names[name] == changeset.raw_id]
        made += [
            Label(name, kind, css, address_of(repository.name, "changelog", branch=name) if kind == "branch" else "")
            for name in here
        ]
    if changeset.topic:
        made.append(Label(changeset.topic, "topic", "topic", ""))
    return made


def _relatives(lineage: Lineage, known: Callable[[str], str | None]) -> list[Relatives]:
    made: list[Relatives] = []
    for kinship, said in SAID.items():
        hashes = [each.raw_id for each in lineage.kin if each.kinship is kinship]
        if hashes:
            made.append(Relatives(said, [Link(each[:SHORT_ID_LENGTH], known(each) or "") for each in hashes]))
    return made
