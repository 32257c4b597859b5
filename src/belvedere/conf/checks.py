"""What a setting's text must look like; each check raises ValueError with what is allowed."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from belvedere.conf.local_zone import is_zone

HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
MAIL_ADDRESS = re.compile(r"[^\s@<>\"',;:\\()\[\]]+@[^\s@<>\"',;:\\()\[\]]+")


def some_text(value: str) -> None:
    """Ask for one line of text that fits into a header."""
    if not value.strip() or not value.isprintable() or '"' in value:
        raise ValueError("one line of text without quotation marks")


def zone_name(value: str) -> None:
    """Ask for a time zone that this machine knows."""
    if value and not is_zone(value):
        raise ValueError("a time zone such as Europe/Rome, or empty")


def public_address(value: str) -> None:
    """Ask for a web address without anything after its path."""
    wanted = "an address such as https://code.example.org, or empty"
    parts = _address(value, ("http", "https"), wanted)
    if parts is not None and parts.username:
        raise ValueError(wanted)


def ssh_address(value: str) -> None:
    """Ask for an address of SSH without anything after its path."""
    _address(value, ("ssh",), "an address such as ssh://hg@code.example.org, or empty")


def _address(value: str, schemes: tuple[str, ...], wanted: str) -> SplitResult | None:
    """Read an address that ends with its host; None if there is none."""
    if not value:
        return None
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 reading it is the check
    except ValueError as error:
        raise ValueError(wanted) from error
    extra = parts.query or parts.fragment or parts.password or parts.path.strip("/")
    if parts.scheme not in schemes or not parts.hostname or extra or not value.isprintable() or " " in value:
        raise ValueError(wanted)
    return parts


def host_name(value: str) -> None:
    """Ask for the name or address of another machine."""
    if value and not HOST.fullmatch(value):
        raise ValueError("the name of a host such as mail.example.org, an IP address, or empty")


def mail_address(value: str) -> None:
    """Ask for an address of mail."""
    if value and not MAIL_ADDRESS.fullmatch(value):
        raise ValueError("an address such as belvedere@example.org, or empty")


def address(value: str) -> None:
    """Ask for an address of this machine."""
    if value == "localhost":
        return
    try:
        ipaddress.ip_address(value)
    except ValueError as error:
        raise ValueError("an IP address to listen on, or localhost") from error


def networks(value: tuple[str, ...]) -> None:
    """Ask for addresses and networks."""
    for one in value:
        try:
            ipaddress.ip_network(one, strict=False)
        except ValueError as error:
            raise ValueError("addresses or networks such as 10.0.0.0/8") from error


def database_url(value: str) -> None:
    """Ask for the address of a PostgreSQL database."""
    if not value:
        return
    wanted = "postgresql://user:password@host:port/name, or empty"
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 reading it is the check
    except ValueError as error:
        raise ValueError(wanted) from error
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise ValueError(wanted)
