"""What repositories and their groups may be called."""

from __future__ import annotations

import re

from belvedere.errors import Invalid

FORBIDDEN = frozenset("`?=[]\\;'\"<>,/~!@#$%^&*()+{}|:")
PART_LENGTH = 100
PATH_LENGTH = 255
GIT_SUFFIX = ".git"
RESERVED_AT_TOP = frozenset(
    {
        "_admin",
        "_repos",
        "_users_and_groups",
        "about",
        "changeset_info",
        "css",
        "favicon.ico",
        "fontello",
        "images",
        "js",
        "livez",
        "my_pullrequests",
        "readyz",
        "robots.txt",
        "static",
    }
)
PERMANENT = re.compile(r"_\d+")


def key(path: str) -> str:
    """Give what two names must not share: the path without regard to case and to `.git` at its end."""
    folded = path.casefold()
    return folded.removesuffix(GIT_SUFFIX) or folded


def split(path: str) -> tuple[str, str]:
    """Split a full path into the group's path (empty at the top level) and the last part."""
    group, _, name = path.rpartition("/")
    return group, name


def join(group: str, name: str) -> str:
    """Give the full path of a last part in a group (empty for the top level)."""
    if "/" in name:
        raise Invalid(f"`{name}` is no last part of a name: the group is said apart from it")
    return f"{group}/{name}" if group else name


def check_path(path: str) -> str:
    """Check a full path whose groups exist already: its last part, its length, and what the top level reserves."""
    group, name = split(path)
    check_part(name)
    if not group and (name.lower() in RESERVED_AT_TOP or PERMANENT.fullmatch(name)):
        raise Invalid(f"the name `{name}` is reserved at the top level")
    if len(path) > PATH_LENGTH:
        raise Invalid(f"the full name has more than {PATH_LENGTH} characters")
    return path


def check_part(name: str) -> None:
    """Check one part of a path; `Invalid` tells what is wrong with it."""
    if not name or len(name) > PART_LENGTH:
        raise Invalid(f"a name has 1 to {PART_LENGTH} characters")
    if name in {".", ".."} or name[0] in ".-" or name.casefold() == GIT_SUFFIX:
        raise Invalid("a name does not begin with . or -")
    wrong = ["no blanks"] if any(map(str.isspace, name)) else []
    if any(not char.isprintable() and not char.isspace() for char in name):
        wrong.append("no characters that cannot be seen")
    if FORBIDDEN.intersection(name):
        wrong.append("none of these: " + " ".join(sorted(FORBIDDEN.intersection(name))))
    if wrong:
        raise Invalid("a name has " + ", and ".join(wrong))
    if name.isdigit():
        raise Invalid("a name is not only digits: it would be taken for an id")
