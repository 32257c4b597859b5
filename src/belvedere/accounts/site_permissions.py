"""Permissions that are about no object: those of everyone, with what new objects begin with, and those of holders."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from belvedere.access.actor import DEFAULT_USER_ID, Administrator
from belvedere.access.levels import Level, Prefix
from belvedere.accounts.fetch import AdministeredUserGroup, ManagedUser, default_level
from belvedere.accounts.happenings import AnonymousAccessChanged, GlobalPermissionsChanged
from belvedere.accounts.models import GlobalGrant, User
from belvedere.accounts.self_service.signing_up import Mode, mode_of_site
from belvedere.errors import Conflict, Invalid
from belvedere.events.bus import emit


@dataclass(frozen=True, slots=True)
class Switch:
    """A permission that somebody has or has not: `absent` is what Kallithea calls not having it."""

    permission: str
    absent: str
    label: str


SWITCHES = (
    Switch("hg.create.repository", "hg.create.none", "Create repositories at the top level"),
    Switch("hg.fork.repository", "hg.fork.none", "Fork the repositories that one may read"),
    Switch("hg.usergroup.create.true", "hg.usergroup.create.false", "Create user groups"),
)
KINDS: tuple[Prefix, ...] = ("repository", "group", "usergroup")
GRANTABLE = frozenset(switch.permission for switch in SWITCHES)

Holder = ManagedUser | AdministeredUserGroup


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteDefaults:
    """What everyone may do; None, where it is given to be changed, leaves it as it is.

    `levels` are what everyone gets on new objects of a kind, `permissions` are of `SWITCHES`.
    """

    is_open: bool | None = None
    registration: Mode | None = None
    permissions: Collection[str] | None = None
    levels: dict[Prefix, Level] | None = None


def site_defaults() -> SiteDefaults:
    """Give all of it as it is now."""
    return SiteDefaults(
        is_open=User.objects.filter(pk=DEFAULT_USER_ID, is_active=True).exists(),
        registration=mode_of_site(),
        permissions=_held(DEFAULT_USER_ID),
        levels={kind: default_level(kind) for kind in KINDS},
    )


def change_site_defaults(_administrator: Administrator, given: SiteDefaults) -> SiteDefaults:
    """Change what everyone may do; what is there already keeps its levels."""
    _require_known(given.permissions or ())
    with transaction.atomic():
        everyone = User.objects.select_for_update().get(pk=DEFAULT_USER_ID)
        if given.is_open is not None and given.is_open != everyone.is_active:
            User.objects.filter(pk=DEFAULT_USER_ID).update(is_active=given.is_open)
            emit(AnonymousAccessChanged(is_open=given.is_open))
        before = _names(everyone)
        _replace(everyone, before, _wanted(before, given))
    return site_defaults()


def permissions_of_holder(holder: Holder) -> set[str]:
    """Give what a user or a user group was granted itself."""
    return set(GlobalGrant.objects.filter(**_column(holder)).values_list("permission", flat=True)) & GRANTABLE


def set_permissions(_administrator: Administrator, holder: Holder, permissions: Collection[str]) -> None:
    """Give a user or a user group these permissions of `SWITCHES`, and no others, beside what everyone has."""
    _require_known(permissions)
    if isinstance(holder, User) and holder.pk == DEFAULT_USER_ID:
        raise Conflict("what `default` may do is everyone's: change the permissions of the site")
    with transaction.atomic():
        before = set(GlobalGrant.objects.filter(**_column(holder)).values_list("permission", flat=True))
        _replace(holder, before, (before - GRANTABLE) | set(permissions))


def _wanted(before: set[str], given: SiteDefaults) -> set[str]:
    """Give all permissions of everyone after a change, with the names of what is absent as Kallithea has them."""
    wanted = set(before)
    if given.registration is not None:
        wanted = {name for name in wanted if not name.startswith("hg.register.")} | {given.registration.value}
    for kind, level in (given.levels or {}).items():
        wanted = {name for name in wanted if not name.startswith(f"{kind}.")} | {f"{kind}.{level.label}"}
    if given.permissions is not None:
        for switch in SWITCHES:
            is_on = switch.permission in given.permissions
            wanted -= {switch.permission, switch.absent}
            wanted.add(switch.permission if is_on else switch.absent)
    return wanted


def _replace(holder: Any, before: set[str], wanted: set[str]) -> None:
    granted, revoked = sorted(wanted - before), sorted(before - wanted)
    if not granted and not revoked:
        return
    column = _column(holder)
    GlobalGrant.objects.filter(**column, permission__in=revoked).delete()
    GlobalGrant.objects.bulk_create(GlobalGrant(**column, permission=permission) for permission in granted)
    emit(
        GlobalPermissionsChanged(
            holder_kind="user" if isinstance(holder, User) else "user group",
            holder_id=holder.pk,
            holder_name=str(holder),
            granted=granted,
            revoked=revoked,
        )
    )


def _column(holder: Any) -> dict[str, int]:
    return {"user_id" if isinstance(holder, User) else "user_group_id": holder.pk}


def _names(user: User) -> set[str]:
    return set(GlobalGrant.objects.filter(user=user).values_list("permission", flat=True))


def _held(user_id: int) -> set[str]:
    names = GlobalGrant.objects.filter(user_id=user_id, permission__in=GRANTABLE)
    return set(names.values_list("permission", flat=True))


def _require_known(permissions: Iterable[str]) -> None:
    unknown = sorted(set(permissions) - GRANTABLE)
    if unknown:
        raise Invalid(f"there is no permission `{unknown[0]}`: there are {', '.join(sorted(GRANTABLE))}")
