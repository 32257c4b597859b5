"""Where a repository or group may stand: held while it is taken, and refused if somebody was quicker."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from belvedere.access.actor import DEFAULT_USER_ID
from belvedere.accounts.models import User
from belvedere.errors import Conflict, NotFound
from belvedere.repos.fetch import Place
from belvedere.repos.models import Arrival, Repository, RepositoryGroup
from belvedere.repos.names import key, split


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
    if arrivals_at(path).exists():
        raise Conflict(f"repo `{path}` already exist: it is being brought in")
    groups = RepositoryGroup.objects.filter(wanted)
    if (groups.exclude(pk=mover.pk) if isinstance(mover, RepositoryGroup) else groups).exists():
        raise Conflict(f"repo group `{path}` already exist")


def arrivals_at(path: str) -> QuerySet[Arrival]:
    """Give what is to be a repository of this full name, whatever its case."""
    group, name = split(path)
    within = Q(group__key=key(group)) if group else Q(group=None)
    return Arrival.objects.filter(within, repository=None, key=key(name))
