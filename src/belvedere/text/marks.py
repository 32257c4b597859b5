"""Marks on parts of a line that is HTML already, told by places in its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_PARTS = re.compile(r'(<span class="hides">[^<]*</span>)|(<[^>]*>)|(&[#\w]+;)|([^<&]+|[<&])')
"""A hidden character that is shown by its number, a tag, an entity, and text: one, no, one and many characters."""


def marked(html: str, spans: Sequence[tuple[int, int]], tag: str) -> str:
    """Put an element around parts of a line as `highlighted_lines` and `escaped` make it, within its own elements."""
    if not spans:
        return html
    made: list[str] = []
    position = 0
    for hidden, element, entity, text in _PARTS.findall(html):
        if element:
            made.append(element)
            continue
        length = len(text) or 1
        for part, is_marked in _cut(hidden or entity or text, position, length, spans):
            made.append(f"<{tag}>{part}</{tag}>" if is_marked else part)
        position += length
    return "".join(made)


def _cut(text: str, start: int, length: int, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """Take text apart where marks begin and end; what stands for one character stays whole."""
    if length == 1:
        yield text, any(first <= start < last for first, last in spans)
        return
    done = start
    for first, last in spans:
        if last <= done or first >= start + length:
            continue
        if first > done:
            yield text[done - start : first - start], False
            done = first
        end = min(last, start + length)
        yield text[done - start : end - start], True
        done = end
    if done < start + length:
        yield text[done - start :], False
