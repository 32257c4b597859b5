"""Creating, changing and deleting repositories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from belvedere.access.actor import DEFAULT_USER_ID, Actor
from belvedere.access.levels import Level
from belvedere.accounts.fetch import NewOwner, default_level
from belvedere.accounts.models import User
from belvedere.errors import Conflict, Forbidden, Invalid, NotFound, domain_error_from, explained
from belvedere.repos import storage
from belvedere.repos.fetch import Administered, Place, administered
from belvedere.repos.landing import Landing
from belvedere.repos.models import Following, Repository, RepositoryGrant, RepositoryGroup
from belvedere.repos.names import check_path, key, split
from belvedere.vcs.errors import VcsError

Forks = Literal["delete", "detach"]


@dataclass(frozen=True, kw_only=True, slots=True)
class RepositorySettings:
    """What can be said of a repository; None leaves it as it is, and as the default for a new one."""

    description: str | None = None
    is_private: bool | None = None
    landing: Landing | None = None
    remote_uri: str | None = None
    has_downloads: bool | None = None
    has_statistics: bool | None = None


PLAIN_FIELDS = ("description", "is_private", "remote_uri", "has_downloads", "has_statistics")


def create_repository(
    place: Place,
    scheme: str,
    owner: NewOwner,
    given: RepositorySettings,
    *,
    copy_permissions: bool = False,
) -> Repository:
    """Create an empty repository on disk and in the database; after a crash at any moment it is there or not at all.

    The owner administers it and follows it; everyone gets the default level (none if it is private).
    """
    with explained(f"failed to create repository `{place.path}`"):
        require_free_path(place.path)
        row = Repository(
            name=check_path(place.path), key=key(place.path), group=place.group, scheme=scheme, owner=owner
        )
        row.storage = storage.new_storage(scheme)
        _fill(row, given)
        row.description = row.description or split(place.path)[1]
        try:
            storage.create(scheme, row.storage)
            with transaction.atomic():
                lock_place(place)
                row.save(force_insert=True)
                _first_grants(row, place, copy_permissions=copy_permissions)
                Following.objects.create(user=owner, repository=row)
        except VcsError as error:
            raise Invalid(str(domain_error_from(error))) from error
        except BaseException:
            storage.discard(row.storage)
            raise
    return row


def update_repository(
    repository: Administered, place: Place, given: RepositorySettings, owner: NewOwner | None = None
) -> Repository:
    """Change a repository's settings, name, group or owner. Its id and its directory stay what they are."""
    with explained(f"failed to update repo `{repository.name}`"):
        if place.path != repository.name:
            require_free_path(place.path, repository)
            repository.name, repository.key = check_path(place.path), key(place.path)
        filled = _fill(repository, given)
        repository.owner = owner or repository.owner
        repository.group = place.group
        with transaction.atomic():
            lock_place(place, repository)
            # Only what is meant: a push may be writing to the same row.
            repository.save(update_fields=["name", "key", "group", "owner", *filled])
    return repository


def delete_repository(actor: Actor, repository: Administered, forks: Forks | None = None) -> tuple[int, int]:
    """Delete a repository to the recycle area; give how many direct forks were detached and deleted.

    With forks, `delete` takes the whole tree of them along (the actor has to administer each) and `detach` lets them
    live on their own; without either it is refused.
    """
    direct = repository.forks.count()
    if direct and forks is None:
        raise Conflict(f"Cannot delete `{repository.name}` it still contains attached forks")
    doomed = _fork_tree(actor, repository) if forks == "delete" else [repository]
    with transaction.atomic():
        abouts = [(row.storage, _about(row)) for row in doomed]
        Repository.objects.filter(pk__in=[row.pk for row in doomed]).delete()
    for place, about in abouts:
        storage.recycle(place, about)
    return (direct, 0) if forks == "detach" else (0, direct if forks else 0)


def lock_place(place: Place, mover: Repository | RepositoryGroup | None = None) -> None:
    """Hold the place until the transaction ends, and refuse it if it was taken since it was looked at.

    The group cannot be deleted or renamed under a newcomer. Repositories and groups have a table each, so no
    constraint keeps them from sharing a name; at the top level the row of `default` stands for the group's.
    """
    if place.group is None:
        list(User.objects.select_for_update(no_key=True).filter(pk=DEFAULT_USER_ID).values_list("pk"))
    else:
        group = RepositoryGroup.objects.select_for_update().filter(pk=place.group.pk).first()
        if group is None or group.name != split(place.path)[0]:
            raise NotFound(f"repo group `{place.group.name}` not found")
    require_free_path(place.path, mover)


def require_free_path(path: str, mover: Repository | RepositoryGroup | None = None) -> None:
    """Refuse a path that a repository or a group has already, whatever its case."""
    wanted = Q(key=key(path))
    if isinstance(mover, Repository):
        taken_repository = Repository.objects.filter(wanted).exclude(pk=mover.pk)
    else:
        taken_repository = Repository.objects.filter(wanted)
    if taken_repository.exists():
        raise Conflict(f"repo `{path}` already exist")
    groups = RepositoryGroup.objects.filter(wanted)
    if (groups.exclude(pk=mover.pk) if isinstance(mover, RepositoryGroup) else groups).exists():
        raise Conflict(f"repo group `{path}` already exist")


def _fill(row: Repository, given: RepositorySettings) -> list[str]:
    """Take over what is given, and name the columns that this changes."""
    filled = {name: getattr(given, name) for name in PLAIN_FIELDS if getattr(given, name) is not None}
    if given.landing is not None:
        filled["landing_kind"], filled["landing_name"] = given.landing
    for name, value in filled.items():
        setattr(row, name, value)
    return list(filled)


def _first_grants(row: Repository, place: Place, *, copy_permissions: bool) -> None:
    """Give default its level and the owner his; administrators need no row."""
    level = Level.NONE if row.is_private else default_level("repository")
    grants: dict[tuple[int | None, int | None], Level] = {(DEFAULT_USER_ID, None): level}
    if not row.owner.is_administrator:
        grants[(row.owner_id, None)] = Level.ADMIN
    if copy_permissions and place.group is not None:
        for user, group, copied in place.group.grants.values_list("user_id", "user_group_id", "level"):
            grants[(user, group)] = Level(copied)
    RepositoryGrant.objects.bulk_create(
        RepositoryGrant(target=row, user_id=user, user_group_id=group, level=level)
        for (user, group), level in grants.items()
    )


def _fork_tree(actor: Actor, repository: Administered) -> list[Repository]:
    tree: list[Repository] = [repository]
    for row in tree:
        for fork in row.forks.all():
            try:
                tree.append(administered(actor, fork.pk))
            except (NotFound, Forbidden) as error:
                raise Forbidden(
                    f"Cannot delete `{repository.name}`: it has forks that are not yours to delete"
                ) from error
    return tree


def _about(row: Repository) -> dict[str, object]:
    """Say what it takes to bring a deleted repository back."""
    grants = row.grants.values("user__username", "user_group__name", "level")
    return {
        "repo_id": row.pk,
        "repo_name": row.name,
        "repo_type": row.scheme,
        "storage": row.storage,
        "owner": row.owner.username,
        "description": row.description,
        "private": row.is_private,
        "landing_rev": [row.landing_kind, row.landing_name],
        "enable_downloads": row.has_downloads,
        "enable_statistics": row.has_statistics,
        "created_on": row.created_on.isoformat(),
        "deleted_on": timezone.now().isoformat(),
        "fork_of": row.fork_of.name if row.fork_of else None,
        "grants": list(grants),
    }
