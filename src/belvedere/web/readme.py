"""Formatted files of a repository, above all the README that says what a directory is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.safestring import SafeString

from belvedere.text.decoding import decoded
from belvedere.text.markup import plain_html, readme_of, rendered
from belvedere.vcs.model import Entry, EntryKind
from belvedere.vcs.repository import Repository
from belvedere.web.links import address_of

LARGEST = 1 << 20
_FILES = (EntryKind.FILE, EntryKind.EXECUTABLE)


@dataclass(frozen=True, slots=True)
class InRepository:
    """Says where a path of a repository at a revision leads: its page, or for a picture its bytes."""

    name: str
    revision: str

    def __call__(self, path: str, is_image: bool) -> str:
        """Give the address."""
        return address_of(self.name, "raw" if is_image else "files", self.revision, path)


@dataclass(frozen=True, slots=True)
class Readme:
    """A file of a directory that is shown below its names."""

    path: str
    html: SafeString

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


def readme_in(opened: Repository, name: str, revision: str, raw_id: str, entries: Iterable[Entry]) -> Readme | None:
    """Give the README among a directory's entries as safe HTML, for an element with the class `markup`.

    `name` is the repository's and `revision` what links lead to; it is read at `raw_id`. At most one file is read.
    """
    by_name = {entry.name: entry for entry in entries if entry.kind in _FILES}
    found = readme_of(by_name)
    if found is None:
        return None
    path = by_name[found].path
    text = decoded(opened.read(raw_id, path, limit=LARGEST))
    if text is None or not text.text.strip():
        return None
    html = rendered(path, text.text, InRepository(name, revision))
    return Readme(path, plain_html(text.text) if html is None else html)
