"""The newest changeset that touched each entry of a directory."""

from __future__ import annotations

from itertools import islice
from typing import Any

from belvedere.vcs.errors import EmptyRepository
from belvedere.vcs.hg.engine import revisions, touched, tree
from belvedere.vcs.hg.engine.changesets import Reader
from belvedere.vcs.hg.engine.names import to_path
from belvedere.vcs.model import RevisionLike

WALKED = 64
"""Changesets that are looked through before the index is asked for each entry: in a root most are among them."""


def last_changed(repo: Any, revision: RevisionLike, path: str) -> dict[str, str]:
    """Map entries to changesets, as `Repository.last_changed`."""
    entries = tree.tree(repo, revision, path, recursive=False, sizes=False)
    try:
        search = _Search(repo, revisions.number_of(repo, revision), to_path(path))
    except EmptyRepository:
        return {}
    names = {to_path(entry.path): entry.name for entry in entries}
    found = search.newest(set(names))
    log = repo.changelog
    return {name: log.node(found[stored]).hex() for stored, name in names.items() if stored in found}


class _Search:
    """A search among the ancestors of one changeset."""

    def __init__(self, repo: Any, head: int, directory: bytes) -> None:
        self._head = head
        self._prefix = directory + b"/" if directory else b""
        self._log = repo.changelog
        self._reader = Reader(repo)
        self._index = touched.load(repo)
        self._is_ancestor: dict[int, bool] = {}

    def newest(self, wanted: set[bytes]) -> dict[bytes, int]:
        """Give each wanted child's newest changeset; empties `wanted` of what is found."""
        with self._log.reading():
            found = self._walk(wanted)
            for child in wanted - found.keys():
                number = self._look_up(child)
                if number is not None:
                    found[child] = number
        return found

    def _walk(self, wanted: set[bytes]) -> dict[bytes, int]:
        """Look through the newest ancestors, and all that the index does not cover."""
        found: dict[bytes, int] = {}
        ancestors = iter(self._log.ancestors([self._head], inclusive=True))
        for number in ancestors if not self._index.covered else self._first(ancestors):
            for child in self._children(number) & wanted:
                found.setdefault(child, number)
            if len(found) == len(wanted):
                break
        return found

    def _first(self, ancestors: Any) -> Any:
        known = []
        for number in ancestors:
            if number < self._index.covered:
                known = [number]
                break
            yield number
        yield from known
        yield from islice(ancestors, WALKED)

    def _children(self, number: int) -> set[bytes]:
        prefix, start = self._prefix, len(self._prefix)
        children = set()
        for name in self._reader.describe(number).files:
            if name.startswith(prefix):
                slash = name.find(b"/", start)
                children.add(name if slash < 0 else name[:slash])
        return children

    def _look_up(self, child: bytes) -> int | None:
        last = min(self._head, self._index.covered - 1)
        for number in self._index.numbers(child, 0, last, newest_first=True):
            if child in self._children(number) and self._reaches(number):
                return number
        return None

    def _reaches(self, number: int) -> bool:
        if number not in self._is_ancestor:
            self._is_ancestor[number] = bool(self._log.isancestorrev(number, self._head))
        return self._is_ancestor[number]
