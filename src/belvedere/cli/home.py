"""The home directory: set up once, opened by one server at a time."""

from __future__ import annotations

import fcntl
import os
import secrets
from pathlib import Path

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from belvedere.cli.failure import Failure
from belvedere.cli.layout import DATABASE_FILE, INITIAL_FILE, LOCK_FILE, SECRET_FILE, SETTINGS_FILE
from belvedere.cli.private_files import write_private

SETTINGS_MODULE = "belvedere.conf.settings"
SIGNS_OF_USE = (DATABASE_FILE, INITIAL_FILE)
SIGNS_OF_A_HOME = frozenset({SETTINGS_FILE, SECRET_FILE, LOCK_FILE, *SIGNS_OF_USE})


def home_from_environment() -> Path:
    """Give the home that this process works on."""
    name = os.environ.get("BELVEDERE_HOME")
    if not name:
        raise Failure("no home directory: give --home DIR or set BELVEDERE_HOME")
    return Path(name).absolute()


def lay_home(home: Path) -> None:
    """Make the directory if it is missing; one with other things in it is refused, so that nothing gets among them."""
    if home.exists() and not home.is_dir():
        raise Failure(f"{home}: cannot be used as home: not a directory")
    try:
        if not home.is_dir():
            home.mkdir(mode=0o700, parents=True)
            return
        found = [path.name for path in home.iterdir()]
        if not found:
            home.chmod(0o700)
    except OSError as error:
        raise unusable(home, error) from error
    foreign = sorted(name for name in found if not name.startswith(".") and name != "lost+found")
    if foreign and not SIGNS_OF_A_HOME.intersection(foreign):
        raise Failure(
            f"{home}: is no home of Belvedere, and has other things in it ({foreign[0]}): name an empty directory"
        )


def lay_secret(home: Path) -> None:
    """Make the instance's secret, unless there is data that another one protects."""
    path = home / SECRET_FILE
    if path.exists():
        return
    used = [name for name in SIGNS_OF_USE if (home / name).exists()]
    if used:
        raise Failure(f"{path} is missing beside {used[0]}: restore it from a backup")
    try:
        write_private(path, secrets.token_hex(32) + "\n")
    except OSError as error:
        raise unusable(home, error) from error


def lock_home(home: Path) -> int:
    """Take the home for this process alone; the lock goes with the process, however it ends."""
    try:
        descriptor = os.open(home / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise unusable(home, error) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise Failure(f"{home}: another Belvedere is running on this home") from error
    return descriptor


def open_home() -> None:
    """Make Django ready for the home that the environment names."""
    home_from_environment()
    read_settings()
    django.setup(set_prefix=False)


def read_settings() -> None:
    """Read and check the configuration."""
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS_MODULE
    try:
        settings.BELVEDERE  # noqa: B018 settings are read when first asked for
    except ImproperlyConfigured as error:
        raise Failure(str(error)) from error


def unusable(home: Path, error: OSError) -> Failure:
    """Say why a home cannot be used."""
    return Failure(f"{home}: cannot be used as home: {error.strerror}")
