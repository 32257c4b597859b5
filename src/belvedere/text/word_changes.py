"""Which words of a changed line changed, and which removed line became which added one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

Span = tuple[int, int]
Pair = tuple[int | None, int | None]

MOST_WORDS = 1500
"""Words of a line that are compared; longer lines are marked between what they have in common at both ends."""
MOST_COMPARED = 2500
"""Lines times lines of a block that are compared with each other; larger blocks are paired in their order."""
ALIKE = 0.5
WORTH_MARKING = 0.3
"""Shares of two lines that are the same: from the first they are a pair, from the second their words are marked."""

_WORD = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(slots=True)
class Effort:
    """What may still be spent on one page: comparisons of lines, and of words."""

    lines: int = 40_000
    words: int = 400_000

    def spend_lines(self, count: int) -> bool:
        """Take comparisons of lines, if so many are left."""
        self.lines -= count
        return self.lines >= 0

    def spend_words(self, count: int) -> bool:
        """Take comparisons of words, if so many are left."""
        self.words -= count
        return self.words >= 0


def changed_words(old: str, new: str, effort: Effort) -> tuple[list[Span], list[Span]]:
    """Give what to mark in either line, from and to; nothing where the lines have too little in common."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    start, end = _same_ends(before, after)
    inner_before, inner_after = before[start : len(before) - end], after[start : len(after) - end]
    same = [(at, at) for at in range(start)]
    if max(len(inner_before), len(inner_after)) <= MOST_WORDS and effort.spend_words(len(inner_before) + 1):
        same += [(one + start, other + start) for one, other in _longest_common(inner_before, inner_after)]
    same += [(len(before) - at, len(after) - at) for at in range(end, 0, -1)]
    common = sum(len(before[one]) for one, _ in same if not before[one].isspace())
    longest = max(_weight(before), _weight(after))
    if longest and common < WORTH_MARKING * longest:
        return [], []
    same = _without_islands(before, same, len(before), len(after))
    return _spans(before, {one for one, _ in same}), _spans(after, {other for _, other in same})


def paired(old: Sequence[str], new: Sequence[str], effort: Effort) -> list[Pair]:
    """Put removed and added lines of one block side by side, each in its order; what has no counterpart has None."""
    if not old or not new:
        return [(at, None) for at in range(len(old))] + [(None, at) for at in range(len(new))]
    size = len(old) * len(new)
    alike = _alike(old, new) if 1 < size <= MOST_COMPARED and effort.spend_lines(size) else []
    found: list[Pair] = []
    one = other = 0
    for stop, stop_other in [*alike, (len(old), len(new))]:
        rest, rest_other = stop - one, stop_other - other
        found += [
            (one + at if at < rest else None, other + at if at < rest_other else None)
            for at in range(max(rest, rest_other))
        ]
        if stop < len(old):
            found.append((stop, stop_other))
        one, other = stop + 1, stop_other + 1
    return found


def _same_ends(before: list[str], after: list[str]) -> tuple[int, int]:
    """Give how many words are the same at the beginning and at the end."""
    most = min(len(before), len(after))
    start = next((at for at in range(most) if before[at] != after[at]), most)
    most -= start
    end = next((at for at in range(most) if before[-1 - at] != after[-1 - at]), most)
    return start, end


def _longest_common(before: list[str], after: list[str]) -> list[tuple[int, int]]:
    """Give the places of a longest common subsequence.

    A row of the usual table is one integer here, a bit a word (Hyyrö 2004): thousands of words take a millisecond.
    """
    masks: dict[str, int] = {}
    for at, word in enumerate(before):
        masks[word] = masks.get(word, 0) | 1 << at
    full = (1 << len(before)) - 1
    row, rows = full, [full]
    for word in after:
        hits = row & masks.get(word, 0)
        row = ((row + hits) | (row - hits)) & full
        rows.append(row)
    found: list[tuple[int, int]] = []
    one, other = len(before), len(after)
    while one and other:
        bit = 1 << (one - 1)
        if rows[other] & bit:
            one -= 1
        elif rows[other - 1] & bit:
            one, other = one - 1, other - 1
            found.append((one, other))
        else:
            other -= 1
    return found[::-1]


def _without_islands(before: list[str], same: list[tuple[int, int]], end: int, end_other: int) -> list[tuple[int, int]]:
    """Take away blanks that are the same between words that are not: marks without holes read better."""
    kept: list[tuple[int, int]] = []
    for place, (one, other) in enumerate(same):
        after, after_other = same[place + 1] if place + 1 < len(same) else (end, end_other)
        earlier, earlier_other = same[place - 1] if place else (-1, -1)
        is_alone = earlier < one - 1 and after > one + 1 and earlier_other < other - 1 and after_other > other + 1
        if not (is_alone and before[one].isspace()):
            kept.append((one, other))
    return kept


def _spans(words: list[str], same: set[int]) -> list[Span]:
    found: list[Span] = []
    position = 0
    for at, word in enumerate(words):
        end = position + len(word)
        if at not in same:
            if found and found[-1][1] == position:
                found[-1] = (found[-1][0], end)
            else:
                found.append((position, end))
        position = end
    return found


def _weight(words: list[str]) -> int:
    return sum(len(word) for word in words if not word.isspace())


@dataclass(frozen=True, slots=True)
class _Bag:
    """The words of a line without their order, and how many characters they have."""

    words: Counter[str]
    weight: int


def _bag_of(line: str) -> _Bag:
    text = line.strip()
    return _Bag(Counter(_WORD.findall(text)), len(text))


def _alike(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Give the pairs of lines that are alike, in order, so that the sum of their likeness is largest."""
    bags, others = [_bag_of(line) for line in old], [_bag_of(line) for line in new]
    if len(bags) == len(others) and all(map(_are_alike, bags, others)):  # nearly always, so the table is not needed
        return [(at, at) for at in range(len(bags))]
    likeness = [[_likeness(bag, other) for other in others] for bag in bags]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for one in range(len(old) - 1, -1, -1):
        for other in range(len(new) - 1, -1, -1):
            value = likeness[one][other]
            together = best[one + 1][other + 1] + value if value >= ALIKE else 0.0
            best[one][other] = max(best[one + 1][other], best[one][other + 1], together)
    found: list[tuple[int, int]] = []
    one = other = 0
    while one < len(old) and other < len(new):
        value = likeness[one][other]
        if value >= ALIKE and best[one][other] == best[one + 1][other + 1] + value:
            found.append((one, other))
            one, other = one + 1, other + 1
        elif best[one][other] == best[one + 1][other]:
            one += 1
        else:
            other += 1
    return found


def _are_alike(one: _Bag, other: _Bag) -> bool:
    return _likeness(one, other) >= ALIKE


def _likeness(one: _Bag, other: _Bag) -> float:
    """Give the share of characters that two lines have in common, from 0 to 1; too small to matter counts as 0."""
    if one.words == other.words:
        return 1.0
    longest = max(one.weight, other.weight)
    if min(one.weight, other.weight) < ALIKE * longest:
        return 0.0
    there = other.words
    shared = 0
    for word, count in one.words.items():
        if word in there:
            shared += len(word) * (count if count == 1 else min(count, there[word]))
    return shared / longest
