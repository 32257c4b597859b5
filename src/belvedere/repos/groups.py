"""Creating, changing and deleting repository groups."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.db.models import F, Max, Q, Value
from django.db.models.functions import Concat, Length, Substr

from belvedere.access.actor import DEFAULT_USER_ID
from belvedere.access.levels import Level
from belvedere.accounts.fetch import NewOwner, default_level
from belvedere.errors import Conflict, Invalid, NotFound, explained
from belvedere.events.bus import emit
from belvedere.repos.fetch import AdministeredGroup, GroupPlace, Place
from belvedere.repos.happenings import RepositoryGroupCreated, RepositoryGroupDeleted, RepositoryGroupUpdated
from belvedere.repos.models import NAME_LENGTH, Repository, RepositoryGroup, RepositoryGroupGrant
from belvedere.repos.names import check_path, key, split
from belvedere.repos.places import lock_place, require_free_path


def create_repository_group(
    place: GroupPlace, owner: NewOwner, description: str = "", *, copy_permissions: bool = False
) -> RepositoryGroup:
    """Create a group; everyone gets the default level, or with `copy_permissions` what the parent grants."""
    if RepositoryGroup.objects.filter(key=key(place.path)).exists():
        raise Conflict(f"repo group `{place.path}` already exist")
    with explained(f"failed to create repo group `{place.path}`", partial(require_free_path, place.path)):
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
            emit(RepositoryGroupCreated(group_id=row.pk, name=row.name))
    return row


def update_repository_group(
    group: AdministeredGroup, place: Place, description: str | None = None, owner: NewOwner | None = None
) -> RepositoryGroup:
    """Change a group's name, parent, description or owner; what is below it is renamed along, nothing moves on disk."""
    sentence = f"failed to update repo group `{group.name}`"
    with explained(sentence, partial(require_free_path, place.path, group)), transaction.atomic():
        changed, former, above = [], group.name, group.parent_id
        if place.path != group.name:
            _move(group, place)
            changed += ["name", "key", "parent"]
        if description is not None and description != group.description:
            group.description = description
            changed.append("description")
        if owner is not None and owner.pk != group.owner_id:
            group.owner = owner
            changed.append("owner")
        if changed:
            group.save(update_fields=changed)
            stays = {"key"} if group.parent_id != above else {"key", "parent"}
            told = [name for name in changed if name not in stays]
            former = former if group.name != former else ""
            emit(RepositoryGroupUpdated(group_id=group.pk, name=group.name, changed=told, former_name=former))
    return group


def delete_repository_group(group: AdministeredGroup) -> None:
    """Delete a group that holds nothing."""
    sentence = f"failed to delete repo group ID:{group.pk} {group.name}"
    with explained(sentence), transaction.atomic():
        if not RepositoryGroup.objects.select_for_update().filter(pk=group.pk).values_list("pk"):
            raise NotFound(f"repository group `{group.name}` does not exist")
        repositories, groups = group.repositories.count() + group.arrivals.count(), group.groups.count()
        if repositories or groups:
            counted = f"repositories: {repositories}, repository groups: {groups}"
            raise Conflict(f"{sentence}: it is not empty ({counted})", summary=sentence)
        RepositoryGroup.objects.filter(pk=group.pk).delete()
        emit(RepositoryGroupDeleted(group_id=group.pk, name=group.name))


def lock_tree(group: RepositoryGroup, into: RepositoryGroup | None = None) -> set[int]:
    """Hold a group and everything below it, and where it goes, until the transaction ends.

    Gives the ids of the group and of those below. `NotFound` if one of the two was renamed or deleted meanwhile.
    Rows are held in the order of their ids, so that two who move groups into each other wait instead of blocking.
    """
    wanted = Q(pk__in=[each.pk for each in (group, into) if each is not None]) | is_below(group.name)
    rows = RepositoryGroup.objects.select_for_update().filter(wanted).order_by("pk")
    names = dict(rows.values_list("pk", "name"))
    for each in (group, into):
        if each is not None and names.get(each.pk) != each.name:
            raise NotFound(f"repository group `{each.name}` does not exist")
    return {pk for pk, name in names.items() if pk == group.pk or name.startswith(f"{group.name}/")}


def is_below(path: str) -> Q:
    """Give the condition for everything inside a group, at any depth."""
    return Q(name__startswith=f"{path}/")


def content_of(group: RepositoryGroup) -> list[str]:
    """Name the repositories directly in a group."""
    return list(Repository.objects.filter(group=group).order_by("name").values_list("name", flat=True))


def _move(group: RepositoryGroup, place: Place) -> None:
    tree = lock_tree(group, place.group)
    if place.group is not None and place.group.pk in tree:
        raise Invalid("a group is not moved into itself or into a group below it")
    check_path(place.path)
    lock_place(place, group)
    for model in (RepositoryGroup, Repository):
        _rename_below(model, group.name, place.path)
    group.name, group.key, group.parent = place.path, key(place.path), place.group


def _rename_below(model: type[RepositoryGroup | Repository], old: str, new: str) -> None:
    """Rename what is below a path, in two queries however much that is.

    A key is the folded name, whose beginning may be of another length than the name's; only its end lacks `.git`.
    """
    prefixes = {"name": (old, new), "key": (old.casefold(), new.casefold())}
    rows = model._default_manager.filter(is_below(old))
    longest = rows.aggregate(**{column: Max(Length(column)) for column in prefixes})
    for column, (before, after) in prefixes.items():
        if (longest[column] or 0) - len(before) + len(after) > NAME_LENGTH:
            raise Invalid(f"a full name below it would have more than {NAME_LENGTH} characters")
    rows.update(
        **{
            column: Concat(Value(after), Substr(F(column), len(before) + 1))
            for column, (before, after) in prefixes.items()
        }
    )


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
