"""Methods about what is in a repository: changesets and files."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Any, Literal

from django.utils import timezone

from belvedere.access.actor import Actor
from belvedere.api import review_shapes, shapes
from belvedere.api.arguments import Moment, Name, Revision, Text
from belvedere.api.registry import method
from belvedere.api.remembered import Remembered
from belvedere.api.results import Encoded, Streamed
from belvedere.errors import Invalid, NotFound
from belvedere.repos.fetch import Readable
from belvedere.repos.storage import open_repository
from belvedere.reviews.listing import reviews_of_changeset
from belvedere.text.paths import shown
from belvedere.vcs.errors import AmbiguousRevision, EmptyRepository, PathNotFound, RevisionNotFound
from belvedere.vcs.model import ChangedPaths, ChangesetQuery, Entry, EntryKind

_nodes = Remembered()


@method
def get_changesets(
    actor: Actor,
    repoid: Readable,
    start: Revision | None = None,
    end: Revision | None = None,
    start_date: Moment | None = None,
    end_date: Moment | None = None,
    branch_name: Name | None = None,
    reverse: bool = False,
    with_file_list: bool = False,
    max_revisions: int | None = None,
) -> Streamed:
    """List changesets, oldest first unless `reverse`; every filter narrows further.

    `start` and `end` are inclusive and take a hash, number or name; dates are inclusive, and in the server's zone
    where they name none. `max_revisions` keeps the newest.
    """
    if max_revisions is not None and max_revisions < 0:
        raise Invalid("invalid value of argument `max_revisions`: must not be negative")
    query = ChangesetQuery(
        start=None if start == "" else start,
        end=None if end == "" else end,
        since=_seconds(start_date),
        until=_seconds(end_date),
        branch=branch_name or None,
        limit=max_revisions,
        newest_first=reverse,
        files=with_file_list,
    )
    repository = open_repository(repoid)
    try:
        found = repository.changesets(query)
        first = next(found, None)
    except EmptyRepository as error:
        raise NotFound("Repository is empty") from error
    if first is None and repository.is_empty():
        raise NotFound("Repository is empty")
    every = chain([] if first is None else [first], found)
    return Streamed(shapes.changeset(each) | (_file_lists(each.files) if with_file_list else {}) for each in every)


@method
def get_changeset(actor: Actor, repoid: Readable, raw_id: Revision, with_reviews: bool = False) -> dict[str, Any]:
    """Give a changeset with the files that it touches and, on request, its reviews.

    `raw_id` is a full hash, an unambiguous beginning of one, a number, or the name of a branch, tag or bookmark.
    """
    try:
        found = open_repository(repoid).changeset(raw_id, files=True)
    except AmbiguousRevision:
        raise
    except RevisionNotFound as error:
        raise NotFound(f"Changeset {raw_id} does not exist") from error
    answer = {
        **shapes.changeset(found),
        "id": found.raw_id,
        "author": {"name": found.author_name, "email": found.author_email},
        **_file_lists(found.files),
    }
    if with_reviews:
        answer["reviews"] = [review_shapes.vote(each) for each in reviews_of_changeset(actor, repoid, found.raw_id)]
    return answer


@method
def get_repo_nodes(
    actor: Actor,
    repoid: Readable,
    revision: Revision,
    root_path: Text,
    ret_type: Literal["all", "dirs", "files"] = "all",
) -> Encoded:
    """List the directories and then the files below `root_path`, all levels of them, with their full paths."""
    repository = open_repository(repoid)
    path = root_path.strip("/")
    try:
        raw_id = repository.resolve(revision)
        key = (repoid.storage, raw_id, path, ret_type)
        return _nodes.get(key, lambda: _nodes_of(repository.tree(raw_id, path, recursive=True), ret_type))
    except (RevisionNotFound, PathNotFound) as error:
        failed = f"failed to get repo: `{repoid.name}` nodes"
        raise NotFound(f"{failed}: {error}", summary=failed) from error


def _nodes_of(entries: list[Entry], ret_type: str) -> list[dict[str, str]]:
    kinds = {"all": ("dir", "file"), "dirs": ("dir",), "files": ("file",)}[ret_type]
    return [{"name": shown(entry.path), "type": kind} for kind in kinds for entry in _walked(entries, kind)]


def _walked(entries: list[Entry], kind: str) -> Iterator[Entry]:
    """Give the entries of one kind as a walk meets them: a directory's own first, then those of each below it."""
    below: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        below[entry.path.rpartition("/")[0]].append(entry)
    roots = [path for path in below if path not in {entry.path for entry in entries}]
    waiting = list(reversed(roots))
    while waiting:
        here = below[waiting.pop()]
        yield from (entry for entry in here if _kind(entry) == kind)
        waiting += [entry.path for entry in reversed(here) if entry.kind is EntryKind.DIRECTORY and entry.path in below]


def _kind(entry: Entry) -> str | None:
    if entry.kind is EntryKind.SUBREPOSITORY:
        return None
    return "dir" if entry.kind is EntryKind.DIRECTORY else "file"


def _file_lists(files: ChangedPaths | None) -> dict[str, list[str]]:
    files = files or ChangedPaths()
    return {
        "added": [shown(path) for path in files.added],
        "changed": [shown(path) for path in files.changed],
        "removed": [shown(path) for path in files.removed],
    }


def _seconds(moment: datetime | None) -> float | None:
    if moment is None:
        return None
    return (timezone.make_aware(moment) if timezone.is_naive(moment) else moment).timestamp()
