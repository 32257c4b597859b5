"""Bringing a deleted repository back as it was, as far as what it needs is still there."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from belvedere.access.actor import Administrator
from belvedere.accounts.fetch import first_administrator
from belvedere.accounts.models import User, UserGroup
from belvedere.repos.creation import tell_creation
from belvedere.repos.fetch import Place, place_for_repository
from belvedere.repos.models import ExtraField, Following, Repository, RepositoryGrant
from belvedere.repos.names import check_path, key
from belvedere.repos.places import lock_place, require_free_path
from belvedere.repos.pushes import newest_changeset
from belvedere.repos.recycling import Entry, brought_back
from belvedere.repos.storage import open_repository


@dataclass(frozen=True, slots=True)
class Undeleted:
    """A repository that is back, and the names of users and user groups that were not found for what they had."""

    repository: Repository
    lost: list[str]


def undelete(administrator: Administrator, entry: Entry, name: str | None = None) -> Undeleted:
    """Bring a repository back from the recycle area, under its old full name or a new one.

    Its id is the old one if that is free, its grants, followers and extra fields go by the names of users and groups,
    and the first administrator owns it if its owner is gone. What was written about it in the database is lost.
    """
    place = place_for_repository(administrator, check_path(name or entry.about["repo_name"]))
    require_free_path(place.path)
    users, groups = _ids(User, "username", _people(entry)), _ids(UserGroup, "name", _groups(entry))
    row = _row(entry, place)
    row.owner = User.objects.filter(username=entry.about["owner"]).first() or first_administrator(administrator)
    with brought_back(entry):
        row.last_changeset = newest_changeset(open_repository(row))
        with transaction.atomic():
            lock_place(place)
            row.save(force_insert=True)
            Repository.objects.filter(pk=row.pk).update(created_on=entry.about["created_on"])
            _restore(row, entry, users, groups)
            tell_creation(row, "undeleted")
    return Undeleted(row, sorted((_people(entry) - users.keys()) | (_groups(entry) - groups.keys())))


def _row(entry: Entry, place: Place) -> Repository:
    about = entry.about
    kind, landing = about["landing_rev"]
    return Repository(
        pk=None if Repository.objects.filter(pk=about["repo_id"]).exists() else about["repo_id"],
        name=place.path,
        key=key(place.path),
        group=place.group,
        scheme=about["repo_type"],
        storage=about["storage"],
        description=about["description"],
        is_private=about["private"],
        fork_of=Repository.objects.filter(name=about["fork_of"] or "", scheme=about["repo_type"]).first(),
        remote_uri=about["clone_uri"],
        remote_secret=base64.b64decode(about["clone_secret"]) or None,
        landing_kind=kind,
        landing_name=landing,
        has_downloads=about["enable_downloads"],
        has_statistics=about["enable_statistics"],
    )


def _restore(row: Repository, entry: Entry, users: dict[str, int], groups: dict[str, int]) -> None:
    RepositoryGrant.objects.bulk_create(
        RepositoryGrant(target=row, user_id=user, user_group_id=group, level=grant["level"])
        for grant in entry.about["grants"]
        for user, group in [(users.get(grant["user__username"]), groups.get(grant["user_group__name"]))]
        if user is not None or group is not None
    )
    Following.objects.bulk_create(
        Following(user_id=users[name], repository=row) for name in entry.about["followers"] if name in users
    )
    ExtraField.objects.bulk_create(ExtraField(repository=row, **each) for each in entry.about["fields"])


def _people(entry: Entry) -> set[str]:
    granted: list[dict[str, Any]] = entry.about["grants"]
    names = {each["user__username"] for each in granted if each["user__username"]}
    return names | {entry.about["owner"]} | set(entry.about["followers"])


def _groups(entry: Entry) -> set[str]:
    return {each["user_group__name"] for each in entry.about["grants"] if each["user_group__name"]}


def _ids(model: type[User | UserGroup], column: str, names: Iterable[str]) -> dict[str, int]:
    return dict(model._default_manager.filter(**{f"{column}__in": names}).values_list(column, "pk"))
