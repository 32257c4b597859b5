"""Bringing a home up to this version: settings file, repository root, database, first administrator.

Every step looks at what is there first, so that a set-up that was cut off is completed by the next start.
"""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.conf import settings

from belvedere.cli.home import home_from_environment, lay_home, lay_secret, lock_home, read_settings, unusable
from belvedere.cli.layout import SETTINGS_FILE
from belvedere.cli.private_files import write_private

if TYPE_CHECKING:
    from belvedere.cli.first_administrator import Credentials

ONLY_OURS = 0o077


def take_home() -> int:
    """Make and lock the home, and read its settings; gives the lock, which the caller holds on to."""
    os.umask(ONLY_OURS)
    home = home_from_environment()
    lay_home(home)
    lock = lock_home(home)
    lay_secret(home)
    read_settings()
    return lock


def bring_up(url: str) -> Credentials | None:
    """Complete the home; gives the first administrator's credentials if this call created him."""
    home = settings.BELVEDERE.home
    try:
        if not (home / SETTINGS_FILE).exists():
            write_private(home / SETTINGS_FILE, settings.BELVEDERE_FILE())
        make_directory(settings.BELVEDERE.repositories)
    except OSError as error:
        raise unusable(home, error) from error
    django.setup(set_prefix=False)
    # Models can be imported only now, and what these two modules do is models.
    import_module("belvedere.cli.database").bring_up_to_date()
    created: Credentials | None = import_module("belvedere.cli.first_administrator").ensure(home, url)
    return created


def make_directory(path: Path) -> None:
    """Make a directory for the server's account alone; one that is there keeps its mode."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
