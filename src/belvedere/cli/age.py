"""Ages as people write them."""

from __future__ import annotations

import re
from datetime import timedelta

from belvedere.cli.failure import Failure

UNITS = {"h": "hours", "d": "days", "w": "weeks"}
AGE = re.compile(r"(\d{1,5})([hdw])")


def age_from(text: str, option: str) -> timedelta:
    """Read an age such as `30d`; what is none stops the command, and `option` is named."""
    matched = AGE.fullmatch(text)
    if not matched:
        raise Failure(f"{option} is a number and h, d or w, such as 30d; not {text}")
    return timedelta(**{UNITS[matched[2]]: int(matched[1])})
