"""Work that outlives a request: a function marked `job` is queued durably with `.enqueue(...)`.

Arguments are JSON values and name things by id; a job fetches them again, since they may have changed or gone.
"""

from django_tasks import task as job

__all__ = ["job"]
