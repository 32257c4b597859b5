"""Methods about where people may come from."""

from typing import Any

from belvedere.access.actor import DEFAULT_USER_ID, Administrator
from belvedere.accounts import address_rules
from belvedere.accounts.fetch import ManagedUser, managed_user
from belvedere.api import shapes
from belvedere.api.arguments import Name
from belvedere.api.registry import method


@method
def get_address_rules(administrator: Administrator, userid: ManagedUser | None = None) -> dict[str, Any]:
    """List the networks from which a user may come; without `userid` those of everyone, which add to his.

    Where neither has any, he may come from anywhere.
    """
    return _shown(userid or _everyone(administrator))


@method
def add_address_rule(
    administrator: Administrator, network: Name, userid: ManagedUser | None = None, may_lock_out: bool = False
) -> dict[str, Any]:
    """Let a user, or without `userid` everyone, come from an address or network such as `192.0.2.0/24`.

    With the first rule nothing else is let in any more. What kept the caller himself out is refused without
    `may_lock_out`.
    """
    user = userid or _everyone(administrator)
    row = address_rules.add_rule(administrator, user, network, may_lock_out=may_lock_out)
    return {"msg": f"Added the rule {row.network} for `{user.username}`", "success": True, **_shown(user)}


@method
def delete_address_rule(
    administrator: Administrator, network: Name, userid: ManagedUser | None = None, may_lock_out: bool = False
) -> dict[str, Any]:
    """Strike a rule, named by its network as `get_address_rules` tells it; otherwise as `add_address_rule`."""
    user = userid or _everyone(administrator)
    address_rules.remove_rule(administrator, user, network, may_lock_out=may_lock_out)
    return {"msg": f"Deleted the rule {network} for `{user.username}`", "success": True, **_shown(user)}


def _everyone(administrator: Administrator) -> ManagedUser:
    return managed_user(administrator, DEFAULT_USER_ID)


def _shown(user: ManagedUser) -> dict[str, Any]:
    rules = [shapes.address_rule(row.network) for row in address_rules.rules_of(user) if row.is_active]
    return {"username": user.username, "rules": rules}
