"""Objects as the API answers them: the documented keys, from rows that were fetched for the purpose."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from belvedere.access.actor import Actor
from belvedere.access.levels import Level, Prefix, permission_name
from belvedere.accounts.keys import unseal
from belvedere.accounts.models import AddressRule, ApiKey, EmailAddress, User
from belvedere.repos.fetch import visible_to
from belvedere.repos.models import Repository, RepositoryGrant, RepositoryGroup, RepositoryGroupGrant
from belvedere.vcs.model import SHORT_ID_LENGTH, Changeset

Json = dict[str, Any]
NULL_ID = "0" * 40
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
    local = timezone.localtime(value).replace(tzinfo=None)
    return local.isoformat(timespec="milliseconds" if local.microsecond >= 1000 else "seconds")  # noqa: PLR2004 a millisecond


def commit_moment(seconds: float) -> str:
    """Give a changeset's time as the server's clock shows it, in whole seconds."""
    return timezone.localtime(datetime.fromtimestamp(int(seconds), UTC)).replace(tzinfo=None).isoformat()


def users(rows: Iterable[User] | QuerySet[User], viewer: Actor) -> list[Json]:
    """Give user objects, in four queries whatever their number."""
    found = list(rows)
    by_id = {row.pk: row for row in found}
    addresses: dict[int, list[str]] = {pk: [] for pk in by_id}
    mains: dict[int, str] = {}
    for pk, address, is_main in (
        EmailAddress.objects.filter(user_id__in=by_id)
        .order_by("-is_main", "pk")
        .values_list("user_id", "address", "is_main")
    ):
        addresses[pk].append(address)
        if is_main:
            mains[pk] = address
    networks: dict[int, list[str]] = {pk: [] for pk in by_id}
    for pk, network in AddressRule.objects.filter(user_id__in=by_id).order_by("pk").values_list("user_id", "network"):
        networks[pk].append(network)
    keys = _keys(by_id, viewer)
    return [_user(row, mains.get(row.pk), addresses[row.pk], networks[row.pk], keys.get(row.pk)) for row in found]


def user(row: User, viewer: Actor) -> Json:
    """Give one user object."""
    return users([row], viewer)[0]


def _keys(by_id: dict[int, User], viewer: Actor) -> dict[int, str]:
    """Open the automatic keys that the viewer may see: everybody's for an administrator, else his own."""
    if viewer.ceiling < Level.ADMIN:
        return {}
    shown = [pk for pk in by_id if viewer.is_administrator or pk == viewer.user_id]
    rows = ApiKey.objects.filter(user_id__in=shown, is_automatic=True, sealed__isnull=False)
    return {pk: unseal(sealed, pk) for pk, sealed in rows.values_list("user_id", "sealed") if sealed is not None}


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


def repositories(rows: QuerySet[Repository], viewer: Actor) -> list[Json]:
    """Give repository objects; a parent that the viewer may not read is not named."""
    found = list(rows.select_related("owner"))
    parents = {row.fork_of_id for row in found if row.fork_of_id is not None}
    names = dict(visible_to(viewer).filter(pk__in=parents).values_list("pk", "name")) if parents else {}
    return [_repository(row, names.get(row.fork_of_id or 0)) for row in found]


def repository(row: Repository, viewer: Actor) -> Json:
    """Give one repository object."""
    parent = row.fork_of_id and visible_to(viewer).filter(pk=row.fork_of_id).values_list("name", flat=True).first()
    return _repository(row, parent or None)


def _repository(row: Repository, parent: str | None) -> Json:
    return {
        "repo_id": row.pk,
        "repo_name": row.name,
        "repo_type": row.scheme,
        "clone_uri": without_password(row.remote_uri) or None,
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


def without_password(uri: str) -> str:
    """Give an address without what authenticates in it: answers, logs and errors never hold that."""
    parts = urlsplit(uri)
    if parts.password is None:
        return uri
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username}@{host}"))


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


def members(
    grants: QuerySet[RepositoryGrant] | QuerySet[RepositoryGroupGrant], prefix: Prefix, viewer: Actor
) -> list[Json]:
    """Give everyone with a grant: users in the order they got it, then user groups."""
    rows = list(grants.order_by("pk").prefetch_related(Prefetch("user"), Prefetch("user_group")))
    shown = {each["user_id"]: each for each in users((row.user for row in rows if row.user is not None), viewer)}
    people = [
        {
            **shown[row.user_id],
            "type": "user",
            "name": shown[row.user_id]["username"],
            "permission": permission_name(prefix, row.level),
        }
        for row in rows
        if row.user_id is not None
    ]
    groups = [
        {
            "type": "users_group",
            "id": row.user_group.pk,
            "name": row.user_group.name,
            "active": row.user_group.is_active,
            "permission": permission_name(prefix, row.level),
        }
        for row in rows
        if row.user_group is not None
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
