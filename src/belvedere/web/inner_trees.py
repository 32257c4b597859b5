"""Subrepositories that lie on this site, as parts of an archive of the repository that names them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from django.conf import settings

from belvedere.access.actor import Actor
from belvedere.errors import NotFound
from belvedere.repos.fetch import Readable, readable
from belvedere.repos.storage import open_repository
from belvedere.vcs.errors import EmptyRepository, PathNotFound, RevisionNotFound
from belvedere.vcs.model import EntryKind
from belvedere.vcs.repository import Repository
from belvedere.web.file_place import FilePlace
from belvedere.web.parameters import name_or_id
from belvedere.web.subrepositories import own_name, sources_of

MOST = 50
DEEPEST = 4


@dataclass(frozen=True, slots=True)
class InnerTree:
    """A changeset of a repository of this site that stands at a path of another."""

    path: str
    repository: Readable
    opened: Repository
    raw_id: str


@dataclass(slots=True)
class InnerTrees:
    """What there is, and how many are elsewhere, gone, hidden from who asks, or too many."""

    found: list[InnerTree] = field(default_factory=list)
    left_out: int = 0


def inner_trees(actor: Actor, site: str, place: FilePlace) -> InnerTrees:
    """Find the subrepositories at or below a path, and theirs, as far as the actor may read them."""
    trees = InnerTrees()
    waiting = [(place, "", 1)]
    while waiting:
        outer, above, depth = waiting.pop(0)
        for path, source in sorted(sources_of(outer).items()):
            if not _is_within(path, outer.path) or not (pinned := _pinned(outer, path)):
                continue
            inner = _inner(actor, site, outer, path, source, pinned) if len(trees.found) < MOST else None
            if inner is None:
                trees.left_out += 1
                continue
            trees.found.append(InnerTree(above + path, inner.repository, inner.opened, inner.raw_id))
            if depth < DEEPEST:
                below = FilePlace(inner.repository, inner.opened, inner.raw_id, inner.raw_id, "")
                waiting.append((below, f"{above}{path}/", depth + 1))
    return trees


def _is_within(path: str, directory: str) -> bool:
    return not directory or path == directory or path.startswith(f"{directory}/")


def _pinned(outer: FilePlace, path: str) -> str:
    """Give the revision that a subrepository stands at; empty where there is none."""
    try:
        entry = outer.opened.entry(outer.raw_id, path)
    except PathNotFound:
        return ""
    return entry.id if entry.kind is EntryKind.SUBREPOSITORY else ""


def _inner(actor: Actor, site: str, outer: FilePlace, path: str, source: str, pinned: str) -> InnerTree | None:
    for name in _names(site, outer.repository.name, path, source):
        try:
            repository = readable(actor, name_or_id(name))
            opened = open_repository(repository)
            return InnerTree(path, repository, opened, opened.resolve(pinned))
        except (NotFound, RevisionNotFound, EmptyRepository):
            continue
    return None


def _names(site: str, repository_name: str, path: str, source: str) -> Iterator[str]:
    """Give what a source may mean here: an address of this site, or one beside the repository's own."""
    for own in (site, settings.BELVEDERE.base_url, settings.BELVEDERE.ssh_address):
        if own and _host(source) and _host(source) == _host(own):
            yield unquote(urlsplit(source).path).strip("/")
            return
    if name := own_name(repository_name, path, source):
        yield name


def _host(address: str) -> tuple[str, str] | None:
    """Give scheme, host and port of an address, in small letters; whoever signs in there does not matter."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return (parts.scheme.lower(), parts.netloc.rpartition("@")[2].lower()) if parts.netloc else None
