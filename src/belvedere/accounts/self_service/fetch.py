"""The only way to come by an account that somebody changes himself: by his credentials, or by a link he was sent."""

from __future__ import annotations

from typing import NewType

from belvedere.access.actor import DEFAULT_USER_ID, Member
from belvedere.accounts.models import EmailAddress, User
from belvedere.accounts.self_service.tokens import NEW_PASSWORD, VERIFIED_ADDRESS, facts_in, mark_of
from belvedere.errors import Forbidden, Invalid, NotFound

OwnAccount = NewType("OwnAccount", User)
"""Proof that this is the actor himself, with credentials that are not narrowed: they could else be widened here."""

OwnAddress = NewType("OwnAddress", EmailAddress)
"""Proof that this address is in the actor's own account."""

PasswordLink = NewType("PasswordLink", User)
"""Proof that somebody has a link to a new password for this user that was not used yet."""

AddressLink = NewType("AddressLink", EmailAddress)
"""Proof that somebody has the link that was sent to this address."""

USED = "this link was used already, or the password has changed since: ask for a new one"


def own_account(actor: Member) -> OwnAccount:
    """Give the actor's account, to show and to change who he is here."""
    if not actor.scope.is_whole:
        raise Forbidden("an account is looked after with a password, or with a key that is not narrowed")
    return OwnAccount(User.objects.get(pk=actor.user_id))


def own_address(account: OwnAccount, given: int) -> OwnAddress:
    """Give an e-mail address of one's own account by its number."""
    found = EmailAddress.objects.filter(user=account, pk=given).first()
    if found is None:
        raise NotFound("there is no such e-mail address in your account")
    return OwnAddress(found)


def addresses_of(account: OwnAccount) -> list[EmailAddress]:
    """Give the e-mail addresses of one's own account, the main one first."""
    return list(EmailAddress.objects.filter(user=account).order_by("-is_main", "address"))


def password_link(token: str) -> PasswordLink:
    """Open a link to a new password; `Invalid` says why it does not work."""
    user_id, mark = facts_in(NEW_PASSWORD, token)
    user = User.objects.filter(pk=user_id, is_active=True).exclude(pk=DEFAULT_USER_ID).first()
    if user is None or mark != mark_of(user.password):
        raise Invalid(USED)
    return PasswordLink(user)


def address_link(token: str) -> AddressLink:
    """Open a link that verifies an address; `Invalid` says why it does not work."""
    address_id, text = facts_in(VERIFIED_ADDRESS, token)
    found = EmailAddress.objects.filter(pk=address_id, address=text).select_related("user").first()
    if found is None:
        raise Invalid("this address was taken out of the account in the meantime")
    return AddressLink(found)
