"""What a user may do, as the API tells it: global permissions and a map of levels for each kind of object."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet

from belvedere.access.actor import Actor
from belvedere.access.levels import Level, Prefix, permission_name
from belvedere.access.rules import Rule
from belvedere.accounts.fetch import global_permissions, user_group_rule
from belvedere.repos.fetch import group_rule, repository_rule

WEIGHTS = ("none", "false", "manual", "manual_activate", "auto", "auto_activate", "true", "read", "write", "admin")


def permissions_of(subject: Actor, viewer: Actor) -> dict[str, Any]:
    """Give the documented maps by name; an administrator sees `none` entries too, others no name that is hidden."""
    return {
        "global": _globals(subject),
        "repositories": _named("repository", repository_rule, subject, viewer),
        "repositories_groups": _named("group", group_rule, subject, viewer),
        "user_groups": _named("usergroup", user_group_rule, subject, viewer),
    }


def _globals(subject: Actor) -> list[str]:
    """Give the heaviest permission of each kind."""
    if subject.is_administrator:
        return ["hg.admin"]
    heaviest: dict[str, str] = {}
    for permission in global_permissions(subject):
        kind, _, word = permission.rpartition(".")
        if kind not in heaviest or _weight(word) > _weight(heaviest[kind].rpartition(".")[2]):
            heaviest[kind] = permission
    return sorted(heaviest.values())


def _weight(word: str) -> int:
    return WEIGHTS.index(word) if word in WEIGHTS else len(WEIGHTS)


def _named(prefix: Prefix, rule: Rule[Any], subject: Actor, viewer: Actor) -> dict[str, str]:
    rows: QuerySet[Model] = rule.model._default_manager.order_by("pk")
    if subject.is_administrator:
        admin = permission_name(prefix, Level.ADMIN)
        return dict.fromkeys(rows.values_list("name", flat=True), admin)
    levels = rule.levels(subject)
    if not viewer.is_administrator:
        rows = rule.reached(subject, Level.READ).order_by("pk")
    return {name: permission_name(prefix, levels.get(pk, Level.NONE)) for pk, name in rows.values_list("pk", "name")}
