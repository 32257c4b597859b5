"""Counts over time as bars: weeks where the time is short, else months, quarters or years."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from belvedere.vcs.activity import MONTHS_A_YEAR, monday_of

WIDTH, HEIGHT = 1000, 200
MOST_WEEKS = 106
MOST_BARS = 120
LABELS = 5
GAP = 0.18
"""Share of a bar's place that stays empty."""
SPARK_STEP, SPARK_HEIGHT = 4, 20
MOST_IN_SPARK = 48

MONTHS = [date(2000, month, 1).strftime("%B") for month in range(1, 13)]


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle of the chart and what it stands for."""

    x: float
    y: float
    width: float
    height: float
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars, evenly apart names below them, and what the highest one means. `unit` is what a bar is of: `week`."""

    bars: list[Bar]
    labels: list[str]
    unit: str
    most: int
    total: int


@dataclass(frozen=True, slots=True)
class Unit:
    """A length of time: how a month belongs to it, and what it is called."""

    name: str
    months: int
    label: Callable[[int], str]
    short: Callable[[int], str]


def _month(place: int) -> str:
    return f"{MONTHS[place % MONTHS_A_YEAR]} {place // MONTHS_A_YEAR}"


def _short_month(place: int) -> str:
    return f"{MONTHS[place % MONTHS_A_YEAR][:3]} {place // MONTHS_A_YEAR}"


def _quarter(place: int) -> str:
    return f"{place // 4}, quarter {place % 4 + 1}"


UNITS = (
    Unit("month", 1, _month, _short_month),
    Unit("quarter", 3, _quarter, lambda place: str(place // 4)),
    Unit("year", 12, str, str),
)


def weeks_chart(weeks: Mapping[int, int], first: int, last: int) -> Chart:
    """Draw the weeks from one to another."""
    return _chart(weeks, first, last, "week", lambda week: f"Week of {_day(monday_of(week))}", _short_week)


def months_chart(months: Mapping[int, int], first: int, last: int) -> Chart:
    """Draw the months from one to another, some of them together where they are many."""
    unit = _unit_for(last - first + 1, MOST_BARS)
    counts = _gathered(months, unit.months)
    return _chart(counts, first // unit.months, last // unit.months, unit.name, unit.label, unit.short)


@dataclass(frozen=True, slots=True)
class Spark:
    """A small picture without axis or names: a path, and how wide its place is."""

    path: str
    width: int


def spark(months: Mapping[int, int], first: int, last: int) -> Spark:
    """Draw the months from one to another in few bytes, since a page has many of these."""
    unit = _unit_for(last - first + 1, MOST_IN_SPARK)
    counts = _gathered(months, unit.months)
    start, end = first // unit.months, last // unit.months
    most = max((counts.get(place, 0) for place in range(start, end + 1)), default=0) or 1
    parts = []
    for place in range(start, end + 1):
        if count := counts.get(place, 0):
            height = max(round(SPARK_HEIGHT * count / most), 1)
            x = (place - start) * SPARK_STEP
            parts.append(f"M{x} {SPARK_HEIGHT}v-{height}h{SPARK_STEP - 1}v{height}z")
    return Spark("".join(parts), (end - start + 1) * SPARK_STEP)


def _unit_for(months: int, most: int) -> Unit:
    return next((unit for unit in UNITS if months <= most * unit.months), UNITS[-1])


def _gathered(months: Mapping[int, int], size: int) -> dict[int, int]:
    found: dict[int, int] = {}
    for month, count in months.items():
        found[month // size] = found.get(month // size, 0) + count
    return found


def _chart(
    counts: Mapping[int, int],
    first: int,
    last: int,
    unit: str,
    label: Callable[[int], str],
    short: Callable[[int], str],
) -> Chart:
    places = range(first, last + 1)
    most = max((counts.get(place, 0) for place in places), default=0)
    step = WIDTH / len(places)
    bars = [
        _bar((place - first) * step, step, counts[place], most, label(place)) for place in places if counts.get(place)
    ]
    named = sorted({first + round((last - first) * part / (LABELS - 1)) for part in range(LABELS)})
    return Chart(bars, [short(place) for place in named], unit, most, sum(bar.count for bar in bars))


def _bar(x: float, step: float, count: int, most: int, label: str) -> Bar:
    height = max(HEIGHT * count / most, 1)
    return Bar(
        round(x + step * GAP / 2, 1),
        round(HEIGHT - height, 1),
        round(step * (1 - GAP), 1),
        round(height, 1),
        label,
        count,
    )


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _short_week(week: int) -> str:
    day = monday_of(week)
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"
