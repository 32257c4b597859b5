"""Choices as rows: one for each that is not the default."""

from __future__ import annotations

from django.db import models


class Choice(models.Model):
    """The value of one field of `site.Choices`."""

    name = models.CharField(max_length=64, primary_key=True)
    value = models.JSONField()

    def __str__(self) -> str:
        return self.name
