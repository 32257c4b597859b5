"""A repository elsewhere, as it may be connected to: its name, and the addresses that the name was checked to have."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

SSH_PORT = 22

_SSH = (
    "ssh",
    "-F none",
    "-o BatchMode=yes",
    "-o StrictHostKeyChecking=yes",
    "-o ProxyCommand=none",
    "-o PermitLocalCommand=no",
    "-o ForwardAgent=no",
    "-o ForwardX11=no",
    "-o ConnectTimeout=20",
    "-o ServerAliveInterval=20",
    "-o ServerAliveCountMax=3",
)


@dataclass(frozen=True, slots=True)
class Remote:
    """Where to pull from: who makes one has decided that this host may be reached at these addresses.

    `host` is a lower-case ASCII name or an IP address without brackets, `path` begins with a slash and is written as
    in a URL; a path of `ssh` without the slash is meant below the account's home. No other address than `addresses`
    is connected to, whatever the name resolves to by then, and no redirection to another host is followed.
    """

    transport: str
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]
    username: str = ""
    password: str = field(default="", repr=False)

    @property
    def url(self) -> str:
        """The address without a password; `ssh` has a user name in it."""
        account = f"{self.username}@" if self.username and self.transport == "ssh" else ""
        if not self.path.startswith("/"):
            return f"{account}{self.host}:{self.path}"
        return f"{self.transport}://{account}{bracketed(self.host)}:{self.port}{self.path}"

    @property
    def authorization(self) -> str:
        """The value of HTTP's header for the user name and password, empty without them."""
        if not (self.username or self.password):
            return ""
        return "Basic " + base64.b64encode(f"{self.username}:{self.password}".encode()).decode("ascii")

    @property
    def ssh_command(self) -> str:
        """The program that connects to the first checked address, and expects the key of the named host there.

        A shell takes it apart, so nothing but numbers, and a host of letters, digits, dots, dashes and underscores
        or an IP address, is in it beside constants. Users' and system's configuration of ssh are left out: they
        could lead elsewhere.
        """
        return " ".join((*_SSH, f"-o HostName={self.addresses[0]}", f"-o HostKeyAlias={self.host}"))


def bracketed(host: str) -> str:
    """Write a host as in a URL."""
    return f"[{host}]" if ":" in host else host
