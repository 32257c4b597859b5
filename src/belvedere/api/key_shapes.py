"""Keys of users as the API answers them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from belvedere.access.actor import Actor
from belvedere.access.scope import Scope, scope_from
from belvedere.accounts.keys import unseal
from belvedere.accounts.models import ApiKey, SshKey, User
from belvedere.api.shapes import moment
from belvedere.repos.fetch import groups_visible_to, visible_to

Json = dict[str, Any]
Names = dict[int, str]


def api_keys(rows: Sequence[ApiKey], holder: User, viewer: Actor) -> list[Json]:
    """Give API keys of one user, in two queries; objects that the viewer may not see are not named."""
    scopes = [scope_from(row.scope) for row in rows]
    repositories = _names(visible_to(viewer), {pk for scope in scopes for pk in scope.ids("repository")})
    groups = _names(groups_visible_to(viewer), {pk for scope in scopes for pk in scope.ids("group")})
    return [
        _api_key(row, holder, viewer, _scopes(scope, repositories, groups))
        for row, scope in zip(rows, scopes, strict=True)
    ]


def _api_key(row: ApiKey, holder: User, viewer: Actor, scopes: Json) -> Json:
    shown = row.sealed if viewer.scope.is_whole else None
    return {
        "api_key_id": row.pk,
        "username": holder.username,
        "description": row.description,
        "is_automatic": row.is_automatic,
        "api_key": None if shown is None else unseal(bytes(shown), holder.pk),
        "created_on": moment(row.created_on),
        "expires": moment(row.expires_on),
        "expired": row.expires_on is not None and row.expires_on <= timezone.now(),
        "scopes": scopes,
        "last_used": moment(row.last_used),
        "last_address": row.last_address or None,
    }


def _names(rows: Any, ids: set[int]) -> Names:
    return dict(rows.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def _scopes(scope: Scope, repositories: Names, groups: Names) -> Json:
    """Give null for what is not narrowed."""
    is_narrowed = scope.objects is not None
    return {
        "access": scope.ceiling.label,
        "methods": None if scope.methods is None else sorted(scope.methods),
        "repositories": _known(repositories, scope.ids("repository")) if is_narrowed else None,
        "repository_groups": _known(groups, scope.ids("group")) if is_narrowed else None,
    }


def _known(names: Names, ids: set[int]) -> list[str]:
    return sorted(names[pk] for pk in ids if pk in names)


def ssh_key(row: SshKey, holder: User) -> Json:
    """Give an SSH key."""
    return {
        "ssh_key_id": row.pk,
        "username": holder.username,
        "fingerprint": row.fingerprint,
        "public_key": row.text,
        "description": row.description,
        "created_on": moment(row.created_on),
        "last_seen": moment(row.last_seen),
    }
