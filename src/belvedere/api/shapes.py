"""Objects as the API answers them: the documented keys, from rows that were fetched for the purpose."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import IntegerField, QuerySet
from django.utils import timezone

from belvedere.access.actor import Actor
from belvedere.access.levels import Prefix, permission_name
from belvedere.access.models import Grant
from belvedere.access.prepared import Prepared, PreparedForIds, Slot, columns_of, instance_from
from belvedere.accounts.keys import unseal
from belvedere.accounts.models import AddressRule, ApiKey, EmailAddress, User
from belvedere.repos.fetch import visible_to
from belvedere.repos.models import (
    ExtraField,
    Following,
    Repository,
    RepositoryGrant,
    RepositoryGroup,
    RepositoryGroupGrant,
)
from belvedere.vcs.model import SHORT_ID_LENGTH, Changeset

Json = dict[str, Any]
NULL_ID = "0" * 40
MILLISECOND = 1000
"""In microseconds."""
SECONDS_LENGTH = len("2026-01-31T14:05:59")
NO_CHANGESET: Json = {
    "raw_id": NULL_ID,
    "short_id": NULL_ID[:SHORT_ID_LENGTH],
    "revision": -1,
    "message": "",
    "author": "",
    "date": "1970-01-01T00:00:00",
}


def moment(value: datetime | None) -> str | None:
    """Give a time as the server's clock shows it, without a zone, in milliseconds where there are any."""
    if value is None:
        return None
    local = value.astimezone(timezone.get_default_timezone()).replace(tzinfo=None)
    return local.isoformat(timespec="milliseconds" if local.microsecond >= MILLISECOND else "seconds")


def commit_moment(seconds: float) -> str:
    """Give a changeset's time as the server's clock shows it, in whole seconds."""
    return datetime.fromtimestamp(int(seconds), timezone.get_default_timezone()).isoformat()[:SECONDS_LENGTH]


_addresses = PreparedForIds(
    "user_id",
    lambda: EmailAddress.objects.order_by("-is_main", "pk").values_list("user_id", "address", "is_main"),
)
_networks = PreparedForIds("user_id", lambda: AddressRule.objects.order_by("pk").values_list("user_id", "network"))
_sealed_keys = PreparedForIds(
    "user_id", lambda: ApiKey.objects.filter(is_automatic=True).values_list("user_id", "sealed")
)


def users(rows: Iterable[User], viewer: Actor) -> list[Json]:
    """Give user objects, in three queries for every 512 of them."""
    found = list(rows)
    ids = {row.pk for row in found}
    addresses: dict[int, list[str]] = {pk: [] for pk in ids}
    mains: dict[int, str] = {}
    for pk, address, is_main in _addresses.rows(ids):
        addresses[pk].append(address)
        if is_main:
            mains[pk] = address
    networks: dict[int, list[str]] = {pk: [] for pk in ids}
    for pk, network in _networks.rows(ids):
        networks[pk].append(network)
    keys = _keys(ids, viewer)
    return [_user(row, mains.get(row.pk), addresses[row.pk], networks[row.pk], keys.get(row.pk)) for row in found]


def user(row: User, viewer: Actor) -> Json:
    """Give one user object."""
    return users([row], viewer)[0]


def _keys(ids: set[int], viewer: Actor) -> dict[int, str]:
    """Open the automatic keys that the viewer may see: everybody's for an administrator, else his own.

    An automatic key may do everything, so one that is narrowed in any way shows none.
    """
    if not viewer.scope.is_whole:
        return {}
    shown = ids if viewer.is_administrator else ids & {viewer.user_id}
    return {pk: unseal(sealed, pk) for pk, sealed in _sealed_keys.rows(shown) if sealed is not None}


def _user(row: User, main: str | None, emails: Sequence[str], networks: Sequence[str], key: str | None) -> Json:
    return {
        "user_id": row.pk,
        "username": row.username,
        "firstname": row.firstname,
        "lastname": row.lastname,
        "email": main,
        "emails": list(emails),
        "ip_addresses": list(networks),
        "active": row.is_active,
        "admin": row.is_administrator,
        "ldap_dn": row.extern_name if row.extern_type == "ldap" else None,
        "extern_type": row.extern_type,
        "extern_name": row.extern_name,
        "api_key": key,
        "api_keys": [] if key is None else [key],
        "created_on": moment(row.created_on),
        "last_login": moment(row.last_login),
    }


def address_rule(network: str) -> Json:
    """Give a rule with the first and last address that it lets in."""
    span = ipaddress.ip_network(network, strict=False)
    return {"ip_addr": network, "ip_range": [str(span[0]), str(span[-1])]}


def repository(row: Repository, viewer: Actor) -> Json:
    """Give one repository object."""
    parent = row.fork_of_id and visible_to(viewer).filter(pk=row.fork_of_id).values_list("name", flat=True).first()
    return repository_of(row, parent or None) | extra_fields([row.pk]).get(row.pk, {})


_fields = PreparedForIds(
    "repository_id", lambda: ExtraField.objects.order_by("pk").values_list("repository_id", "key", "value")
)


