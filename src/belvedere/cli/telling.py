"""What the server tells the person who started it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from belvedere.cli.layout import INITIAL_FILE

if TYPE_CHECKING:
    from belvedere.cli.first_administrator import Credentials


def tell_administrator(credentials: Credentials, home: Path) -> None:
    """Print the first administrator's credentials, which no later start can."""
    print(
        "",
        "First administrator (shown this once):",
        f"  username  {credentials.username}",
        f"  password  {credentials.password}",
        f"  API key   {credentials.api_key}",
        f"Also in {home / INITIAL_FILE}; delete it when you have noted them.",
        "",
        sep="\n",
        flush=True,
    )


def tell_ready(url: str, home: Path) -> None:
    """Print where the server is."""
    print(f"Belvedere is ready at {url} (home {home}; Ctrl-C stops it).", flush=True)
