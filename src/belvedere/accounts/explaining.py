"""Where the permissions of a user come from that are about no object."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Q

from belvedere.access.actor import DEFAULT_USER_ID, Actor
from belvedere.accounts.models import GlobalGrant, Membership

SAID = {
    "hg.create.repository": "create repositories at the top level",
    "hg.fork.repository": "fork repositories that one may read",
    "hg.usergroup.create.true": "create user groups",
}
"""The permissions that let somebody do something here."""


def global_sources(actor: Actor) -> dict[str, list[str]]:
    """Map each global permission that lets the actor do something to its sources, in the words of `access.rules`."""
    if not actor.scope.reaches_all:
        return {}
    if actor.is_administrator:
        return {permission: ["administrator"] for permission in SAID}
    holders = Q(user_id__in=(DEFAULT_USER_ID, actor.user_id)) | Q(
        user_group__is_active=True, user_group__memberships__user_id=actor.user_id
    )
    rows = GlobalGrant.objects.filter(holders, permission__in=SAID).order_by("permission", "pk")
    found: dict[str, list[str]] = defaultdict(list)
    for permission, user_id, group in rows.values_list("permission", "user_id", "user_group__name"):
        own = "default grant" if user_id == DEFAULT_USER_ID else "grant"
        found[permission].append(own if user_id else f"user group {group}")
    return dict(found)


def memberships_of(actor: Actor) -> list[Membership]:
    """Give the user groups that somebody is in, by name."""
    return list(
        Membership.objects.filter(user_id=actor.user_id).select_related("user_group").order_by("user_group__name")
    )
