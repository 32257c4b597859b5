"""Methods about users."""

from typing import Any

from belvedere.access.actor import Actor, Administrator
from belvedere.accounts import actions
from belvedere.accounts.actions import Profile
from belvedere.accounts.authentication import actor_from_user
from belvedere.accounts.fetch import ManagedUser, VisibleUser, all_users, visible_user
from belvedere.api import shapes
from belvedere.api.arguments import Name, Password
from belvedere.api.permissions import permissions_of
from belvedere.api.registry import method


@method(null_if_absent=True)
def get_user(actor: Actor, userid: VisibleUser | None = None) -> dict[str, Any]:
    """Give a user with all permissions: the caller unless `userid` names another, which takes an administrator.

    The result is null if there is no such user. A narrowed key sees its own permissions, and no API key.
    """
    user = userid or visible_user(actor, actor.user_id)
    subject = actor if user.pk == actor.user_id else actor_from_user(user)
    return {**shapes.user(user, actor), "permissions": permissions_of(subject, actor)}


@method
def get_users(administrator: Administrator) -> list[dict[str, Any]]:
    """List all users but `default`, by username."""
    return shapes.users(all_users(administrator), administrator)


@method
def create_user(
    administrator: Administrator,
    username: Name,
    email: Name | None,
    password: Password = "",
    firstname: Name = "",
    lastname: Name = "",
    active: bool = True,
    admin: bool = False,
    extern_type: Name = "internal",
    extern_name: Name = "",
    ldap_dn: Name | None = None,
) -> dict[str, Any]:
    """Create a user. Without a password nobody logs in by one; `ldap_dn` says who this is in LDAP."""
    user = actions.create_user(
        administrator,
        Profile(
            username=username,
            email=email,
            password=password,
            firstname=firstname,
            lastname=lastname,
            is_active=active,
            is_administrator=admin,
            extern_type="ldap" if ldap_dn else extern_type,
            extern_name=ldap_dn or extern_name,
        ),
    )
    return {"msg": f"created new user `{user.username}`", "user": shapes.user(user, administrator)}


@method
def update_user(
    administrator: Administrator,
    userid: ManagedUser,
    username: Name | None = None,
    email: Name | None = None,
    password: Password | None = None,
    firstname: Name | None = None,
    lastname: Name | None = None,
    active: bool | None = None,
    admin: bool | None = None,
    extern_type: Name | None = None,
    extern_name: Name | None = None,
    ldap_dn: Name | None = None,
) -> dict[str, Any]:
    """Change a user; what is not given stays as it is."""
    user = actions.update_user(
        administrator,
        userid,
        Profile(
            username=username,
            email=email,
            password=password,
            firstname=firstname,
            lastname=lastname,
            is_active=active,
            is_administrator=admin,
            extern_type="ldap" if ldap_dn else extern_type,
            extern_name=ldap_dn or extern_name,
        ),
    )
    return {"msg": f"updated user ID:{user.pk} {user.username}", "user": shapes.user(user, administrator)}


@method
def delete_user(administrator: Administrator, userid: ManagedUser) -> dict[str, Any]:
    """Delete a user. One who owns something is not deleted: the error names what."""
    user_id, username = userid.pk, userid.username
    actions.delete_user(administrator, userid)
    return {"msg": f"deleted user ID:{user_id} {username}", "user": None}
