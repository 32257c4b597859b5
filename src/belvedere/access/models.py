"""Grants as rows: every kind of object has a table of this shape."""

from __future__ import annotations

from django.db import models

from belvedere.access.levels import Level


class Grant(models.Model):
    """A level on one object for a user or for a user group.

    Users are named by label, not by import: this floor knows no other domain.
    """

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, null=True, related_name="+")
    user_group = models.ForeignKey("accounts.UserGroup", on_delete=models.CASCADE, null=True, related_name="+")
    level = models.PositiveSmallIntegerField(choices=[(level.value, level.label) for level in Level])

    class Meta:
        abstract = True

    def __str__(self) -> str:
        holder = f"user {self.user_id}" if self.user_id else f"user group {self.user_group_id}"
        return f"{Level(self.level).label} for {holder}"


def grant_constraints(table: str, target: str) -> list[models.BaseConstraint]:
    """Give what holds for each grant: one holder a row, and one row a holder and object."""
    return [
        models.CheckConstraint(
            condition=models.Q(user__isnull=True) ^ models.Q(user_group__isnull=True), name=f"{table}_one_holder"
        ),
        models.UniqueConstraint(fields=["user", target], name=f"{table}_user"),
        models.UniqueConstraint(fields=["user_group", target], name=f"{table}_user_group"),
    ]


def grant_indexes(table: str, target: str) -> list[models.Index]:
    """Give what lists ask: which objects does this holder reach at this level?"""
    return [
        models.Index(fields=["user", "level", target], name=f"{table}_by_user"),
        models.Index(fields=["user_group", "level", target], name=f"{table}_by_group"),
    ]
