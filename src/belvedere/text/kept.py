"""Results of work that need not be done twice, kept up to a number of bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Kept(Generic[Result]):
    """The latest used results of this process; safe among threads.

    `weigh` tells how many bytes a result holds: one that is heavier than `largest` is not kept.
    """

    def __init__(self, weigh: Callable[[Result], int], *, most: int, largest: int) -> None:
        self._weigh, self._most, self._largest = weigh, most, largest
        self._held = 0
        self._results: OrderedDict[Hashable, tuple[Result, int]] = OrderedDict()
        self._lock = threading.Lock()

    def known(self, key: Hashable) -> Result | None:
        """Give the result for the key if it is there."""
        with self._lock:
            found = self._results.get(key)
            return None if found is None else found[0]

    def get(self, key: Hashable, make: Callable[[], Result]) -> Result:
        """Give the result for the key, made only if it is not there."""
        with self._lock:
            found = self._results.get(key)
            if found is not None:
                self._results.move_to_end(key)
                return found[0]
        made = make()
        self._keep(key, made)
        return made

    def _keep(self, key: Hashable, made: Result) -> None:
        weight = self._weigh(made)
        if weight > self._largest:
            return
        with self._lock:
            if key in self._results:
                return
            self._results[key] = made, weight
            self._held += weight
            while self._held > self._most:
                _key, (_oldest, light) = self._results.popitem(last=False)
                self._held -= light
