"""The lines between changesets and their parents: which lane each is in, and what goes through a row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

COLOURS = 8
KEY_LENGTH = 12
"""Digits of a hash by which lanes know what they wait for; two changesets that share them would only be drawn wrong."""

MOST_LANES = 80
"""Lanes that are written down for the next page; with more, it begins without them."""

_WRITTEN = re.compile(r"[0-7]-(?:\.?(?:[0-9a-f]{12}[0-7]|-))*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Lane:
    """A line that comes from above and waits for the changeset that it leads to."""

    awaited: str
    colour: int


@dataclass(frozen=True, slots=True)
class Edge:
    """A line through a row: from a column at its upper end to one at its lower end, `to` the changeset it leads to.

    `start` is None where it begins at the row's own changeset, `end` is None where it ends there. One that begins here
    and joins a lane from above has the colour of its own changeset.
    """

    start: int | None
    end: int | None
    colour: int
    to: str


@dataclass(frozen=True, slots=True)
class Row:
    """A changeset's place: the column and colour of its dot, and the lines through its row."""

    column: int
    colour: int
    edges: tuple[Edge, ...]

    @property
    def width(self) -> int:
        """How many columns the row needs."""
        places = [each for edge in self.edges for each in (edge.start, edge.end) if each is not None]
        return max((self.column, *places)) + 1


@dataclass(slots=True)
class Lanes:
    """The lanes between two rows, and the colour that the next new one gets.

    Drawing goes on from here: nothing above has to be read again.
    """

    columns: list[Lane | None] = field(default_factory=list)
    next_colour: int = 0

    def draw(self, raw_id: str, parents: Iterable[str]) -> Row:
        """Draw the next changeset, below all of its children.

        The first parent goes on in the dot's own column, further ones begin in the first free column, and a parent that
        a lane already waits for is joined there.
        """
        key = raw_id[:KEY_LENGTH]
        arriving = [place for place, lane in enumerate(self.columns) if lane is not None and lane.awaited == key]
        column = arriving[0] if arriving else self._free()
        colour = self._colour_of(column) if arriving else self._new_colour()
        edges = [self._through(place, ends=place in arriving) for place, lane in enumerate(self.columns) if lane]
        for place in arriving:
            self.columns[place] = None
        for number, parent in enumerate(dict.fromkeys(each[:KEY_LENGTH] for each in parents)):
            edges.append(self._down(parent, column, colour, is_first=number == 0))
        while self.columns and self.columns[-1] is None:
            self.columns.pop()
        return Row(column, colour, tuple(edges))

    def written(self) -> str:
        """Write this down for an address; empty if there is nothing to go on from, or too much."""
        if not self.columns or len(self.columns) > MOST_LANES:
            return ""
        lanes = (f"{lane.awaited}{lane.colour}" if lane else "-" for lane in self.columns)
        return f"{self.next_colour}-" + ".".join(lanes)

    @property
    def awaited(self) -> list[str]:
        """The beginnings of the hashes that the lanes wait for."""
        return list(dict.fromkeys(lane.awaited for lane in self.columns if lane))

    def _through(self, place: int, *, ends: bool) -> Edge:
        lane = self.columns[place]
        assert lane is not None
        return Edge(place, None if ends else place, lane.colour, lane.awaited)

    def _down(self, parent: str, column: int, colour: int, *, is_first: bool) -> Edge:
        for place, lane in enumerate(self.columns):
            if lane is not None and lane.awaited == parent:
                return Edge(None, place, colour, parent)
        own = is_first and (column >= len(self.columns) or self.columns[column] is None)
        place = column if own else self._free(beside=column)
        lane = Lane(parent, colour if own else self._new_colour())
        self.columns += [None] * (place + 1 - len(self.columns))
        self.columns[place] = lane
        return Edge(None, place, lane.colour, parent)

    def _free(self, beside: int = -1) -> int:
        """Give the first column that is empty and not the dot's own."""
        free = (place for place, lane in enumerate(self.columns) if lane is None and place != beside)
        return next(free, max(len(self.columns), beside + 1))

    def _colour_of(self, column: int) -> int:
        lane = self.columns[column]
        assert lane is not None
        return lane.colour

    def _new_colour(self) -> int:
        colour = self.next_colour
        self.next_colour = (colour + 1) % COLOURS
        return colour


def lanes_from(text: str) -> Lanes:
    """Read what `written` wrote; whatever else it is, there are no lanes."""
    if len(text) > MOST_LANES * (KEY_LENGTH + 2) + 2 or not _WRITTEN.fullmatch(text):
        return Lanes()
    colour, _, rest = text.partition("-")
    columns = [None if each == "-" else Lane(each[:-1], int(each[-1])) for each in rest.split(".") if each]
    return Lanes(columns, int(colour))


def drawn(lanes: Lanes, changesets: Iterable[tuple[str, Iterable[str]]]) -> Iterator[Row]:
    """Draw hashes with their parents, newest first; `lanes` then stand where the last one left them."""
    for raw_id, parents in changesets:
        yield lanes.draw(raw_id, parents)
