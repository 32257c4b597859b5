"""Tables for spreadsheets, which take what looks like a formula for one."""

from __future__ import annotations

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(value: object) -> str:
    """Write a cell so that no spreadsheet computes anything in it: an apostrophe says that it is text."""
    text = {True: "yes", False: "no"}.get(value, "") if isinstance(value, bool) else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
