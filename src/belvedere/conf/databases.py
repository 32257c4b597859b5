"""Where the data is kept: SQLite in the home, or a PostgreSQL server."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from belvedere.conf.config import HOMELESS, Config

SQLITE_ON_CONNECT = (
    "PRAGMA journal_mode=WAL",  # readers never wait for a writer
    "PRAGMA synchronous=FULL",  # what was acknowledged survives the loss of power; only commits pay for it
    "PRAGMA temp_store=MEMORY",
    "PRAGMA mmap_size=134217728",
    "PRAGMA journal_size_limit=67108864",  # the log shrinks again after a large transaction
)
BUSY_SECONDS = 20


def database_settings(config: Config) -> dict[str, Any]:
    """Give Django's description of the instance's database; connections are kept for good."""
    if config.database:
        return postgresql(config.database)
    return sqlite(":memory:" if config.home == HOMELESS else str(config.database_file))


def sqlite(name: str) -> dict[str, Any]:
    """Describe an SQLite database.

    A transaction takes the write lock when it begins: one that only turned to writing half-way would fail at once
    with "database is locked", whatever the timeout.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": BUSY_SECONDS,
            "transaction_mode": "IMMEDIATE",
            "init_command": ";".join(SQLITE_ON_CONNECT),
        },
    }


def postgresql(url: str) -> dict[str, Any]:
    """Describe a PostgreSQL database; parameters behind `?` go to the client library."""
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }
