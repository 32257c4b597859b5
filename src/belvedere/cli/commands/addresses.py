"""Say from where people may come: also for an administrator whom the rules keep out."""

from __future__ import annotations

from typing import Annotated

from belvedere.access.actor import Administrator
from belvedere.accounts.address_rules import add_rule, remove_rule, rules_of
from belvedere.accounts.fetch import ManagedUser, at_the_console, managed_user
from belvedere.cli.command import command
from belvedere.cli.failure import Failure
from belvedere.errors import DomainError

EVERYONE = "default"


@command
def list_(*, user: Annotated[str, "whose rules (default: everyone's)"] = EVERYONE) -> None:
    """List the networks that are let in; where there are none, all are."""
    for row in rules_of(_user(at_the_console(), user)):
        print(row.network)


@command
def add(
    network: Annotated[str, "an address, or a network such as 192.0.2.0/24"],
    *,
    user: Annotated[str, "whose rule (default: everyone's)"] = EVERYONE,
) -> None:
    """Let a network in; with the first rule no other is let in any more."""
    administrator = at_the_console()
    try:
        row = add_rule(administrator, _user(administrator, user), network, may_lock_out=True)
    except DomainError as error:
        raise Failure(error.message) from error
    print(f"{row.network} is let in.")


@command
def delete(
    network: Annotated[str, "as `list` prints it"],
    *,
    user: Annotated[str, "whose rule (default: everyone's)"] = EVERYONE,
) -> None:
    """Strike a rule; with the last one, everybody is let in again."""
    administrator = at_the_console()
    try:
        remove_rule(administrator, _user(administrator, user), network, may_lock_out=True)
    except DomainError as error:
        raise Failure(error.message) from error
    print(f"The rule {network} is deleted.")


def _user(administrator: Administrator, name: str) -> ManagedUser:
    try:
        return managed_user(administrator, name)
    except DomainError as error:
        raise Failure(error.message) from error
