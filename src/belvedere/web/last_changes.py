"""The newest changeset of each name in a directory, and of one file: what takes longest of all about a tree."""

from __future__ import annotations

from belvedere.text.kept import Kept
from belvedere.vcs.model import Changeset, ChangesetQuery
from belvedere.web.file_place import FilePlace

FEW = 1000
"""Changesets in a repository up to which all its history is looked through before the page is sent."""
_A_CHANGESET = 500  # bytes, about

Changes = dict[str, Changeset]

_of_directories: Kept[Changes] = Kept(lambda found: _A_CHANGESET * (len(found) + 1), most=16 << 20, largest=4 << 20)
_of_files: Kept[list[Changeset]] = Kept(lambda found: _A_CHANGESET * (len(found) + 1), most=2 << 20, largest=4096)


def changes_in(place: FilePlace) -> Changes:
    """Map the names in a directory to their newest changesets; kept for the next one who looks."""
    return _of_directories.get(place.key, lambda: _looked_up(place))


def quick_changes_in(place: FilePlace, newest: Changeset) -> Changes | None:
    """Give the same if it takes no time: None means that a page is better sent before."""
    return changes_in(place) if newest.revision < FEW else _of_directories.known(place.key)


def change_of(place: FilePlace) -> Changeset | None:
    """Give the newest changeset that touched a path, among those that the revision holds."""
    scheme, raw_id, _path = place.key
    beside = _of_directories.known((scheme, raw_id, place.parent))
    if beside is not None and place.name in beside:
        return beside[place.name]
    found = _of_files.get(place.key, lambda: _newest(place))
    return found[0] if found else None


def _looked_up(place: FilePlace) -> Changes:
    hashes = place.opened.last_changed(place.raw_id, place.path)
    changesets = {each.raw_id: each for each in place.opened.several(sorted(set(hashes.values())))}
    return {name: changesets[raw_id] for name, raw_id in hashes.items()}


def _newest(place: FilePlace) -> list[Changeset]:
    query = ChangesetQuery(path=place.path, heads=(place.raw_id,), limit=1, newest_first=True)
    return list(place.opened.changesets(query))
