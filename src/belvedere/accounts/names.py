"""What users and user groups may be called."""

from __future__ import annotations

import re

from belvedere.errors import Invalid

USERNAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,63}")
EMAIL = re.compile(r"[^\s@<>\"',;:\\()\[\]]+@[^\s@<>\"',;:\\()\[\]]+")
EMAIL_LENGTH = 254
USER_GROUP = re.compile(r"\w(?:[^`/\\<>\"'|]*[^`/\\<>\"'|\s])?")
USER_GROUP_LENGTH = 200
RESERVED = frozenset({"default", "_admin"})


def check_username(name: str) -> str:
    """Give the name back if it may be one; `Invalid` tells why not."""
    if not USERNAME.fullmatch(name):
        raise Invalid(
            "a username has 1 to 64 letters, digits and . _ - + @ (no blanks, and not . - + @ at the beginning)"
        )
    if name.isdigit():
        raise Invalid("a username may not be only digits: it would be taken for an id")
    if name.lower() in RESERVED:
        raise Invalid(f"the username `{name}` is reserved")
    return name


def check_email(address: str) -> str:
    """Give the address in lower case if it can be one; `Invalid` tells why not."""
    if len(address) > EMAIL_LENGTH or not EMAIL.fullmatch(address):
        raise Invalid("an e-mail address has the form name@host and at most 254 characters")
    return address.lower()


def check_user_group_name(name: str) -> str:
    """Give the name back if a user group may have it; `Invalid` tells why not."""
    if len(name) > USER_GROUP_LENGTH or not USER_GROUP.fullmatch(name) or not name.isprintable():
        raise Invalid(
            f"a user group's name has 1 to {USER_GROUP_LENGTH} characters, begins with a letter, a digit or _, does "
            "not end with a blank and has none of ` ' \" / \\ < > |"
        )
    if name.isdigit():
        raise Invalid("a user group's name may not be only digits: it would be taken for an id")
    if name.lower() in RESERVED:
        raise Invalid(f"the name `{name}` is reserved")
    return name
