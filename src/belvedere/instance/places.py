"""Where the site keeps its data, how much that is, and how much room there is."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from belvedere.repos.storage import root

COMPANIONS = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Room:
    """A file system with a directory of ours on it, in bytes; told by the file system, nothing is walked through."""

    path: Path
    is_there: bool
    total: int = 0
    free: int = 0

    @property
    def used(self) -> int:
        """What everything on the file system takes."""
        return self.total - self.free

    @property
    def percent(self) -> int:
        """How full it is."""
        return round(100 * self.used / self.total) if self.total else 0


@dataclass(frozen=True, slots=True)
class DatabasePlace:
    """Where the database is, without credentials, and its size in bytes (None where nobody tells)."""

    kind: str
    place: str
    size: int | None


def room_at(path: Path) -> Room:
    """Ask the file system of a directory."""
    try:
        usage = shutil.disk_usage(path)
    except OSError:
        return Room(path, is_there=False)
    return Room(path, path.is_dir(), usage.total, usage.free)


def repositories_room() -> Room:
    """Give the room for repositories."""
    return room_at(root())


def home_room() -> Room:
    """Give the room for everything else."""
    return room_at(settings.BELVEDERE.home)


def database_place() -> DatabasePlace:
    """Tell of the database."""
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return DatabasePlace("SQLite", str(given["NAME"]), _size_of_files(str(given["NAME"])))
    host = f"{given['HOST'] or 'local socket'}{':' + given['PORT'] if given['PORT'] else ''}"
    return DatabasePlace("PostgreSQL", f"{given['NAME']} at {host}", _size_in_postgresql())


def is_writable(path: Path) -> bool:
    """Tell whether this process may write there."""
    return os.access(path, os.W_OK | os.X_OK)


def _size_of_files(name: str) -> int | None:
    size = None
    for companion in COMPANIONS:
        with suppress(OSError):
            size = (size or 0) + Path(name + companion).stat().st_size
    return size


def _size_in_postgresql() -> int | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            row = cursor.fetchone()
    except DatabaseError:
        return None
    return int(row[0]) if row else None
