"""The name of the time zone that this machine lives in."""

from __future__ import annotations

import os
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LINK = Path("/etc/localtime")
DEBIAN = Path("/etc/timezone")


def local_zone() -> str:
    """Give the IANA name of the machine's zone, or UTC where it has none that Python knows."""
    for name in (os.environ.get("TZ", "").removeprefix(":"), linked_zone(), written_zone()):
        if name and is_zone(name):
            return name
    return "UTC"


def is_zone(name: str) -> bool:
    """Tell whether this machine knows a zone of that name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def linked_zone() -> str:
    """Read the zone off the link's target, which is how both Linux and macOS choose one."""
    try:
        return str(LINK.readlink()).partition("zoneinfo/")[2]
    except OSError:
        return ""


def written_zone() -> str:
    """Read the zone from the file that Debian keeps beside a copied `localtime`."""
    try:
        return DEBIAN.read_text().strip()
    except (OSError, UnicodeDecodeError):
        return ""
