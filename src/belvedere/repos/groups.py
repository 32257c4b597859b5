"""Creating repository groups."""

from __future__ import annotations

from django.db import transaction

from belvedere.access.actor import DEFAULT_USER_ID, Administrator
from belvedere.access.levels import Level
from belvedere.accounts.fetch import NewOwner, default_level
from belvedere.errors import Conflict, explained
from belvedere.repos.actions import lock_place, require_free_path
from belvedere.repos.fetch import Place
from belvedere.repos.models import Repository, RepositoryGroup, RepositoryGroupGrant
from belvedere.repos.names import check_path, key, split


def create_repository_group(
    _administrator: Administrator,
    place: Place,
    owner: NewOwner,
    description: str = "",
    *,
    copy_permissions: bool = False,
) -> RepositoryGroup:
    """Create a group; everyone gets the default level, or with `copy_permissions` what the parent grants."""
    if RepositoryGroup.objects.filter(key=key(place.path)).exists():
        raise Conflict(f"repo group `{place.path}` already exists")
    with explained(f"failed to create repo group `{place.path}`"):
        require_free_path(place.path)
        row = RepositoryGroup(
            name=check_path(place.path),
            key=key(place.path),
            parent=place.group,
            description=description or split(place.path)[1],
            owner=owner,
        )
        with transaction.atomic():
            lock_place(place)
            row.save(force_insert=True)
            _first_grants(row, copy_permissions=copy_permissions)
    return row


def content_of(group: RepositoryGroup) -> list[str]:
    """Name the repositories directly in a group."""
    return list(Repository.objects.filter(group=group).order_by("name").values_list("name", flat=True))


def _first_grants(row: RepositoryGroup, *, copy_permissions: bool) -> None:
    grants: dict[tuple[int | None, int | None], Level] = {(DEFAULT_USER_ID, None): default_level("group")}
    if copy_permissions and row.parent is not None:
        copied = row.parent.grants.values_list("user_id", "user_group_id", "level")
        grants |= {(user, group): Level(level) for user, group, level in copied}
    if not row.owner.is_administrator:
        grants[(row.owner_id, None)] = Level.ADMIN
    RepositoryGroupGrant.objects.bulk_create(
        RepositoryGroupGrant(target=row, user_id=user, user_group_id=group, level=level)
        for (user, group), level in grants.items()
    )
