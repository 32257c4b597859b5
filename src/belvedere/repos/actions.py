"""Creating, changing and deleting repositories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.db import transaction

from belvedere.access.actor import DEFAULT_USER_ID, Actor
from belvedere.access.levels import Level
from belvedere.accounts.fetch import NewOwner, default_level
from belvedere.choices.site import chosen
from belvedere.errors import Conflict, Forbidden, NotFound, explained
from belvedere.events.bus import emit
from belvedere.events.changes import changes
from belvedere.repos import storage
from belvedere.repos.creation import Content, Grants, create, first_grants
from belvedere.repos.extra_fields import set_fields
from belvedere.repos.fetch import Administered, ForkCreator, Place, Readable, RemoteAddress, administered
from belvedere.repos.happenings import RepositoryDeleted, RepositoryUpdated
from belvedere.repos.landing import Landing
from belvedere.repos.models import Repository
from belvedere.repos.names import check_path, key, split
from belvedere.repos.places import lock_place, require_free_path
from belvedere.repos.recycling import recycling
from belvedere.repos.remotes import contact, keep, reachable

Forks = Literal["delete", "detach"]


@dataclass(frozen=True, kw_only=True, slots=True)
class RepositorySettings:
    """What can be said of a repository; None leaves it as it is, and as the default for a new one."""

    description: str | None = None
    is_private: bool | None = None
    landing: Landing | None = None
    remote: RemoteAddress | None = None
    forget_remote: bool = False
    fields: Mapping[str, str] | None = None
    has_downloads: bool | None = None
    has_statistics: bool | None = None


PLAIN_FIELDS = ("description", "is_private", "has_downloads", "has_statistics")
CHANGING = (
    *PLAIN_FIELDS,
    "name",
    "group_id",
    "owner_id",
    "landing_kind",
    "landing_name",
    "remote_uri",
    "remote_secret",
)
HOLDERS = ("user_id", "user_group_id", "level")


def create_repository(
    place: Place,
    scheme: str,
    owner: NewOwner,
    given: RepositorySettings,
    *,
    copy_permissions: bool = False,
    importer: Actor | None = None,
) -> Repository:
    """Create a repository on disk and in the database; after a crash at any moment it is there or not at all.

    With a remote address in the settings its content is imported, on behalf of the importer. The owner administers it
    and follows it; everyone gets the default level (none if it is private), or with `copy_permissions` what the group
    grants.
    """
    with explained(f"failed to create repository `{place.path}`"):
        require_free_path(place.path)
        row = new_row(place, scheme, owner, given)
        content = Content(reachable(given.remote, scheme), importer, "import") if given.remote and importer else None
        create(row, place, grants_of_new(row, place, copy_permissions=copy_permissions), content)
    return row


def fork_repository(
    actor: ForkCreator,
    source: Readable,
    place: Place,
    owner: NewOwner,
    given: RepositorySettings,
    *,
    copy_permissions: bool = False,
) -> Repository:
    """Create a repository with all that another one holds, never more public than that is now.

    With `copy_permissions` it begins with the same grants.
    """
    with explained(f"failed to fork repository `{source.name}` as `{place.path}`"):
        row = new_fork(source, place, owner, given)
        content = Content(storage.place_of(source), actor, "fork")
        create(row, place, grants_of_fork(row, source, copy_permissions=copy_permissions), content)
    return row


def new_row(place: Place, scheme: str, owner: NewOwner, given: RepositorySettings) -> Repository:
    """Make the row of a new repository, without saving it; its storage is a place that nobody has had before.

    What is not given is as the site's choices have it.
    """
    row = Repository(name=check_path(place.path), key=key(place.path), group=place.group, scheme=scheme, owner=owner)
    row.storage = storage.new_storage(scheme)
    usual = chosen()
    row.is_private, row.has_downloads = usual.repository_private, usual.repository_downloads
    row.has_statistics = usual.repository_statistics
    _fill(row, given)
    row.description = row.description or split(place.path)[1]
    return row


def new_fork(source: Readable, place: Place, owner: NewOwner, given: RepositorySettings) -> Repository:
    """As `new_row`, for a fork."""
    row = new_row(place, source.scheme, owner, given)
    row.fork_of = source
    row.is_private = row.is_private or source.is_private
    row.has_downloads, row.has_statistics = source.has_downloads, source.has_statistics
    return row


def grants_of_new(row: Repository, place: Place, *, copy_permissions: bool) -> Grants:
    """Give everyone the default level, or with `copy_permissions` what the group grants."""
    copied = place.group.grants.values_list(*HOLDERS) if copy_permissions and place.group else ()
    return first_grants(row, default_level("repository"), copied)


def grants_of_fork(row: Repository, source: Readable, *, copy_permissions: bool) -> Grants:
    """Give everyone the default level, but no more than at the source; with `copy_permissions` the same as there."""
    copied = list(source.grants.values_list(*HOLDERS))
    theirs = max((Level(level) for user, _, level in copied if user == DEFAULT_USER_ID), default=Level.NONE)
    return first_grants(row, min(default_level("repository"), theirs), copied if copy_permissions else ())


def update_repository(
    repository: Administered, place: Place, given: RepositorySettings, owner: NewOwner | None = None
) -> Repository:
    """Change a repository's settings, name, group or owner. Its id and its directory stay what they are.

    A new remote address is contacted first; one that does not answer is not kept.
    """
    with explained(f"failed to update repo `{repository.name}`"):
        if given.remote is not None:
            contact(given.remote, repository.scheme)
        before = {name: getattr(repository, name) for name in CHANGING}
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
            set_fields(repository, given.fields or {})
            _tell_update(repository, before, given)
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
    with recycling() as recycle:
        for row in doomed:
            recycle(row)
        ids = [(row.pk, row.name) for row in doomed]
        Repository.objects.filter(pk__in=[pk for pk, _name in ids]).delete()
        for pk, name in ids:
            emit(RepositoryDeleted(repository_id=pk, name=name))
    return (direct, 0) if forks == "detach" else (0, direct if forks else 0)


def _tell_update(row: Repository, before: dict[str, object], given: RepositorySettings) -> None:
    """Store what changed, if anything did."""
    changed = changes(before, row)
    changed += sorted(f"field {key}" for key in given.fields or {})
    if changed:
        former = str(before["name"]) if before["name"] != row.name else ""
        emit(RepositoryUpdated(repository_id=row.pk, name=row.name, changed=changed, former_name=former))


def _fill(row: Repository, given: RepositorySettings) -> list[str]:
    """Take over what is given, and name the columns that this changes."""
    filled = {name: getattr(given, name) for name in PLAIN_FIELDS if getattr(given, name) is not None}
    if given.remote is not None or given.forget_remote:
        keep(row, given.remote)
        filled |= {"remote_uri": row.remote_uri, "remote_secret": row.remote_secret}
    if given.landing is not None:
        filled["landing_kind"], filled["landing_name"] = given.landing
    for name, value in filled.items():
        setattr(row, name, value)
    return list(filled)


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
