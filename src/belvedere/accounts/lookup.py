"""Users and user groups as somebody names them who knows a part of the name: for pickers."""

from __future__ import annotations

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from belvedere.access.actor import DEFAULT_USER_ID, Member
from belvedere.accounts.fetch import user_groups_visible_to
from belvedere.accounts.models import User, UserGroup

MOST_WORDS = 4


def people_called(_member: Member, text: str, most: int) -> list[User]:
    """Give active users who have each word in their username or name, the likeliest first; no text finds nobody.

    Only what everyone with a name may know of others is read: the username and the name.
    """
    words = text.split()[:MOST_WORDS]
    if not words:
        return []
    rows = _active()
    for word in words:
        held = Q(username__icontains=word) | Q(firstname__icontains=word) | Q(lastname__icontains=word)
        rows = rows.filter(held)
    return list(rows.order_by(_rank("username", words[0]), "username")[:most])


def person_called(_member: Member, username: str) -> list[User]:
    """Give the active user of exactly this name, or nobody."""
    return list(_active().filter(username__iexact=username))


def user_groups_called(member: Member, text: str, most: int) -> list[UserGroup]:
    """Give the user groups that the member may see with each word in the name, the likeliest first."""
    words = text.casefold().split()[:MOST_WORDS]
    if not words:
        return []
    rows = user_groups_visible_to(member)
    for word in words:
        rows = rows.filter(key__contains=word)
    return list(rows.order_by(_rank("key", words[0]), "key")[:most])


def user_group_called(member: Member, name: str) -> list[UserGroup]:
    """Give the user group of exactly this name, or none."""
    return list(user_groups_visible_to(member).filter(key=name.casefold()))


def _active() -> QuerySet[User]:
    known = User.objects.filter(is_active=True).exclude(pk=DEFAULT_USER_ID)
    return known.only("username", "firstname", "lastname")


def _rank(column: str, word: str) -> Case:
    """Put exact names before those that begin so, and these before the others."""
    return Case(
        When(**{f"{column}__iexact": word}, then=Value(0)),
        When(**{f"{column}__istartswith": word}, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
