"""The durable table of what happened; readers keep a cursor in it, so that nothing is lost with a process."""

from __future__ import annotations

from django.db import models


class Event(models.Model):
    """One thing that happened: written in the transaction that made it true, and never changed."""

    kind = models.CharField(max_length=64)
    happened_on = models.DateTimeField(auto_now_add=True)
    actor_id = models.IntegerField(null=True)
    repository_id = models.IntegerField(null=True)
    payload = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["repository_id", "id"]), models.Index(fields=["kind", "id"])]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"
