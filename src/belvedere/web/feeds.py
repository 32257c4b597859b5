"""Changesets as RSS and Atom: entries that keep their names when a repository is renamed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from django.template.loader import render_to_string
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed

from belvedere.repos.fetch import Readable
from belvedere.text.paths import shown
from belvedere.vcs.model import Changeset
from belvedere.web.changelog_rows import subject_and_body
from belvedere.web.links import address_of
from belvedere.web.moments import moment_from

KINDS: dict[str, tuple[type[SyndicationFeed], str]] = {
    "atom": (Atom1Feed, "application/atom+xml; charset=utf-8"),
    "rss": (Rss201rev2Feed, "application/rss+xml; charset=utf-8"),
}
LONGEST_MESSAGE = 8000
MOST_FILES = 50
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def tag_of(kind: str, site: str, repository: Readable, changesets: Sequence[Changeset]) -> str:
    """Give what changes whenever the feed does, without making it."""
    said = (kind, site, repository.name, repository.description, *(each.raw_id for each in changesets))
    return f'"{hashlib.sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()[:32]}"'


def feed_from(kind: str, site: str, repository: Readable, changesets: Sequence[Changeset]) -> SyndicationFeed:
    """Make the feed; changesets come with their files, newest first."""
    feed = KINDS[kind][0](
        title=clean(f"{repository.name}: changesets"),
        link=site + address_of(repository.name),
        description=clean(repository.description or f"What is pushed to {repository.name}"),
        feed_url=site + address_of(repository.name, "feed", kind),
        feed_guid=f"{site}/_{repository.pk}/feed",
        language="en",
    )
    for changeset in changesets:
        _add(feed, site, repository, changeset)
    return feed


def clean(text: str) -> str:
    """Replace what XML cannot hold."""
    return NO_XML.sub("\ufffd", shown(text))


def _add(feed: SyndicationFeed, site: str, repository: Readable, changeset: Changeset) -> None:
    subject, _ = subject_and_body(changeset.message)
    date = moment_from(changeset.date)
    feed.add_item(
        title=clean(subject),
        link=site + address_of(repository.name, "changeset", changeset.raw_id),
        description=_text(changeset),
        author_name=clean(changeset.author_name),
        author_email=clean(changeset.author_email) or None,
        pubdate=date,
        updateddate=date,
        # The permanent address: it also leads there.
        unique_id=f"{site}/_{repository.pk}/changeset/{changeset.raw_id}",
        unique_id_is_permalink=True,
    )


def _text(changeset: Changeset) -> str:
    files = changeset.files
    touched = (
        [
            (sign, path)
            for sign, paths in (("+", files.added), ("", files.changed), ("−", files.removed))  # noqa: RUF001 a minus sign
            for path in paths
        ]
        if files
        else []
    )
    context = {
        "message": changeset.message.strip()[:LONGEST_MESSAGE],
        "changeset": changeset,
        "files": touched[:MOST_FILES],
        "more": len(touched) - MOST_FILES,
    }
    return clean(render_to_string("feeds/_changeset.html", context))
