"""What a user may do, as the API tells it: global permissions and a map of levels for each kind of object."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import QuerySet

from belvedere.access.actor import Actor
from belvedere.access.levels import Level, Prefix, permission_name
from belvedere.access.prepared import Prepared, PreparedForIds
from belvedere.access.rules import Rule
from belvedere.accounts.fetch import global_permissions, user_group_rule
from belvedere.repos.fetch import group_rule, repository_rule

RULES: dict[Prefix, Rule[Any]] = {"repository": repository_rule, "group": group_rule, "usergroup": user_group_rule}
WEIGHTS = ("none", "false", "manual", "manual_activate", "auto", "auto_activate", "true", "read", "write", "admin")


def _names(rule: Rule[Any]) -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any] = rule.model._default_manager.order_by("pk")
    return rows.values_list("pk", "name")


_ALL = {prefix: Prepared(partial(_names, rule)) for prefix, rule in RULES.items()}
_SOME = {prefix: PreparedForIds("id", partial(_names, rule)) for prefix, rule in RULES.items()}


def permissions_of(subject: Actor, viewer: Actor) -> dict[str, Any]:
    """Give the documented maps by name; an administrator sees `none` entries too, others no name that is hidden."""
    return {
        "global": _globals(subject),
        "repositories": _named("repository", subject, viewer),
        "repositories_groups": _named("group", subject, viewer),
        "user_groups": _named("usergroup", subject, viewer),
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


def _named(prefix: Prefix, subject: Actor, viewer: Actor) -> dict[str, str]:
    if subject.is_administrator:
        return dict.fromkeys((name for _pk, name in _ALL[prefix].rows()), permission_name(prefix, Level.ADMIN))
    levels = RULES[prefix].levels(subject)
    rows = _ALL[prefix].rows() if viewer.is_administrator else _SOME[prefix].rows(sorted(levels))
    return {name: permission_name(prefix, levels.get(pk, Level.NONE)) for pk, name in rows}
