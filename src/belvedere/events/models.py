"""The durable table of what happened; readers keep a cursor in it, so that nothing is lost with a process."""

from __future__ import annotations

from django.db import models

NAME_LENGTH = 64


class Event(models.Model):
    """One thing that happened: written in the transaction that made it true, and never changed.

    `actor_name` is what its actor was called then, `address` where he came from; both are empty where nobody knew.
    """

    kind = models.CharField(max_length=64)
    happened_on = models.DateTimeField(auto_now_add=True)
    actor_id = models.IntegerField(null=True)
    actor_name = models.CharField(max_length=NAME_LENGTH, blank=True)
    address = models.CharField(max_length=64, blank=True)
    repository_id = models.IntegerField(null=True)
    payload = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["repository_id", "id"]),
            models.Index(fields=["kind", "id"]),
            models.Index(fields=["actor_id", "id"], name="event_by_actor"),
            models.Index(fields=["actor_id", "kind", "id"], name="event_by_actor_and_kind"),
            models.Index(fields=["happened_on", "id"], name="event_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"
