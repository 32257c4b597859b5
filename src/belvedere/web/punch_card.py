"""The hours of the week in which work is done, as dots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS = 24
CELL = 10
LARGEST = 4.4
SMALLEST = 0.9


@dataclass(frozen=True, slots=True)
class Dot:
    """An hour of a day of the week: where it stands, how large, and how much it stands for."""

    x: int
    y: int
    radius: float
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class PunchCard:
    """The dots of the hours that have any, and all numbers by days."""

    dots: list[Dot]
    rows: list[tuple[str, list[int]]]
    busiest: Dot


def punch_card(hours: Sequence[int]) -> PunchCard | None:
    """Make a card of 168 numbers, Monday's first hour first; None if there is nothing in them."""
    most = max(hours, default=0)
    if not most:
        return None
    dots = [_dot(place, count, most) for place, count in enumerate(hours) if count]
    rows = [(day, list(hours[number * HOURS : (number + 1) * HOURS])) for number, day in enumerate(DAYS)]
    return PunchCard(dots, rows, max(dots, key=lambda dot: dot.count))


def _dot(place: int, count: int, most: int) -> Dot:
    day, hour = divmod(place, HOURS)
    radius = max(LARGEST * (count / most) ** 0.5, SMALLEST)  # the area tells the number
    label = f"{DAYS[day]}, {hour}:00"
    return Dot(hour * CELL + CELL // 2, day * CELL + CELL // 2, round(radius, 1), label, count)