def extra_fields(ids: Iterable[int]) -> dict[int, Json]:
    """Give the extra fields of those repositories that have any."""
    found: dict[int, Json] = {}
    for pk, key, value in _fields.rows(ids):
        found.setdefault(pk, {})[f"ex_{key}"] = value
    return found


def repository_of(row: Repository, parent: str | None) -> Json:
    """Give a repository object without extra fields; `parent` is the name of what it is a fork of."""
    return {
        "repo_id": row.pk,
        "repo_name": row.name,
        "repo_type": row.scheme,
        "clone_uri": row.remote_uri or None,
        "private": row.is_private,
        "created_on": moment(row.created_on),
        "description": row.description,
        "landing_rev": [row.landing_kind, row.landing_name],
        "owner": row.owner.username,
        "fork_of": parent,
        "enable_downloads": row.has_downloads,
        "enable_statistics": row.has_statistics,
        "last_changeset": last_changeset(row.last_changeset),
    }


def last_changeset(kept: Json | None) -> Json:
    """Give what the row keeps of the newest changeset in the documented form."""
    if kept is None:
        return dict(NO_CHANGESET)
    return {
        "raw_id": kept["raw_id"],
        "short_id": kept["raw_id"][:SHORT_ID_LENGTH],
        "revision": kept["revision"],
        "message": kept["message"],
        "author": kept["author"],
        "date": commit_moment(kept["date"]),
    }


def changeset(given: Changeset) -> Json:
    """Give a changeset without its files, the author as recorded."""
    return {
        "raw_id": given.raw_id,
        "short_id": given.short_id,
        "revision": given.revision,
        "message": given.message,
        "author": given.author,
        "date": commit_moment(given.date),
    }


def _grants_on(grants: type[Grant]) -> Prepared:
    columns = [
        "level",
        "user_id",
        "user_group_id",
        "user_group__name",
        "user_group__is_active",
        *columns_of(User, "user__"),
    ]
    rows: QuerySet[Any, Any] = grants._default_manager.order_by("pk")
    return Prepared(lambda: rows.filter(target_id=Slot("target", IntegerField())).values_list(*columns))


_GRANTS = {"repository": _grants_on(RepositoryGrant), "group": _grants_on(RepositoryGroupGrant)}
_USER_AT = 5
_followers = Prepared(
    lambda: (
        Following.objects.filter(repository_id=Slot("repository", IntegerField()))
        .order_by("pk")
        .values_list(*columns_of(User, "user__"))
    )
)


def people_of(given: Repository, viewer: Actor) -> Json:
    """Give the members and the followers of a repository, whose profiles are fetched together."""
    grants = _GRANTS["repository"].rows(target=given.pk)
    following = [instance_from(User, row) for row in _followers.rows(repository=given.pk)]
    granted = [instance_from(User, row, _USER_AT) for row in grants if row[1] is not None]
    shown = {each["user_id"]: each for each in users({row.pk: row for row in granted + following}.values(), viewer)}
    return {
        "members": _members(grants, "repository", shown),
        "followers": [shown[row.pk] for row in following],
    }


def members_of(group: RepositoryGroup, viewer: Actor) -> list[Json]:
    """Give everyone with a grant on a repository group."""
    grants = _GRANTS["group"].rows(target=group.pk)
    granted = [instance_from(User, row, _USER_AT) for row in grants if row[1] is not None]
    return _members(grants, "group", {each["user_id"]: each for each in users(granted, viewer)})


def _members(grants: list[tuple[Any, ...]], prefix: Prefix, shown: dict[int, Json]) -> list[Json]:
    """Give users in the order they got their grants, then user groups."""
    people = [
        {
            **shown[user_id],
            "type": "user",
            "name": shown[user_id]["username"],
            "permission": permission_name(prefix, level),
        }
        for level, user_id, *_ in grants
        if user_id is not None
    ]
    groups = [
        {
            "type": "users_group",
            "id": group_id,
            "name": name,
            "active": bool(is_active),
            "permission": permission_name(prefix, level),
        }
        for level, _, group_id, name, is_active, *_ in grants
        if group_id is not None
    ]
    return people + groups


def repository_groups(rows: QuerySet[RepositoryGroup]) -> list[Json]:
    """Give repository group objects, in two queries whatever their number."""
    found = list(rows.select_related("owner", "parent").order_by("name"))
    content: dict[int, list[str]] = {row.pk: [] for row in found}
    inside = Repository.objects.filter(group_id__in=content).order_by("name").values_list("group_id", "name")
    for group_id, name in inside:
        if group_id is not None:
            content[group_id].append(name)
    return [_repository_group(row, content[row.pk]) for row in found]


def repository_group(row: RepositoryGroup) -> Json:
    """Give one repository group object."""
    return _repository_group(row, list(row.repositories.order_by("name").values_list("name", flat=True)))


def _repository_group(row: RepositoryGroup, content: list[str]) -> Json:
    return {
        "group_id": row.pk,
        "group_name": row.name,
        "group_description": row.description,
        "parent_group": row.parent.name if row.parent else None,
        "repositories": content,
        "owner": row.owner.username,
    }
