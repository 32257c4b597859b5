"""Answers that can never change, kept as the text that is sent: what a changeset's hash names is for ever the same."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from belvedere.api.results import Encoded

MOST_BYTES = 32 * 1024 * 1024
LARGEST = 2 * 1024 * 1024


class Remembered:
    """The latest used answers of this process, up to a number of bytes; safe among threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._held = 0
        self._answers: OrderedDict[Hashable, Encoded] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Encoded:
        """Give the answer for the key, made only if it is not there."""
        with self._lock:
            found = self._answers.get(key)
            if found is not None:
                self._answers.move_to_end(key)
                return found
        made = Encoded(json.dumps(make()))
        if len(made.text) <= LARGEST:
            self._keep(key, made)
        return made

    def _keep(self, key: Hashable, made: Encoded) -> None:
        with self._lock:
            if key in self._answers:
                return
            self._answers[key] = made
            self._held += len(made.text)
            while self._held > self._most_bytes:
                _key, oldest = self._answers.popitem(last=False)
                self._held -= len(oldest.text)
