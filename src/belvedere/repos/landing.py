"""The landing revision: which changeset a repository's pages begin at."""

from __future__ import annotations

from typing import NamedTuple

from belvedere.errors import Invalid

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
