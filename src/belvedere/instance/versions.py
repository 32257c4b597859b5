"""What the site runs on, with versions."""

from __future__ import annotations

import platform
import shutil
import subprocess
from functools import cache
from importlib.metadata import distributions, version

from django.db import connection

from belvedere import __version__


@cache
def packages() -> list[tuple[str, str]]:
    """Give every installed package of Python with its version, by name."""
    found = {each.name: each.version for each in distributions() if each.name}
    return sorted(found.items(), key=lambda pair: pair[0].lower())


@cache
def git_version() -> str:
    """Give the version of the program `git`, empty if there is none."""
    try:
        done = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.removeprefix("git version ").strip()


def git_place() -> str | None:
    """Give where the program `git` is."""
    return shutil.which("git")


def database_version() -> str:
    """Give the name and version of the database."""
    if connection.vendor == "sqlite":
        [row] = _asked("SELECT sqlite_version()")
        return f"SQLite {row[0]}"
    [row] = _asked("SHOW server_version")
    return f"PostgreSQL {row[0]}"


def main_versions() -> list[tuple[str, str]]:
    """Give the versions that somebody wants to know first."""
    return [
        ("Belvedere", __version__),
        ("Python", platform.python_version()),
        ("Django", version("django")),
        ("Mercurial", version("mercurial")),
        ("Git", git_version() or "not found"),
        ("pygit2", version("pygit2")),
        ("Database", database_version()),
        ("Operating system", platform.platform()),
    ]


def _asked(question: str) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return list(cursor.fetchall())
