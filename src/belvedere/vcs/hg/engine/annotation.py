"""Which changeset each line of a file came with."""

from __future__ import annotations

from typing import Any

from belvedere.vcs.hg.engine.names import to_text
from belvedere.vcs.hg.engine.tree import file_context
from belvedere.vcs.model import AnnotatedBlock


def annotate(repo: Any, number: int, path: str) -> list[AnnotatedBlock]:
    """Give the lines in blocks that came together, renames followed."""
    blocks: list[AnnotatedBlock] = []
    lines: list[bytes] = []
    begun: tuple[Any, int, int] | None = None
    for at, line in enumerate(file_context(repo[number], path).annotate(follow=True), start=1):
        together = begun and line.fctx == begun[0] and line.lineno == begun[2] + at - begun[1]
        if not together:
            _end_block(blocks, begun, lines)
            begun, lines = (line.fctx, at, line.lineno), []
        lines.append(line.text)
    _end_block(blocks, begun, lines)
    return blocks


def _end_block(blocks: list[AnnotatedBlock], begun: tuple[Any, int, int] | None, lines: list[bytes]) -> None:
    if begun:
        context, at, origin = begun
        blocks.append(AnnotatedBlock(context.hex().decode(), at, to_text(context.path()), origin, tuple(lines)))
