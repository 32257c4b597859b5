"""Which changeset each line of a file came with, as pages show it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.safestring import SafeString

from belvedere.text.decoding import Decoded, decoded
from belvedere.text.kept import Kept
from belvedere.vcs.model import AnnotatedBlock, Changeset
from belvedere.web.file_place import FilePlace
from belvedere.web.source_view import Source, source_of

LARGEST = 4 << 20
"""Bytes from which a file is not annotated."""
HEATS = 8
"""Steps between the oldest changeset of a file and the newest."""


@dataclass(frozen=True, slots=True)
class Annotated:
    """A file's text and where each of its lines came from; both have as many lines."""

    text: Decoded
    blocks: list[AnnotatedBlock]
    changesets: dict[str, Changeset]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that came with one changeset. `before` is the address of the file before it, at these lines.

    `heat` is 0 for the oldest changeset of the file and `HEATS - 1` for the newest.
    """

    change: Changeset
    heat: int
    before: str
    html: SafeString


def _weight(found: Annotated) -> int:
    return 2 * len(found.text.text) + 120 * sum(len(block.lines) for block in found.blocks)


_kept: Kept[Annotated] = Kept(_weight, most=32 << 20, largest=16 << 20)


def annotated(place: FilePlace) -> Annotated | None:
    """Annotate a file; None for what is no text. Takes as long as the file's history is."""
    known = _kept.known(place.key)
    if known is not None:
        return known
    text = decoded(place.opened.read(place.raw_id, place.path))
    return None if text is None else _kept.get(place.key, lambda: _annotated(place, text))


def blocks_of(place: FilePlace, found: Annotated, first: int) -> tuple[Source, list[Block]]:
    """Give a piece of the text, and the same in blocks."""
    source = source_of(place.path, found.text, first)
    heats = _heats(found.changesets)
    return source, list(_blocks(place, found, source, heats))


def _annotated(place: FilePlace, text: Decoded) -> Annotated:
    blocks = place.opened.annotate(place.raw_id, place.path)
    changesets = place.opened.several(sorted({block.raw_id for block in blocks}))
    return Annotated(text, blocks, {each.raw_id: each for each in changesets})


def _heats(changesets: dict[str, Changeset]) -> dict[str, int]:
    dates = [each.date for each in changesets.values()]
    oldest, length = min(dates, default=0), max(dates, default=0) - min(dates, default=0)
    return {
        raw_id: HEATS - 1 if not length else min(HEATS - 1, int((each.date - oldest) / length * HEATS))
        for raw_id, each in changesets.items()
    }


def _blocks(place: FilePlace, found: Annotated, source: Source, heats: dict[str, int]) -> Iterator[Block]:
    for block in found.blocks:
        start, end = max(block.line, source.first), min(block.line + len(block.lines) - 1, source.last)
        if start > end:
            continue
        line = block.origin_line + start - block.line
        before = place.url("annotate", block.origin_path, block.raw_id, before=line)
        yield Block(found.changesets[block.raw_id], heats[block.raw_id], before, source.numbered(start, end))
