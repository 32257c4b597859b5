"""Where a changeset comes from besides its parents, and what took its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from mercurial import obsutil

from belvedere.vcs.hg.engine.changesets import Reader
from belvedere.vcs.model import Kin, Kinship, Lineage

MOST = 20
"""Relatives of a kind that are told."""

_NODE_LENGTH = 20
_HEX_LENGTH = 40
_IN_HEX = {b"source": Kinship.GRAFTED, b"rebase_source": Kinship.REBASED}


def lineage(repo: Any, number: int) -> Lineage:
    """Read what grafting, transplanting and rebasing wrote down, and the markers of obsolescence."""
    described = Reader(repo).describe(number)
    unfiltered = repo.unfiltered()
    node, extra = unfiltered.changelog.node(number), unfiltered[number].extra()
    kin = [*_sources(extra), *_of_markers(repo, node)]
    return Lineage(described.date, described.offset, tuple(kin))


def _sources(extra: dict[bytes, bytes]) -> Iterator[Kin]:
    for key, kinship in _IN_HEX.items():
        source = extra.get(key, b"")
        if len(source) == _HEX_LENGTH and source.isalnum():
            yield Kin(kinship, source.decode("ascii", "replace").lower())
    transplanted = extra.get(b"transplant_source", b"")
    if len(transplanted) == _NODE_LENGTH:
        yield Kin(Kinship.TRANSPLANTED, transplanted.hex())


def _of_markers(repo: Any, node: bytes) -> Iterator[Kin]:
    """Give what this replaces and what replaces it, one step of each."""
    if not repo.obsstore:
        return
    before = {marker[0] for marker in repo.obsstore.predecessors.get(node, ())}
    yield from (Kin(Kinship.PREDECESSOR, each) for each in _few(before))
    after = {each for found in obsutil.successorssets(repo.unfiltered(), node) for each in found} - {node}
    yield from (Kin(Kinship.SUCCESSOR, each) for each in _few(after))


def _few(nodes: Iterable[bytes]) -> list[str]:
    return sorted(node.hex() for node in nodes)[:MOST]
