"""How far a pull has come, and who looks at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

SECONDS_BETWEEN_LOOKS = 1.0
"""How long a pull goes on at most without its watch being called."""


class Step(StrEnum):
    """What a pull does."""

    PREPARING = "preparing"
    RECEIVING = "receiving"
    CHECKING = "checking"
    RECORDING = "recording"


@dataclass(frozen=True, slots=True)
class Progress:
    """What is done of a step: `done` of `total` (0: nobody knows) `unit`s, and the bytes that there are so far.

    `unit` is a word in the plural, or empty where nothing is counted; `size` is 0 where it is not measured.
    """

    step: Step
    done: int = 0
    total: int = 0
    unit: str = ""
    size: int = 0


class CalledOff(Exception):
    """What a watch raises to end a pull."""


Watch = Callable[[Progress | None], None]
"""Called about each second while a pull runs: with how far it is, or None where nothing is known that was not before.

What it raises ends the pull, which leaves nothing half done.
"""


def unwatched(_progress: Progress | None) -> None:
    """Look away."""
