"""A real call and its real answer for every method, as the tests recorded them (`tests/api/examples.py`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

FILE = "examples.json"


@dataclass(frozen=True, slots=True)
class Example:
    """One call and what it gave."""

    method: str
    arguments: dict[str, Any]
    result: Any


@cache
def examples() -> dict[str, Example]:
    """Give the examples by method."""
    recorded = json.loads((files("belvedere.api") / FILE).read_text("utf-8"))
    return {name: Example(name, each["args"], each["result"]) for name, each in recorded.items()}
