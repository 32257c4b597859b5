"""What changesets changed, as plain text: for eyes, for programs, and as patches."""

from __future__ import annotations

from collections.abc import Iterator

from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor
from belvedere.errors import Invalid
from belvedere.repos.fetch import Readable
from belvedere.repos.storage import open_repository
from belvedere.vcs.model import SHORT_ID_LENGTH
from belvedere.vcs.repository import Repository
from belvedere.web.changeset_range import range_from
from belvedere.web.diff_options import options_from
from belvedere.web.diff_source import Difference
from belvedere.web.diff_texts import text_response
from belvedere.web.patches import patch_of
from belvedere.web.registry import page
from belvedere.web.visitors import PageRequest

MOST_PATCHES = 1000
"""Changesets of a range that are given as patches."""


@page("<repository>/changeset-diff/<rest:revision>", "<repository>/raw-changeset/<rest:revision>")
def changeset_diff(actor: Actor, request: PageRequest, repository: Readable, revision: str) -> HttpResponseBase:
    """Give the difference of a changeset or a range as text."""
    difference, _ = _difference(repository, revision)
    return text_response(request, difference.raw(options_from(request), binary=True))


@page("<repository>/changeset-download/<rest:revision>")
def changeset_download(actor: Actor, request: PageRequest, repository: Readable, revision: str) -> HttpResponseBase:
    """Give the same as a file to save."""
    difference, name = _difference(repository, revision)
    return text_response(request, difference.raw(options_from(request), binary=True), f"{name}.diff")


@page("<repository>/changeset-patch/<rest:revision>")
def changeset_patch(actor: Actor, request: PageRequest, repository: Readable, revision: str) -> HttpResponseBase:
    """Give a changeset, or each of a range, in the form that `git am` or `hg import` takes."""
    opened = open_repository(repository)
    several = range_from(opened, revision)
    raw_ids = several.raw_ids if several is not None else (opened.resolve(revision),)
    if len(raw_ids) > MOST_PATCHES:
        raise Invalid(f"at most {MOST_PATCHES} changesets are given as patches, and these are {len(raw_ids)}")
    return text_response(request, _patches(request, repository, opened, raw_ids))


def _difference(repository: Readable, revision: str) -> tuple[Difference, str]:
    """Give the difference that an address names, and a name for its file."""
    opened = open_repository(repository)
    several = range_from(opened, revision)
    if several is not None:
        name = f"{several.first[:SHORT_ID_LENGTH]}-{several.last[:SHORT_ID_LENGTH]}"
        return Difference(repository, opened, several.before, several.last), name
    raw_id = opened.resolve(revision)
    return Difference(repository, opened, None, raw_id), raw_id[:SHORT_ID_LENGTH]


def _patches(
    request: PageRequest, repository: Readable, opened: Repository, raw_ids: tuple[str, ...]
) -> Iterator[bytes]:
    options = options_from(request)
    for number, raw_id in enumerate(raw_ids, start=1):
        diff = Difference(repository, opened, None, raw_id).raw(options, binary=True)
        place = f"{number}/{len(raw_ids)}" if len(raw_ids) > 1 else ""
        yield from patch_of(opened, opened.changeset(raw_id), diff, place=place)
