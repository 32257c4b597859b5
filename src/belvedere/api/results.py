"""Results that are written in another way than as one object: JSON already, or long and written as they come."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Encoded:
    """A result that is JSON already."""

    text: str


@dataclass(frozen=True, slots=True)
class Streamed:
    """A list that may be long: it is written while it is read, so that memory does not grow with it."""

    items: Iterator[Any]

    def pieces(self) -> Iterator[str]:
        """Give the JSON of the list in pieces of some items."""
        before = "["
        while some := list(islice(self.items, AT_ONCE)):
            yield before + json.dumps(some)[1:-1]
            before = ", "
        yield "[]" if before == "[" else "]"
