"""Seconds since the epoch as moments, also where a changeset claims to be of a time that no calendar has."""

from __future__ import annotations

from datetime import UTC, datetime

DAY = 86_400
FIRST, LAST = -62_135_596_800 + DAY, 253_402_300_799 - DAY
"""The second day of the year 1 and the last but one of 9999: every zone still has them."""


def moment_from(seconds: float) -> datetime:
    """Give the moment in UTC; the nearest that there is."""
    return datetime.fromtimestamp(min(max(seconds, FIRST), LAST), UTC)
