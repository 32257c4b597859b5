"""The rows of a directory, a part of them at a time."""

from __future__ import annotations

from dataclasses import dataclass

from belvedere.access.actor import Actor
from belvedere.vcs.model import Changeset, Entry, EntryKind
from belvedere.web import subrepositories
from belvedere.web.file_place import FilePlace
from belvedere.web.last_changes import Changes

AT_ONCE = 200
ICONS = {
    EntryKind.DIRECTORY: "folder",
    EntryKind.FILE: "file",
    EntryKind.EXECUTABLE: "file",
    EntryKind.SYMLINK: "symlink",
    EntryKind.SUBREPOSITORY: "subrepository",
}
KINDS = {EntryKind.DIRECTORY: "directory", EntryKind.SYMLINK: "symbolic link", EntryKind.SUBREPOSITORY: "subrepository"}


@dataclass(frozen=True, slots=True)
class TreeRow:
    """One name: `url` is empty for a subrepository that leads nowhere, `pinned` the revision it stands at."""

    name: str
    icon: str
    kind: str
    url: str
    size: int | None
    pinned: str
    change: Changeset | None


@dataclass(frozen=True, slots=True)
class TreePart:
    """Entries of a directory from one place on: directories first."""

    entries: list[Entry]
    first: int
    count: int

    @property
    def last(self) -> int:
        """The place of the last one, counted from 1."""
        return self.first + len(self.entries) - 1

    @property
    def before(self) -> int | None:
        """Where the part before begins."""
        return max(1, self.first - AT_ONCE) if self.first > 1 else None

    @property
    def after(self) -> int | None:
        """Where the part after begins."""
        return self.last + 1 if self.last < self.count else None


def part_of(entries: list[Entry], first: int) -> TreePart:
    """Cut a part out of a directory: directories first, each kind in the order of its bytes."""
    ordered = sorted(entries, key=lambda entry: entry.kind is not EntryKind.DIRECTORY)
    first = min(max(first, 1), max(len(ordered), 1))
    return TreePart(ordered[first - 1 : first - 1 + AT_ONCE], first, len(ordered))


def rows_of(actor: Actor, place: FilePlace, part: TreePart, changes: Changes | None) -> list[TreeRow]:
    """Make the rows; without `changes` these come later."""
    outside = [entry.path for entry in part.entries if entry.kind is EntryKind.SUBREPOSITORY]
    links = subrepositories.links_of(actor, place, outside) if outside else {}
    return [_row(place, entry, links, changes) for entry in part.entries]


def _row(place: FilePlace, entry: Entry, links: dict[str, str], changes: Changes | None) -> TreeRow:
    is_outside = entry.kind is EntryKind.SUBREPOSITORY
    return TreeRow(
        name=entry.name,
        icon=ICONS[entry.kind],
        kind=KINDS.get(entry.kind, ""),
        url=links.get(entry.path, "") if is_outside else place.url("files", entry.path),
        size=entry.size,
        pinned=entry.id if is_outside else "",
        change=changes.get(entry.name) if changes else None,
    )
