"""Which changesets may have touched a path."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def touching(repo: Any, path: bytes, first: int, last: int, *, newest_first: bool) -> Iterable[int]:
    """Give the numbers between two that may have touched a path or what is below it."""
    return range(last, first - 1, -1) if newest_first else range(first, last + 1)
