"""Every file name of a revision, kept, and those that hold what somebody types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nsmallest

from belvedere.text.kept import Kept
from belvedere.vcs.model import Entry, EntryKind
from belvedere.web.file_place import FilePlace

LONGEST_QUERY = 200


@dataclass(frozen=True, slots=True)
class Names:
    """Paths below a directory: `directories`, `files`, and the files again as they are looked through."""

    directories: list[str]
    files: list[str]
    folded: list[str]


def _weight(names: Names) -> int:
    return sum(2 * len(path) + 180 for path in names.files) + sum(len(path) + 60 for path in names.directories)


_kept: Kept[Names] = Kept(_weight, most=48 << 20, largest=32 << 20)


def names_at(place: FilePlace) -> Names:
    """Give all names below a directory."""
    return _kept.get(place.key, lambda: _names(place.opened.tree(place.raw_id, place.path, recursive=True)))


def found(place: FilePlace, query: str, limit: int) -> tuple[list[str], int]:
    """Give the paths of files that hold every word of the query, the likeliest first, and how many there are.

    Case does not matter. What begins the file's own name is likelier than what is in it, then what is elsewhere; of
    these the shorter path.
    """
    names = names_at(place)
    words = query.casefold().split()
    ranked = list(_ranked(names, words)) if words else []
    return [path for _rank, _length, path in nsmallest(limit, ranked)], len(ranked)


def _ranked(names: Names, words: list[str]) -> Iterator[tuple[int, int, str]]:
    last = words[-1]
    for folded, path in zip(names.folded, names.files, strict=True):
        if all(word in folded for word in words):
            at = folded.rfind(last) - folded.rfind("/") - 1
            yield (0 if at == 0 else 1 if at > 0 else 2), len(path), path


def _names(entries: list[Entry]) -> Names:
    files = [entry.path for entry in entries if entry.kind not in (EntryKind.DIRECTORY, EntryKind.SUBREPOSITORY)]
    directories = [entry.path for entry in entries if entry.kind is EntryKind.DIRECTORY]
    return Names(directories, files, [path.casefold() for path in files])
