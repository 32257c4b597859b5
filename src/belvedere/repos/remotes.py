"""Where a repository is pulled from: the address in its row, and what authenticates there sealed beside it."""

from __future__ import annotations

from dataclasses import replace

from cryptography.exceptions import InvalidTag

from belvedere.accounts.sealing import seal, unseal
from belvedere.errors import Invalid
from belvedere.repos.addresses import Address, address_from, pinned
from belvedere.repos.fetch import RemoteAddress
from belvedere.repos.models import Arrival, Repository
from belvedere.vcs.backends import backend
from belvedere.vcs.remote import Remote

PURPOSE = "remote secret"
NO_ADDRESS = "it has no remote address"


def reachable(address: RemoteAddress, scheme: str) -> Remote:
    """Give what a system may connect to, checked now; `Invalid` with the reason."""
    return _reachable(address, scheme)


def contact(address: RemoteAddress, scheme: str) -> None:
    """Make sure that a repository of this system answers at an address."""
    backend(scheme).probe(reachable(address, scheme))


def stored(row: Repository | Arrival) -> Remote:
    """Give what the row's own address may connect to, checked now; `Invalid` if it has none."""
    if not row.remote_uri:
        raise Invalid(NO_ADDRESS)
    address = address_from(row.remote_uri)
    if row.remote_secret is not None:
        try:
            address = replace(address, secret=unseal(bytes(row.remote_secret), PURPOSE, row.storage))
        except InvalidTag:
            raise Invalid("its password was sealed under another secret: give the address anew") from None
    return _reachable(address, row.scheme)


def keep(row: Repository | Arrival, address: RemoteAddress | None) -> None:
    """Put an address into the row, or take the one that is there away; the row is not saved."""
    row.remote_uri, row.remote_secret = "", None
    if address is not None:
        row.remote_uri = address.shown
        row.remote_secret = seal(address.secret, PURPOSE, row.storage) if address.secret else None


def _reachable(address: Address, scheme: str) -> Remote:
    transports = backend(scheme).remote_transports
    if address.transport not in transports:
        raise Invalid(f"a {scheme} repository is pulled by {', '.join(sorted(transports))}")
    if scheme != "git" and not address.path.startswith("/"):
        raise Invalid("an address begins with http://, https:// or ssh://")
    return pinned(address)
