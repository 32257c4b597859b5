"""Finding the changeset that an expression means."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from mercurial import error

from belvedere.vcs.errors import EmptyRepository, RevisionNotFound, named
from belvedere.vcs.hg.engine.names import to_bytes
from belvedere.vcs.model import RevisionLike

_FULL = re.compile(r"[0-9a-fA-F]{40}\Z")
_PREFIX = re.compile(r"[0-9a-fA-F]{4,40}\Z")
_NUMBER = re.compile(r"-?[0-9]{1,10}\Z")


def tip(repo: Any) -> int:
    """Give the highest visible number, or -1."""
    return int(repo.changelog.tiprev())


def count(repo: Any, until: int | None) -> int:
    """Count visible changesets, with numbers up to `until` unless it is None."""
    log = repo.changelog
    last = len(repo.unfiltered().changelog) - 1
    high = last if until is None else max(-1, min(until, last))
    return high + 1 - sum(1 for number in log.filteredrevs if number <= high)


def is_empty(repo: Any) -> bool:
    """Tell whether nothing is visible."""
    return tip(repo) < 0


def number_of(repo: Any, revision: RevisionLike) -> int:
    """Give the number of the changeset that `revision` means, as `Repository.resolve` orders the meanings."""
    if is_empty(repo):
        raise EmptyRepository("the repository has no changesets")
    if isinstance(revision, int):
        found = _by_number(repo, revision)
    elif revision is None or revision in {"", "tip"}:
        found = tip(repo)
    elif _FULL.match(revision):
        found = _by_node(repo, bytes.fromhex(revision))
    else:
        found = _by_expression(repo, revision)
    if found is None:
        raise RevisionNotFound(f"there is no changeset {named(revision)}")
    return found


def numbers(repo: Any, raw_ids: Iterable[str]) -> dict[str, int]:
    """Map full hashes to the numbers of those that are visible."""
    found = ((raw_id, _by_node(repo, bytes.fromhex(raw_id))) for raw_id in raw_ids)
    return {raw_id: number for raw_id, number in found if number is not None}


def resolve(repo: Any, revision: RevisionLike) -> str:
    """Give the full hash of the changeset that `revision` means."""
    return str(repo.changelog.node(number_of(repo, revision)).hex())


def _by_number(repo: Any, number: int) -> int | None:
    if number == -1:
        return tip(repo)
    changelog = repo.changelog
    if number < 0:
        number += len(changelog)
    return number if number in changelog else None


def _by_node(repo: Any, node: bytes) -> int | None:
    number = repo.unfiltered().changelog.index.get_rev(node)
    return number if number is not None and number in repo.changelog else None


def _by_expression(repo: Any, expression: str) -> int | None:
    kind, colon, name = expression.partition(":")
    if colon and kind in _BY_KIND:
        return _BY_KIND[kind](repo, name)
    if expression == "HEAD":
        return _by_branch(repo, "default")
    if _NUMBER.match(expression):
        number = _by_number(repo, int(expression))
        if number is not None:
            return number
    for find in (_by_bookmark, _by_tag, _by_branch, _by_prefix):
        number = find(repo, expression)
        if number is not None:
            return number
    return None


def _by_branch(repo: Any, name: str) -> int | None:
    node = repo.branchtip(to_bytes(name), ignoremissing=True)
    return None if node is None else _by_node(repo, node)


def _by_tag(repo: Any, name: str) -> int | None:
    node = None if name == "tip" else repo.tags().get(to_bytes(name))  # Mercurial counts the tip as a tag
    return None if node is None else _by_node(repo, node)


def _by_bookmark(repo: Any, name: str) -> int | None:
    node = repo._bookmarks.get(to_bytes(name))  # noqa: SLF001 -- Mercurial has no other name for it
    return None if node is None else _by_node(repo, node)


def _by_prefix(repo: Any, prefix: str) -> int | None:
    if not _PREFIX.match(prefix):
        return None
    try:
        node = repo.changelog._partialmatch(prefix.lower().encode())  # noqa: SLF001 -- counts visible ones only
    except error.AmbiguousPrefixLookupError:
        raise RevisionNotFound(f"more than one changeset begins with {named(prefix)}") from None
    except (error.LookupError, error.WdirUnsupported):  # `ffff` also begins the hash that stands for a working copy
        return None
    return None if node is None else _by_node(repo, node)


def _by_name_of_revision(repo: Any, name: str) -> int | None:
    if _NUMBER.match(name):
        number = _by_number(repo, int(name))
        if number is not None:
            return number
    return _by_prefix(repo, name)


_BY_KIND = {"branch": _by_branch, "tag": _by_tag, "book": _by_bookmark, "rev": _by_name_of_revision}
