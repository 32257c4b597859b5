"""The landing revision: which changeset a repository's pages begin at."""

from __future__ import annotations

from typing import NamedTuple

from belvedere.errors import Invalid
from belvedere.repos.models import Repository
from belvedere.vcs.errors import EmptyRepository, RevisionNotFound
from belvedere.vcs.repository import Repository as VcsRepository

KINDS = ("rev", "branch", "tag", "book")
NAME_LENGTH = 255


class Landing(NamedTuple):
    """A kind of name and the name, as the API answers them."""

    kind: str
    name: str


def landing_from(text: str) -> Landing:
    """Read `tip`, a bare name or `type:name`."""
    kind, colon, name = text.partition(":")
    if not colon:
        kind, name = "rev", text
    if kind not in KINDS or not name or len(name) > NAME_LENGTH:
        raise Invalid(f"landing_rev `{text}` is neither a name nor type:name with a type of {', '.join(KINDS)}")
    return Landing(kind, name)


def landing_of(opened: VcsRepository, row: Repository) -> str:
    """Give the name of the revision that pages begin at: the landing revision, or the tip if it is gone."""
    if row.landing_kind == "rev" and row.landing_name == "tip":
        return _default(opened)
    name = row.landing_name if row.landing_kind == "rev" else f"{row.landing_kind}:{row.landing_name}"
    try:
        opened.resolve(name)
    except (RevisionNotFound, EmptyRepository):
        return _default(opened)
    return name


def _default(opened: VcsRepository) -> str:
    """Give what a person expects without having chosen: the branch that a clone checks out."""
    return opened.refs().default or "tip"
