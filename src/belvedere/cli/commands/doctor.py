"""Look whether the site is well."""

from __future__ import annotations

from typing import Annotated

from belvedere.cli.command import command
from belvedere.instance.checks import findings
from belvedere.instance.versions import main_versions

SIGNS = {"good": "ok     ", "warning": "warning", "error": "ERROR  "}


@command
def doctor(
    *, deep: Annotated[bool, "look also at each repository's directory and at the database's file"] = False
) -> int:
    """Check the site and tell what to do; the exit code is 1 if something is broken."""
    for name, version in main_versions():
        print(f"{name} {version}")
    print()
    found = findings(deep=deep)
    for each in found:
        print(f"{SIGNS[each.verdict]}  {each.topic}: {each.text}")
        if each.advice:
            print(f"         {each.advice}")
    return 1 if any(each.verdict == "error" for each in found) else 0
