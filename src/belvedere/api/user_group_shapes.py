"""User groups as the API answers them, with their members as full user objects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from belvedere.access.actor import Actor
from belvedere.access.prepared import PreparedForIds, columns_of, instance_from
from belvedere.accounts.models import Membership, User, UserGroup
from belvedere.api.shapes import Json, users

_members = PreparedForIds(
    "user_group_id",
    lambda: Membership.objects.order_by("pk").values_list("user_group_id", *columns_of(User, "user__")),
)


def user_groups(rows: Iterable[UserGroup], viewer: Actor) -> list[Json]:
    """Give user group objects, whose members are fetched together; the rows come with their owners."""
    found = list(rows)
    people: dict[int, User] = {}
    members: defaultdict[int, list[int]] = defaultdict(list)
    for row in _members.rows([group.pk for group in found]):
        user = instance_from(User, row, 1)
        people[user.pk] = user
        members[row[0]].append(user.pk)
    shown = {each["user_id"]: each for each in users(people.values(), viewer)}
    return [_user_group(group, [shown[pk] for pk in members[group.pk]]) for group in found]


def user_group(row: UserGroup, viewer: Actor) -> Json:
    """Give one user group object."""
    return user_groups([row], viewer)[0]


def _user_group(row: UserGroup, members: list[Json]) -> Json:
    return {
        "users_group_id": row.pk,
        "group_name": row.name,
        "group_description": row.description,
        "active": row.is_active,
        "owner": row.owner.username,
        "members": members,
    }
