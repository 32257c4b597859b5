"""Methods about e-mail addresses of users; what an administrator enters counts as verified."""

from typing import Any

from belvedere.access.actor import Administrator
from belvedere.accounts import vouching
from belvedere.accounts.fetch import ManagedUser
from belvedere.api.arguments import Name
from belvedere.api.registry import method
from belvedere.errors import NotFound


@method
def get_emails(administrator: Administrator, userid: ManagedUser) -> list[dict[str, Any]]:
    """List a user's addresses, the main one first."""
    return [
        {"email": row.address, "main": row.is_main, "verified": row.verified_on is not None}
        for row in vouching.addresses_of_user(userid)
    ]


@method
def add_email(administrator: Administrator, userid: ManagedUser, email: Name, main: bool = False) -> dict[str, Any]:
    """Give a user a further address, or vouch for one that he claims; with `main` letters go there from now on."""
    row = _held(userid, email)
    if row is None:
        row = vouching.add_email(administrator, userid, email).pk
    vouching.vouch_for(administrator, userid, row)
    if main:
        vouching.make_main_email(administrator, userid, row)
    return {"msg": f"Added `{email.strip().lower()}` to user `{userid.username}`", "success": True}


@method
def delete_email(administrator: Administrator, userid: ManagedUser, email: Name) -> dict[str, Any]:
    """Take an address away from a user; if it was the main one, the oldest verified one takes its place."""
    row = _held(userid, email)
    if row is None:
        raise NotFound(f"`{userid.username}` has no such e-mail address")
    vouching.remove_email(administrator, userid, row)
    return {"msg": f"Deleted `{email.strip().lower()}` from user `{userid.username}`", "success": True}


def _held(user: ManagedUser, email: str) -> int | None:
    wanted = email.strip().lower()
    return next((row.pk for row in vouching.addresses_of_user(user) if row.address == wanted), None)
