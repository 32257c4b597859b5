"""The only way to come by a repository or repository group: with the proof of what the actor may do with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NewType, TypeVar

from django.db.models import Q, QuerySet

from belvedere.access.actor import Actor, Administrator, administrator
from belvedere.access.levels import Level
from belvedere.access.prepared import Prepared, Slot, columns_of, instance_from, slot_of
from belvedere.access.reaching import Reach
from belvedere.access.rules import Rule
from belvedere.accounts.fetch import has_global_permission
from belvedere.accounts.models import User
from belvedere.errors import Conflict, Forbidden, NotFound, explained
from belvedere.repos.addresses import Address, address_from
from belvedere.repos.models import Repository, RepositoryGrant, RepositoryGroup, RepositoryGroupGrant
from belvedere.repos.names import GIT_SUFFIX, join, key, split
from belvedere.repos.scoping import groups_within, repositories_within

Readable = NewType("Readable", Repository)
Writable = NewType("Writable", Readable)
Administered = NewType("Administered", Writable)

ReadableGroup = NewType("ReadableGroup", RepositoryGroup)
WritableGroup = NewType("WritableGroup", ReadableGroup)
AdministeredGroup = NewType("AdministeredGroup", WritableGroup)

RemoteAddress = NewType("RemoteAddress", Address)
"""Proof that the actor may have this server connect there; which hosts it may reach is looked at when it does."""

ForkCreator = NewType("ForkCreator", Actor)
"""Proof that the actor may fork what he reads."""

RepositoryCreator = NewType("RepositoryCreator", Actor)
"""Proof that there is a place where the actor may create repositories."""

GroupCreator = NewType("GroupCreator", Actor)
"""Proof that there is a place where the actor may create repository groups."""

repository_rule = Rule(Repository, RepositoryGrant, private="is_private", within=repositories_within)
group_rule = Rule(RepositoryGroup, RepositoryGroupGrant, within=groups_within)

M = TypeVar("M", Repository, RepositoryGroup)

FORK = "hg.fork.repository"
CREATE = "hg.create.repository"

_COLUMNS = [*columns_of(Repository), *columns_of(User, "owner__")]
_OWNER_AT = len(columns_of(Repository))
_by_id = Prepared(lambda: Repository.objects.filter(pk=slot_of(Repository, "id")).values_list(*_COLUMNS))
_by_key = Prepared(lambda: Repository.objects.filter(key=slot_of(Repository, "key")).values_list(*_COLUMNS))


def readable(actor: Actor, given: int | str) -> Readable:
    """Give a repository by id or full name (`.git` at its end may be left out or added).

    `NotFound` if there is none or the actor may not know of it: the two read alike.
    """
    return Readable(_repository(actor, given, Level.READ))


def writable(actor: Actor, given: int | str) -> Writable:
    """As `readable`; `Forbidden` with the reason if the actor may read it but not write to it."""
    return Writable(Readable(_repository(actor, given, Level.WRITE)))


def administered(actor: Actor, given: int | str) -> Administered:
    """As `readable`; `Forbidden` with the reason if the actor may read it but not administer it."""
    return Administered(Writable(Readable(_repository(actor, given, Level.ADMIN))))


def explainable(actor: Actor, user: User, given: int | str) -> Readable:
    """Give a repository of which the actor may know why this user reaches it: he is the user, or administers it."""
    return (readable if user.pk == actor.user_id else administered)(actor, given)


def visible_to(actor: Actor) -> QuerySet[Repository]:
    """Give every repository that the actor may read, cheaply: by what he may read, not by what exists."""
    return repository_rule.reached(actor, Level.READ)


def visible_query(build: Callable[..., QuerySet[Any, Any]], *slots: Slot) -> Reach[Repository]:
    """Prepare a query about every repository that an actor may read: see `Reach`."""
    return Reach(repository_rule, Level.READ, build, *slots)


def several_repositories(actor: Actor, given: Sequence[int | str]) -> list[Readable]:
    """Give repositories by id or full name, in one query; `NotFound` names the first that is not there or hidden."""
    return [Readable(each) for each in _several(visible_to(actor), "repository", given)]


def readable_group(actor: Actor, given: int | str) -> ReadableGroup:
    """Give a repository group by id or full name; hidden ones are not found."""
    return ReadableGroup(_group(actor, given, Level.READ))


def writable_group(actor: Actor, given: int | str) -> WritableGroup:
    """As `readable_group`; `Forbidden` if the actor may not create in it."""
    return WritableGroup(ReadableGroup(_group(actor, given, Level.WRITE)))


def administered_group(actor: Actor, given: int | str) -> AdministeredGroup:
    """As `readable_group`; `Forbidden` if the actor may not administer it."""
    return AdministeredGroup(WritableGroup(ReadableGroup(_group(actor, given, Level.ADMIN))))


def explainable_group(actor: Actor, user: User, given: int | str) -> ReadableGroup:
    """As `explainable`, for a repository group."""
    return (readable_group if user.pk == actor.user_id else administered_group)(actor, given)


def groups_visible_to(actor: Actor) -> QuerySet[RepositoryGroup]:
    """Give every repository group that the actor may read."""
    return group_rule.reached(actor, Level.READ)


def several_groups(actor: Actor, given: Sequence[int | str]) -> list[ReadableGroup]:
    """As `several_repositories`, for repository groups."""
    return [ReadableGroup(each) for each in _several(groups_visible_to(actor), "repository group", given)]


def visible_groups_query(build: Callable[..., QuerySet[Any, Any]], *slots: Slot) -> Reach[RepositoryGroup]:
    """Prepare a query about every repository group that an actor may read."""
    return Reach(group_rule, Level.READ, build, *slots)


def groups_writable_by(actor: Actor) -> QuerySet[RepositoryGroup]:
    """Give every repository group in which the actor may create repositories."""
    return group_rule.reached(actor, Level.WRITE)


def groups_administered_by(actor: Actor) -> QuerySet[RepositoryGroup]:
    """Give every repository group that the actor may administer."""
    return group_rule.reached(actor, Level.ADMIN)


def every_group(_administrator: Administrator) -> QuerySet[RepositoryGroup]:
    """Give all repository groups."""
    return RepositoryGroup.objects.all()


def recorded(row: Repository) -> Readable:
    """Give the proof to a job that goes on with what an actor was allowed to begin (see `repos.pushes`)."""
    return Readable(row)


def _repository(actor: Actor, given: int | str, level: Level) -> Repository:
    row = _by_id.first(id=given) if isinstance(given, int) else _by_key.first(key=key(given))
    if row is None:
        raise NotFound(_missing("repository", given))
    found = instance_from(Repository, row)
    found.owner = instance_from(User, row, _OWNER_AT)
    if isinstance(given, str) and found.name.removesuffix(GIT_SUFFIX) != given.removesuffix(GIT_SUFFIX):
        raise NotFound(_missing("repository", given))
    return repository_rule.permitted(actor, found, level, _missing("repository", given))


def _group(actor: Actor, given: int | str, level: Level) -> RepositoryGroup:
    condition = Q(pk=given) if isinstance(given, int) else Q(name=given.strip("/"))
    found = RepositoryGroup.objects.filter(condition).select_related("owner", "parent").first()
    if found is None:
        raise NotFound(_missing("repository group", given))
    return group_rule.permitted(actor, found, level, _missing("repository group", given))


def _several(rows: QuerySet[M], kind: str, given: Sequence[int | str]) -> list[M]:
    ids = [each for each in given if isinstance(each, int)]
    names = [each for each in given if isinstance(each, str)]
    found: dict[int | str, M] = {}
    for row in rows.filter(Q(pk__in=ids) | Q(name__in=names)):
        found[row.pk] = found[row.name] = row
    for each in given:
        if each not in found:
            raise NotFound(_missing(kind, each))
    return [found[each] for each in given]


def _missing(kind: str, given: int | str) -> str:
    return f"{kind} `{given}` does not exist"


@dataclass(frozen=True, slots=True)
class Place:
    """Proof that the actor may create or move something to this full name: its group (None at the top level)."""

    path: str
    group: RepositoryGroup | None


GroupPlace = NewType("GroupPlace", Place)
"""Proof that the actor may create a repository group of this full name."""


def may_create_at_top(actor: Actor) -> bool:
    """Tell whether the actor may create repositories outside every group."""
    return has_global_permission(actor, CREATE)


def repository_creator(actor: Actor) -> RepositoryCreator:
    """Give the proof to those who may create at the top level or in some group; `Forbidden` to others."""
    if not may_create_at_top(actor) and not groups_writable_by(actor).exists():
        raise Forbidden("no permission to create repositories: neither at the top level nor in any group")
    return RepositoryCreator(actor)


def group_creator(actor: Actor) -> GroupCreator:
    """Give the proof to administrators and to those who administer some group; `Forbidden` to others."""
    if not actor.administers and not groups_administered_by(actor).exists():
        raise Forbidden("no permission to create repository groups: neither at the top level nor in any group")
    return GroupCreator(actor)


def place_for_repository(actor: Actor, path: str) -> Place:
    """Check that the actor may create a repository of this full name; its groups have to exist."""
    group_path, _name = split(path)
    if not group_path:
        if not may_create_at_top(actor):
            raise Forbidden("no permission to create top level repo")
        return Place(path, None)
    group = RepositoryGroup.objects.filter(name=group_path).first()
    have = group_rule.level_on(actor, group.pk, group.owner_id) if group else Level.NONE
    if group is None or have < Level.READ:
        raise NotFound(f"repo group `{group_path}` not found")
    if have < Level.WRITE:
        raise Forbidden(f"no permission to create repo in {group_path}")
    return Place(path, group)


def fork_creator(actor: Actor) -> ForkCreator:
    """Give the proof to administrators and to those with the global permission; `Forbidden` to others."""
    if not has_global_permission(actor, FORK):
        raise Forbidden(f"no permission to fork repositories: it takes `{FORK}`")
    return ForkCreator(actor)


def place_for_fork(actor: ForkCreator, path: str) -> Place:
    """As `place_for_repository`, after looking whether the name is taken."""
    taken = Repository.objects.filter(key=key(path)).first()
    if taken is not None:
        raise Conflict(f"{'repo' if taken.fork_of_id is None else 'fork'} `{path}` already exist")
    return place_for_repository(actor, path)


def remote_address(actor: Actor, text: str) -> RemoteAddress:
    """Read the address of a repository elsewhere; `Invalid` says what is wrong with it.

    ssh is for administrators: the server would show its own key there, and reach what is no business of the actor's.
    """
    address = address_from(text)
    if address.transport == "ssh":
        try:
            administrator(actor)
        except Forbidden as error:
            reason = "an address of ssh is reached with this server's own key, so only an administrator gives one"
            raise Forbidden(reason) from error
    return RemoteAddress(address)


def place_to_move(actor: Actor, repository: Administered, name: str | None, group: int | str | None) -> Place:
    """Check where a repository goes: a new last part, and a group by id or name (`""` for the top level).

    None keeps what it has; staying where it is needs no permission beyond administering it.
    """
    with explained(f"failed to update repo `{repository.name}`"):
        beside, last = _renamed(repository, name)
    if group is None:
        return Place(join(beside, last), repository.group)
    if group == "":
        if repository.group_id is not None and not may_create_at_top(actor):
            raise Forbidden("no permission to create (or move) top level repositories")
        return Place(last, None)
    into = readable_group(actor, group)
    if into.pk != repository.group_id and group_rule.level_on(actor, into.pk, into.owner_id) < Level.WRITE:
        raise Forbidden(f"no permission to create (or move) repo in {into.name}")
    return Place(join(into.name, last), into)


def place_for_group(_administrator: Administrator, name: str, parent: RepositoryGroup | None) -> GroupPlace:
    """Give the place for a repository group below another one (None for the top level)."""
    return _group_place(name, parent)


def place_for_subgroup(parent: AdministeredGroup, name: str) -> GroupPlace:
    """Give the place for a repository group in one that the actor administers."""
    return _group_place(name, parent)


def place_to_move_group(actor: Actor, group: AdministeredGroup, name: str | None, parent: int | str | None) -> Place:
    """Check where a repository group goes: a new last part, and a parent by id or name (`""` for the top level).

    None keeps what it has. It takes administering the new parent; at the top level it takes an administrator.
    """
    with explained(f"failed to update repo group `{group.name}`"):
        beside, last = _renamed(group, name)
    if parent is None:
        return Place(join(beside, last), group.parent)
    if parent == "":
        if group.parent_id is not None and not actor.administers:
            raise Forbidden("no permission to create (or move) top level repository groups")
        return Place(last, None)
    into = readable_group(actor, parent)
    if into.pk != group.parent_id and group_rule.level_on(actor, into.pk, into.owner_id) < Level.ADMIN:
        raise Forbidden(f"no permission to create (or move) repo group in {into.name}")
    return Place(join(into.name, last), into)


def _group_place(name: str, parent: RepositoryGroup | None) -> GroupPlace:
    with explained(f"failed to create repo group `{name}`"):
        return GroupPlace(Place(join(parent.name if parent else "", name), parent))


def _renamed(given: Repository | RepositoryGroup, name: str | None) -> tuple[str, str]:
    """Give the path of the group that holds it, and its last part: the new one, if there is one."""
    beside, last = split(given.name)
    return beside, last if name is None else join("", name)
