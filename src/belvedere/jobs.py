"""Work that outlives a request: a function marked `job` is queued durably with `.enqueue(...)`.

Arguments are JSON values and name things by id; a job fetches them again, since they may have changed or gone. A job
whose worker dies is run again from its beginning, so doing it twice must do no harm.
"""

from __future__ import annotations

import threading

from django_tasks import TaskContext
from django_tasks import task as job

__all__ = ["COUNTING", "LONG", "SLOW", "TaskContext", "end", "is_ending", "job"]

LONG = "long"
"""The queue of jobs that may take hours: `@job(queue_name=LONG)`. Workers of its own keep them out of others' way."""

COUNTING = "counting"
"""The queue of jobs that go through whole repositories, one after the other: minutes, where they are large."""
SLOW = (LONG, COUNTING)

_ending = threading.Event()


def end() -> None:
    """Have the long jobs of this process put themselves back into the queue."""
    _ending.set()


def is_ending(seconds: float = 0) -> bool:
    """Tell whether this worker has to end, after waiting so long for it."""
    return _ending.wait(seconds)
