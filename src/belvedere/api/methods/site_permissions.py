"""Methods about permissions that are about no object, and about what new objects begin with."""

from typing import Any, Literal, get_args

from belvedere.access.actor import Administrator
from belvedere.access.levels import Level, Prefix, permission_name
from belvedere.accounts.fetch import AdministeredUserGroup, ManagedUser
from belvedere.accounts.self_service.signing_up import Mode
from belvedere.accounts.site_permissions import (
    SWITCHES,
    SiteDefaults,
    change_site_defaults,
    permissions_of_holder,
    set_permissions,
    site_defaults,
)
from belvedere.api.registry import method
from belvedere.errors import Invalid
from belvedere.repos.default_levels import apply_defaults, foresee_defaults

Registration = Literal["closed", "by_approval", "open"]
LevelName = Literal["none", "read", "write", "admin"]
Kind = Literal["repository", "group", "usergroup"]
Permission = Literal["hg.create.repository", "hg.fork.repository", "hg.usergroup.create.true"]
MODES: dict[str, Mode] = dict(zip(get_args(Registration), (Mode.CLOSED, Mode.BY_APPROVAL, Mode.OPEN), strict=True))


@method
def get_site_permissions(administrator: Administrator) -> dict[str, Any]:
    """Tell what everyone may do, who may sign up, and what everyone gets on what is new."""
    return _shown(site_defaults())


@method
def update_site_permissions(
    administrator: Administrator,
    anonymous_access: bool | None = None,
    registration: Registration | None = None,
    create_repositories: bool | None = None,
    fork_repositories: bool | None = None,
    create_user_groups: bool | None = None,
    new_repository: LevelName | None = None,
    new_repository_group: LevelName | None = None,
    new_user_group: LevelName | None = None,
) -> dict[str, Any]:
    """Change what everyone may do; what is not given stays as it is.

    The three last are the levels of everyone on new objects: what is there keeps its own, unless `apply_default_level`
    is called.
    """
    levels: dict[Prefix, LevelName | None] = {
        "repository": new_repository,
        "group": new_repository_group,
        "usergroup": new_user_group,
    }
    wanted = (create_repositories, fork_repositories, create_user_groups)
    held = set(site_defaults().permissions or ())
    for switch, is_on in zip(SWITCHES, wanted, strict=True):
        if is_on is not None:
            held = held | {switch.permission} if is_on else held - {switch.permission}
    changed = change_site_defaults(
        administrator,
        SiteDefaults(
            is_open=anonymous_access,
            registration=MODES[registration] if registration else None,
            permissions=held,
            levels={kind: Level[name.upper()] for kind, name in levels.items() if name is not None},
        ),
    )
    return {"msg": "Updated the permissions of everyone", "success": True, **_shown(changed)}


@method
def apply_default_level(administrator: Administrator, kind: Kind, dry_run: bool = False) -> dict[str, Any]:
    """Give everyone the default level on all repositories, repository groups or user groups that are there.

    Private repositories are left alone. With `dry_run` it is only told what would change: `names` has the first of it.
    """
    foreseen = foresee_defaults(administrator, kind)
    changed = 0 if dry_run else apply_defaults(administrator, kind)
    return {
        "permission": permission_name(kind, foreseen.level),
        "count": foreseen.count if dry_run else changed,
        "names": foreseen.names,
        "success": not dry_run,
    }


@method
def grant_global_permission(
    administrator: Administrator,
    perm: Permission,
    userid: ManagedUser | None = None,
    usergroupid: AdministeredUserGroup | None = None,
) -> dict[str, Any]:
    """Give a user or a user group a permission that is about no object, beside what everyone has."""
    holder = _holder(userid, usergroupid)
    set_permissions(administrator, holder, permissions_of_holder(holder) | {perm})
    return {"msg": f"Granted perm: `{perm}` for {_said(holder)}", "success": True}


@method
def revoke_global_permission(
    administrator: Administrator,
    perm: Permission,
    userid: ManagedUser | None = None,
    usergroupid: AdministeredUserGroup | None = None,
) -> dict[str, Any]:
    """Take back a permission that is about no object; what comes from user groups or from everyone stays."""
    holder = _holder(userid, usergroupid)
    set_permissions(administrator, holder, permissions_of_holder(holder) - {perm})
    return {"msg": f"Revoked perm: `{perm}` for {_said(holder)}", "success": True}


def _holder(user: ManagedUser | None, group: AdministeredUserGroup | None) -> ManagedUser | AdministeredUserGroup:
    holder = user or group
    if holder is None or (user is not None and group is not None):
        raise Invalid("give one of `userid` and `usergroupid`")
    return holder


def _said(holder: ManagedUser | AdministeredUserGroup) -> str:
    return f"{holder._meta.verbose_name}: `{holder}`"


def _shown(now: SiteDefaults) -> dict[str, Any]:
    held = now.permissions or ()
    levels = now.levels or {}
    return {
        "anonymous_access": now.is_open,
        "registration": next(name for name, mode in MODES.items() if mode == now.registration),
        "create_repositories": SWITCHES[0].permission in held,
        "fork_repositories": SWITCHES[1].permission in held,
        "create_user_groups": SWITCHES[2].permission in held,
        "new_repository": levels["repository"].label,
        "new_repository_group": levels["group"].label,
        "new_user_group": levels["usergroup"].label,
    }
