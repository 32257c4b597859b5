"""Gists."""

from __future__ import annotations

from django.db import models

SECRET_LENGTH = 20


class Gist(models.Model):
    """A few files; `storage` is the directory of their repository, below the root of all repositories.

    A private gist has a `secret`, which alone names it. `lexers` maps names of files to how their author wants them
    highlighted. From `expires_on` on it counts as missing; null means never.
    """

    owner = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    secret = models.CharField(max_length=SECRET_LENGTH, unique=True, null=True)  # noqa: DJ001 -- null is no secret
    description = models.TextField(blank=True)
    lexers = models.JSONField(default=dict)
    storage = models.CharField(max_length=255, unique=True)
    created_on = models.DateTimeField(auto_now_add=True)
    expires_on = models.DateTimeField(null=True, db_index=True)

    def __str__(self) -> str:
        return f"gist #{self.pk}"

    @property
    def access_id(self) -> str:
        """What names it in addresses and calls."""
        return self.secret or str(self.pk)

    @property
    def is_private(self) -> bool:
        """Whether only who was told its secret finds it."""
        return self.secret is not None
