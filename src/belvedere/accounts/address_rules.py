"""Where people may come from: rules of everyone and of single users, which add up."""

from __future__ import annotations

import ipaddress
from typing import NewType

from django.db import transaction

from belvedere.access.actor import Administrator
from belvedere.accounts.authentication import may_come_from
from belvedere.accounts.fetch import ManagedUser
from belvedere.accounts.granting import LocksOut
from belvedere.accounts.happenings import AddressRuleAdded, AddressRuleRemoved
from belvedere.accounts.locking import lock_user
from belvedere.accounts.models import AddressRule
from belvedere.errors import Conflict, Invalid, NotFound
from belvedere.events.bus import emit

MOST = 200
Network = NewType("Network", str)


def network_from(text: str) -> Network:
    """Read an address, or a network such as `10.0.0.0/8`; `Invalid` says what it could be."""
    try:
        found = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError as error:
        raise Invalid(
            f"`{text.strip()[:64]}` is no address such as 192.0.2.7 or 2001:db8::7, and no network such as 192.0.2.0/24"
        ) from error
    return Network(str(found.network_address) if found.num_addresses == 1 else str(found))


def rules_of(user: ManagedUser) -> list[AddressRule]:
    """Give the rules of a user, or everyone's if it is `default`, in the order in which they were made."""
    return list(AddressRule.objects.filter(user=user).order_by("pk"))


def add_rule(administrator: Administrator, user: ManagedUser, text: str, *, may_lock_out: bool = False) -> AddressRule:
    """Let a user come from a network: with the first rule, from nowhere else any more.

    Without `may_lock_out` it is `LocksOut` if the administrator himself could not come from where he is.
    """
    network = network_from(text)
    with transaction.atomic():
        lock_user(user)
        rules = AddressRule.objects.filter(user=user)
        if rules.count() >= MOST:
            raise Conflict(f"there are at most {MOST} rules: delete some first")
        row, is_new = rules.get_or_create(user=user, network=network, defaults={"is_active": True})
        if not is_new and row.is_active:
            raise Conflict(f"there is a rule for {network} already")
        rules.filter(pk=row.pk).update(is_active=True)
        emit(AddressRuleAdded(user_id=user.pk, username=user.username, network=network))
        _stay_inside(administrator, may_lock_out=may_lock_out)
    return row


def remove_rule(
    administrator: Administrator, user: ManagedUser, given: int | str, *, may_lock_out: bool = False
) -> None:
    """Strike one of the rules of a user, by its number or its network; otherwise as `add_rule`."""
    with transaction.atomic():
        lock_user(user)
        rows = AddressRule.objects.filter(user=user)
        row = (rows.filter(pk=given) if isinstance(given, int) else rows.filter(network=given.strip())).first()
        if row is None:
            raise NotFound(f"there is no such rule of {user.username}")
        row.delete()
        emit(AddressRuleRemoved(user_id=user.pk, username=user.username, network=row.network))
        _stay_inside(administrator, may_lock_out=may_lock_out)


def _stay_inside(administrator: Administrator, *, may_lock_out: bool) -> None:
    """Refuse what keeps out who does it, unless he says that he knows; a command on the server comes from nowhere."""
    address = administrator.address
    if not may_lock_out and address and not may_come_from(administrator.user_id, address):
        raise LocksOut(f"you would lock yourself out: you are at {address}, which no rule would let in")
