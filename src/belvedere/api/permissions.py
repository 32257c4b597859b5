"""What a user may do, as the API tells it: global permissions and a map of levels for each kind of object."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import QuerySet, Value

from belvedere.access.actor import Actor
from belvedere.access.levels import Level, Prefix, permission_name
from belvedere.access.prepared import Prepared, PreparedForIds
from belvedere.access.rules import Rule
from belvedere.accounts.fetch import global_permissions, user_group_rule
from belvedere.repos.fetch import group_rule, repository_rule

RULES: dict[Prefix, Rule[Any]] = {"repository": repository_rule, "group": group_rule, "usergroup": user_group_rule}
WEIGHTS = ("none", "false", "manual", "manual_activate", "auto", "auto_activate", "true", "read", "write", "admin")


Names = list[tuple[int, str]]


def _names(prefix: Prefix, rule: Rule[Any]) -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any] = rule.model._default_manager.all()
    return rows.values_list(Value(prefix), "pk", "name")


def _all_names() -> QuerySet[Any, Any]:
    first, *others = (_names(prefix, rule) for prefix, rule in RULES.items())
    return first.union(*others, all=True)


_ALL = Prepared(_all_names)
_SOME = {prefix: PreparedForIds("id", partial(_names, prefix, rule)) for prefix, rule in RULES.items()}


def permissions_of(subject: Actor, viewer: Actor) -> dict[str, Any]:
    """Give the documented maps by name; an administrator sees `none` entries too, others no name that is hidden."""
    levels = {} if subject.administers else {prefix: rule.levels(subject) for prefix, rule in RULES.items()}
    names: dict[str, Names] = {prefix: [] for prefix in RULES}
    if viewer.administers:
        found = _ALL.rows()
    else:
        found = [row for prefix, some in _SOME.items() for row in some.rows(levels[prefix])]
    for prefix, pk, name in found:
        names[prefix].append((pk, name))
    return {
        "global": _globals(subject),
        "repositories": _map("repository", names, levels.get("repository")),
        "repositories_groups": _map("group", names, levels.get("group")),
        "user_groups": _map("usergroup", names, levels.get("usergroup")),
    }


def _globals(subject: Actor) -> list[str]:
    """Give the heaviest permission of each kind."""
    if subject.administers:
        return ["hg.admin"]
    heaviest: dict[str, str] = {}
    for permission in global_permissions(subject):
        kind, _, word = permission.rpartition(".")
        if kind not in heaviest or _weight(word) > _weight(heaviest[kind].rpartition(".")[2]):
            heaviest[kind] = permission
    return sorted(heaviest.values())


def _weight(word: str) -> int:
    return WEIGHTS.index(word) if word in WEIGHTS else len(WEIGHTS)


def _map(prefix: Prefix, names: dict[str, Names], levels: dict[int, Level] | None) -> dict[str, str]:
    """Give the levels by name, in the order the objects came to be; no `levels` stand for an administrator."""
    everything = Level.ADMIN if levels is None else Level.NONE
    return {name: permission_name(prefix, (levels or {}).get(pk, everything)) for pk, name in sorted(names[prefix])}
