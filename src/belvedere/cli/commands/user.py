"""Help users who cannot sign in."""

from __future__ import annotations

import getpass
import sys
from typing import Annotated

from django.conf import settings

from belvedere.accounts.actions import Profile, update_user
from belvedere.accounts.fetch import at_the_console, managed_user
from belvedere.accounts.passwords import check_new_password
from belvedere.accounts.self_service.new_passwords import link_for
from belvedere.accounts.sessions import end_other_sessions
from belvedere.cli.command import command
from belvedere.cli.failure import Failure
from belvedere.errors import DomainError

ADDRESS = "https://code.example.org"


@command
def reset_password(
    name: Annotated[str, "the user's name"],
    *,
    ask: Annotated[
        bool, "set a password here: it is typed twice, or read from the first line of standard input"
    ] = False,
) -> None:
    """Print a link with which a user chooses a new password within an hour, or set one."""
    administrator = at_the_console()
    try:
        user = managed_user(administrator, name)
        if ask:
            password = typed()
            check_new_password(password, user.username)
            update_user(administrator, user, Profile(password=password))
            end_other_sessions(user.pk, None)
            print(f"The password of {user.username} is changed, and all his sessions are signed out.")
            return
        path = link_for(administrator, user)
    except DomainError as error:
        raise Failure(error.message) from error
    base = settings.BELVEDERE.base_url
    print(f"{base}{path}")
    if not base:
        print(f"base_url is not set: put the address of the site before it, such as {ADDRESS}", file=sys.stderr)


def typed() -> str:
    """Ask for a password without showing it."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("New password: ")
    if getpass.getpass("New password again: ") != password:
        raise Failure("the two are not the same")
    return password
