"""Names of changesets as pull requests give them: `type:name:hash`, `type:name`, or anything that resolves."""

from __future__ import annotations

import re
from typing import NamedTuple

from belvedere.errors import Invalid, NotFound
from belvedere.reviews.models import REF_KINDS
from belvedere.vcs.errors import EmptyRepository, RevisionNotFound
from belvedere.vcs.model import SHORT_ID_LENGTH
from belvedere.vcs.repository import Repository

FULL_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
OTHER_KINDS = {"bookmark": "book"}


class Ref(NamedTuple):
    """A name and the changeset that it stands for; `kind` is one of `REF_KINDS`."""

    kind: str
    name: str
    raw_id: str

    @property
    def short(self) -> str:
        """The name for titles: bare hashes are cut."""
        return self.name[:SHORT_ID_LENGTH] if self.kind == "rev" and FULL_HASH.fullmatch(self.name) else self.name


def ref_from(repository: Repository, called: str, text: str) -> Ref:
    """Find what a text means in a repository that people call so.

    A hash that is given counts, wherever the name may stand by now. `Invalid` for what is no name, `NotFound` for
    what there is not.
    """
    kind, name, raw_id = _parts(text)
    if not name:
        raise Invalid(f"ref `{text}` is neither a name nor type:name with a type of {', '.join(REF_KINDS)}")
    try:
        if raw_id:
            return Ref(kind or "rev", name, repository.resolve(raw_id))
        found = repository.resolve(f"{kind}:{name}" if kind else name)
    except EmptyRepository as error:
        raise NotFound(f"repository `{called}` is empty") from error
    except RevisionNotFound as error:
        raise NotFound(f"ref `{text}` not found in `{called}`: {error}") from error
    return Ref(kind, name, found) if kind else _named(repository, name, found)


def now(repository: Repository, called: str, ref: Ref) -> Ref:
    """Give the same name with what it stands for now; a bare hash stays what it is."""
    return ref_from(repository, called, f"{ref.kind}:{ref.name}")


def _parts(text: str) -> tuple[str, str, str]:
    head, colon, rest = text.partition(":")
    kind = OTHER_KINDS.get(head, head)
    if not colon or kind not in REF_KINDS:
        return "", text, ""
    name, colon, tail = rest.rpartition(":")
    return (kind, name, tail) if colon and FULL_HASH.fullmatch(tail) else (kind, rest, "")


def _named(repository: Repository, name: str, raw_id: str) -> Ref:
    """Say what kind of name it was; a name of no kind becomes the hash, so that it means the same for good."""
    refs = repository.refs()
    for kind, names in (("book", refs.bookmarks), ("tag", refs.tags), ("branch", refs.branches)):
        if names.get(name) == raw_id:
            return Ref(kind, name, raw_id)
    if refs.closed_branches.get(name) == raw_id:
        return Ref("branch", name, raw_id)
    return Ref("rev", raw_id, raw_id)
