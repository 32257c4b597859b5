"""The first administrator: created once, his credentials in a file that is written before him."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import connection

from belvedere.accounts.actions import FIRST_ADMINISTRATOR, create_first_administrator
from belvedere.accounts.keys import is_key, new_key
from belvedere.accounts.models import User
from belvedere.cli.failure import Failure
from belvedere.cli.layout import INITIAL_FILE
from belvedere.cli.private_files import write_private

PASSWORD_VARIABLE = "BELVEDERE_ADMIN_PASSWORD"  # noqa: S105 the name of a variable
KEY_VARIABLE = "BELVEDERE_ADMIN_API_KEY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a person or script needs to begin."""

    url: str
    username: str
    password: str
    api_key: str


def ensure(home: Path, url: str) -> Credentials | None:
    """Create the first administrator where there is none yet, and give his credentials.

    The file comes first: were it the other way round, a crash in between would leave an administrator whose password
    nobody knows. A file without its administrator is what such a crash leaves now, and its credentials are used.
    """
    try:
        if User.objects.filter(is_administrator=True).exists():
            return None
        credentials = chosen(home / INITIAL_FILE, url)
        write_private(home / INITIAL_FILE, json.dumps(asdict(credentials), indent=2) + "\n")
        create_first_administrator(credentials.password, credentials.api_key)
    except OSError as error:
        raise Failure(f"{home / INITIAL_FILE}: cannot be written: {error.strerror}") from error
    finally:
        connection.close()
    return credentials


def chosen(path: Path, url: str) -> Credentials:
    """Take each of password and key from the environment, else from an interrupted set-up, else from chance."""
    before = interrupted(path)
    password = os.environ.get(PASSWORD_VARIABLE) or before.get("password") or secrets.token_urlsafe(15)
    api_key = os.environ.get(KEY_VARIABLE) or before.get("api_key") or new_key()
    if not is_key(api_key):
        raise Failure(f"{KEY_VARIABLE} must be 40 letters and digits")
    return Credentials(url=url, username=FIRST_ADMINISTRATOR, password=password, api_key=api_key)


def interrupted(path: Path) -> dict[str, str]:
    """Read what a set-up that was cut off had chosen."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
