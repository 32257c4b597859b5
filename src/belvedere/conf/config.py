"""The configuration of one instance: every setting, declared once with its default, its meaning and its limits."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from belvedere.cli.layout import DATABASE_FILE
from belvedere.conf.checks import (
    address,
    database_url,
    host_name,
    mail_address,
    networks,
    public_address,
    some_text,
    ssh_address,
    zone_name,
)
from belvedere.conf.local_zone import local_zone

HOMELESS = Path("/nonexistent/belvedere")
"""The home of a process that has none (tests, type checks): nothing can be written there."""

MOST_WORKERS_BY_DEFAULT = 8

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Dialect = Literal["document", "kallithea-0.7"]
LogLevel = Literal["debug", "info", "warning", "error"]
Security = Literal["none", "starttls", "tls"]


def setting(
    default: Any,
    *,
    group: str,
    doc: str,
    minimum: int | None = None,
    maximum: int | None = None,
    check: Callable[[Any], None] | None = None,
    secret: bool = False,
) -> Any:
    """Declare one setting; `check` raises ValueError with what is allowed, `secret` keeps the value out of messages."""
    facts = {"group": group, "doc": doc, "minimum": minimum, "maximum": maximum, "check": check, "secret": secret}
    return field(default=default, metadata=facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What the administrator chose, checked, and with every "0 or empty means" already worked out.

    Each field but `home` is a setting: a key of `belvedere.toml` and an environment variable `BELVEDERE_<NAME>`.
    """

    home: Path

    title: str = setting(
        "Belvedere",
        group="What people see",
        doc="Name of this site, unless an administrator gives it another one while it runs.",
        check=some_text,
    )
    base_url: str = setting(
        "",
        group="What people see",
        doc="Public address, such as `https://code.example.org`, used wherever an address is told. "
        "Empty: the address that the request came to.",
        check=public_address,
    )
    ssh_address: str = setting(
        "",
        group="What people see",
        doc="Public address for clones by SSH, such as `ssh://hg@code.example.org`. Empty: pages offer none.",
        check=ssh_address,
    )
    realm: str = setting(
        "Belvedere",
        group="What people see",
        doc="Name that a Mercurial or Git client shows when it asks for a password.",
        check=some_text,
    )
    time_zone: str = setting(
        "",
        group="What people see",
        doc="Zone in which times are shown, such as `Europe/Rome`. Empty: the server's own.",
        check=zone_name,
    )

    host: str = setting(
        "127.0.0.1",
        group="Web server",
        doc="Address to listen on; `0.0.0.0` or `::` for all.",
        check=address,
    )
    port: int = setting(
        5000,
        group="Web server",
        doc="Port to listen on; 0 takes a free one.",
        minimum=0,
        maximum=65535,
    )
    trusted_proxies: tuple[str, ...] = setting(
        (),
        group="Web server",
        doc="Addresses or networks of reverse proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.",
        check=networks,
    )
    web_workers: int = setting(
        0,
        group="Web server",
        doc="Processes that answer requests. 0: one a processor core, at most 8.",
        minimum=0,
        maximum=256,
    )
    web_threads: int = setting(
        16,
        group="Web server",
        doc="Requests that each of these processes answers at once.",
        minimum=2,
        maximum=512,
    )
    shutdown_grace: int = setting(
        30,
        group="Web server",
        doc="Seconds that running requests and jobs get to finish when the server stops.",
        minimum=1,
        maximum=3600,
    )

    database: str = setting(
        "",
        group="Storage",
        doc="Empty: SQLite in the home directory. Else `postgresql://user:password@host:port/name`.",
        check=database_url,
        secret=True,
    )
    repositories: Path = setting(
        Path("repositories"),
        group="Storage",
        doc="Directory of the repositories; a relative path starts at the home directory.",
    )

    hg_workers: int = setting(
        0,
        group="Version control",
        doc="Processes that work on Mercurial repositories. 0: one a processor core, at most 8.",
        minimum=0,
        maximum=256,
    )
    max_transfers: int = setting(
        2,
        group="Version control",
        doc="Clones, pulls and pushes that run at once in each web process, and as many archives; further ones wait.",
        minimum=1,
        maximum=512,
    )
    long_jobs: int = setting(
        2,
        group="Version control",
        doc="Imports, forks and pulls that run at once in the background; further ones wait.",
        minimum=1,
        maximum=64,
    )
    max_push_size: int = setting(
        0,
        group="Version control",
        doc="Largest push in bytes, as it is sent. 0: no limit.",
        minimum=0,
    )
    allow_private_remotes: bool = setting(
        default=False,
        group="Version control",
        doc="Whether repositories may be pulled from addresses of the private network and of this machine.",
    )

    api_dialect: Dialect = setting(
        "document",
        group="API",
        doc="Form of answers where the API document and Kallithea 0.7 differ; "
        "a request chooses for itself with the header `X-API-Dialect`.",
    )

    api_key_in_url: bool = setting(
        default=True,
        group="API",
        doc="Whether pages take an API key as `?api_key=`. Addresses end up in histories and logs of proxies: "
        "clients that can send the header `Authorization: Bearer` should.",
    )

    smtp_host: str = setting(
        "",
        group="Mail",
        doc="Server that takes mail: for people who sign up, verify an address or forgot their password. It needs "
        "`base_url` too, with which the links in mails begin. Empty: no mail is sent.",
        check=host_name,
    )
    smtp_port: int = setting(
        587,
        group="Mail",
        doc="Port of that server: mostly 587 with `starttls`, 465 with `tls`, 25 without encryption.",
        minimum=1,
        maximum=65535,
    )
    smtp_security: Security = setting(
        "starttls",
        group="Mail",
        doc="How the connection to it is encrypted. Its certificate is checked, unless there is none to check.",
    )
    smtp_user: str = setting(
        "",
        group="Mail",
        doc="Name to sign in with there. Empty: none is asked for.",
    )
    smtp_password: str = setting(
        "",
        group="Mail",
        doc="Password to sign in with there.",
        secret=True,
    )
    mail_from: str = setting(
        "",
        group="Mail",
        doc="Address that mails come from. Empty: `no-reply` at the host of `base_url`.",
        check=mail_address,
    )

    log_level: LogLevel = setting(
        "info",
        group="Log",
        doc="Least severe message that is written to standard error.",
    )

    def __post_init__(self) -> None:
        """Work out what an empty value or a zero means here."""
        own = {
            "base_url": self.base_url.rstrip("/"),
            "ssh_address": self.ssh_address.rstrip("/"),
            "mail_from": self.mail_from or (f"no-reply@{urlsplit(self.base_url).hostname}" if self.base_url else ""),
            "time_zone": self.time_zone or local_zone(),
            "web_workers": self.web_workers or one_a_core(),
            "hg_workers": self.hg_workers or one_a_core(),
            "repositories": self.home / self.repositories,
        }
        for name, value in own.items():
            object.__setattr__(self, name, value)  # the dataclass is frozen for everyone else

    @property
    def database_file(self) -> Path:
        """Where SQLite keeps the database."""
        return self.home / DATABASE_FILE

    @property
    def proxies(self) -> tuple[Network, ...]:
        """The networks of `trusted_proxies`."""
        return tuple(ipaddress.ip_network(network, strict=False) for network in self.trusted_proxies)


def one_a_core() -> int:
    """Count the cores that this process may use, up to what is sensible without a measurement."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MOST_WORKERS_BY_DEFAULT)
