"""Shares of a whole as a bar: what is large has a part of its own, the rest stands together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MOST_PARTS = 5
SHADES = 8
"""How many parts can be told apart; what is left out has a shade after them."""
SMALLEST = 0.5
"""Percent below which a part is too thin to be seen."""
OTHER = "Other"


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the bar: `place` chooses its shade, `x` and `width` are in percent of the whole."""

    name: str
    count: int
    place: int
    x: float
    width: float

    @property
    def percent(self) -> str:
        """The width as people read it."""
        return f"{self.width:.1f}" if self.width >= 0.1 else "<0.1"  # noqa: PLR2004 the last digit that is shown


def shares_of(counts: Mapping[str, int], most: int = MOST_PARTS) -> list[Share]:
    """Give the parts, in the order of the counts; what is left out is the last one."""
    total = sum(counts.values())
    if not total:
        return []
    large = [(name, count) for name, count in counts.items() if count * 100 >= SMALLEST * total][:most]
    rest = total - sum(count for _, count in large)
    found: list[Share] = []
    x = 0.0
    for place, (name, count) in enumerate([*large, *([(OTHER, rest)] if rest else [])]):
        width = 100 * count / total
        found.append(
            Share(name, count, SHADES if name == OTHER else min(place, SHADES - 1), round(x, 2), round(width, 2))
        )
        x += width
    return found
