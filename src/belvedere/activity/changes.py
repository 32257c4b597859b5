"""Names of what changed, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

WORDS = {
    "is_active=true": "active",
    "is_active=false": "not active",
    "is_administrator=true": "made an administrator",
    "is_administrator=false": "no administrator any more",
    "is_private=true": "private",
    "is_private=false": "not private any more",
    "has_downloads=true": "downloads on",
    "has_downloads=false": "downloads off",
    "has_statistics=true": "statistics on",
    "has_statistics=false": "statistics off",
    "fork_of": "what it is a fork of",
    "firstname": "first name",
    "lastname": "last name",
    "username": "username",
    "extern_type": "source of the account",
    "extern_name": "name at its source",
    "email": "e-mail address",
    "landing_kind": "landing revision",
    "landing_name": "landing revision",
    "remote_uri": "remote address",
    "remote_secret": "credentials of the remote address",
    "repository_type": "system of new repositories",
    "repository_private": "privacy of new repositories",
    "repository_downloads": "downloads of new repositories",
    "repository_statistics": "statistics of new repositories",
}


def changed_in_words(names: Iterable[str] | Mapping[str, Any]) -> str:
    """Write the names of what changed, each once, with the new value where that is known."""
    if isinstance(names, Mapping):
        return ", ".join(f"{WORDS.get(name, name)}: {_said(value)}" for name, value in names.items())
    return ", ".join(dict.fromkeys(WORDS.get(name, name) for name in names))


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"“{value}”" if value else "nothing"
