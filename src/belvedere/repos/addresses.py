"""Addresses of repositories elsewhere: read strictly, resolved once, and refused where a server must not be led."""

from __future__ import annotations

import ipaddress
import re
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

from django.conf import settings

from belvedere.errors import Invalid
from belvedere.vcs.remote import Remote, bracketed

LONGEST_ADDRESS = 2048
"""Characters of an address that is kept."""

PORTS = {"http": 80, "https": 443, "git": 9418, "ssh": 22}
WITH_PASSWORDS = frozenset({"http", "https"})
TOKEN_IN_FRONT = "x-oauth-basic"  # noqa: S105 -- GitHub's word for "the user name is the secret"

_PLAIN = re.compile(r"[!-~]+")
_NO_PART = frozenset("\\\"'<>^`{|}?#")
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*")
_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)")
_ACCOUNT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
_LIKE_SCP = re.compile(r"(?:(?P<account>[^@:/]+)@)?(?P<host>[^@:/]+):(?P<path>[^:].*)")
_LONGEST_NAME = 253
_TOP_PORT = 65535

_INSIDE_CLOUDS = frozenset({ipaddress.ip_address("168.63.129.16")})
"""Public in form, but only ever the machine's own provider."""
_SPECIAL_4 = (ipaddress.ip_network("192.0.0.0/24"), ipaddress.ip_network("192.88.99.0/24"))
"""Assigned to protocols; older versions of Python count them as public."""
_GLOBAL_6 = ipaddress.ip_network("2000::/3")
_TUNNELS_6 = (ipaddress.ip_network("2002::/16"), ipaddress.ip_network("2001::/32"))
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Address:
    """An address taken apart; `host` is in lower case without brackets, `secret` is kept out of everything shown."""

    transport: str
    host: str
    port: int
    path: str
    username: str = ""
    secret: str = field(default="", repr=False)
    """`user:password` as they were given, unescaped; empty without a password."""

    @property
    def shown(self) -> str:
        """The address as anybody may see it."""
        account = f"{quote(self.username)}@" if self.username else ""
        if not self.path.startswith("/"):
            return f"{account}{self.host}:{self.path}"
        port = "" if self.port == PORTS[self.transport] else f":{self.port}"
        return f"{self.transport}://{account}{bracketed(self.host)}{port}{self.path}"


def address_from(text: str) -> Address:
    """Read a URL of http, https, git or ssh, or `host:path` for ssh; `Invalid` says what is wrong, not what was given.

    Strict, because several programs read it after us: what they could understand differently is refused.
    """
    if not _PLAIN.fullmatch(text) or set(text) & _NO_PART:
        raise Invalid("an address has no blanks, quotes, ? or #, and other characters as %XX")
    like_scp = _LIKE_SCP.fullmatch(text)
    if "://" not in text and like_scp:
        account, host, path = like_scp.group("account", "host", "path")
        return _checked("ssh", host, None, path, account or "", None)
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Invalid("the address is malformed") from None
    if parts.scheme not in PORTS or "://" not in text:
        raise Invalid("an address begins with http://, https://, ssh:// or git://")
    return _checked(parts.scheme, host, port, parts.path or "/", unquote(parts.username or ""), parts.password)


def _checked(transport: str, host: str, port: int | None, path: str, user: str, password: str | None) -> Address:
    if not 0 < (PORTS[transport] if port is None else port) <= _TOP_PORT:
        raise Invalid("a port is a number from 1 to 65535")
    if transport not in WITH_PASSWORDS and password is not None:
        raise Invalid(f"{transport} takes no password in an address")
    if transport == "ssh" and (path.lstrip("/").startswith("-") or (user and not _ACCOUNT.fullmatch(user))):
        raise Invalid("the account or path of the ssh address is malformed")
    if transport == "git" and user:
        raise Invalid("git:// knows no users")
    made = Address(transport, _host(host), PORTS[transport] if port is None else port, path, user)
    return made if transport == "ssh" else _with_secret(made, unquote(password or ""))


def _with_secret(address: Address, password: str) -> Address:
    """Keep the password apart, and also a user name that is all there is: then it is a token."""
    if not address.username and not password:
        return address
    shown = address.username if password not in ("", TOKEN_IN_FRONT) else ""
    if "\n" in address.username + password or "\r" in address.username + password or ":" in address.username:
        raise Invalid("the user name or password is malformed")
    return Address(
        address.transport,
        address.host,
        address.port,
        address.path,
        shown,
        f"{address.username}:{password}",
    )


def _host(host: str) -> str:
    """Check the form of a host; an IP address is taken in its one usual form, no octal, hex or short ones."""
    name = host.lower().removesuffix(".")
    if "%" not in name:  # no zone of an IPv6 address
        with suppress(ValueError):
            return str(ipaddress.ip_address(name))
    last = name.rpartition(".")[2]
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name) or _NUMBER.fullmatch(last):
        raise Invalid("the host's name is malformed")
    return name


def pinned(address: Address) -> Remote:
    """Resolve the host, once, and give what may be connected to; `Invalid` for an address that must not be.

    All addresses of the name have to be allowed: one that is not shows that the name's owner plays games.
    """
    found = _resolved(address)
    if not all(_is_allowed(ipaddress.ip_address(each)) for each in found):
        raise Invalid("the host is in a private network or on this machine, and `allow_private_remotes` is off")
    username, _, password = address.secret.partition(":")
    return Remote(
        transport=address.transport,
        host=address.host,
        port=address.port,
        path=address.path,
        addresses=tuple(found),
        username=username or address.username,
        password=password,
    )


def _resolved(address: Address) -> list[str]:
    try:
        entries = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Invalid(f"the host {address.host} is not known") from None
    # Without the zone that an IPv6 address may end with.
    return list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in entries))


def _is_allowed(address: Ip) -> bool:
    meant = _embedded(address)
    if meant.is_multicast or meant.is_unspecified or meant.is_link_local or meant in _INSIDE_CLOUDS:
        return False
    return bool(settings.BELVEDERE.allow_private_remotes) or _is_public(meant)


def _embedded(address: Ip) -> Ip:
    """Give the IPv4 address that an IPv6 one stands for."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address


def _is_public(address: Ip) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        is_native = address in _GLOBAL_6 and not any(address in tunnel for tunnel in _TUNNELS_6)
        return is_native and address.is_global
    return address.is_global and not any(address in special for special in _SPECIAL_4)
