"""Who is in a user group."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from belvedere.access.actor import DEFAULT_USER_ID, Actor
from belvedere.accounts.fetch import AdministeredUserGroup, NamedUser, ReadableUserGroup, named_user
from belvedere.accounts.models import User
from belvedere.errors import NotFound

MOST_NAMED = 500
_APART = re.compile(r"[\s,;\0]+")


def members_of(group: ReadableUserGroup, query: str = "") -> QuerySet[User]:
    """Give the members by username, or those who have the text in their username or name."""
    rows = User.objects.filter(memberships__user_group=group).order_by("username")
    if query:
        rows = rows.filter(Q(username__icontains=query) | Q(firstname__icontains=query) | Q(lastname__icontains=query))
    return rows.only("username", "firstname", "lastname", "is_active")


def members_with(actor: Actor, group: AdministeredUserGroup, ids: Iterable[int]) -> list[NamedUser]:
    """Give those of these users who are in the group."""
    found = members_of(group).filter(pk__in=list(ids)[:MOST_NAMED]).values_list("pk", flat=True)
    return [named_user(actor, pk) for pk in found]


def people_named(actor: Actor, text: str) -> tuple[list[NamedUser], list[str]]:
    """Read usernames apart by blanks or commas; give the users, and the names that nobody has."""
    found: dict[int, NamedUser] = {}
    unknown: list[str] = []
    for name in list(dict.fromkeys(filter(None, _APART.split(text))))[:MOST_NAMED]:
        try:
            user = named_user(actor, name)
        except NotFound:
            unknown.append(name)
            continue
        if user.pk == DEFAULT_USER_ID:
            unknown.append(name)
        else:
            found[user.pk] = user
    return list(found.values()), unknown
