"""E-mail addresses that people add to their accounts, and how these are verified."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from belvedere import mail
from belvedere.accounts.happenings import EmailAdded, EmailRemoved, EmailVerified
from belvedere.accounts.locking import lock_user
from belvedere.accounts.models import EmailAddress, User
from belvedere.accounts.names import check_email
from belvedere.accounts.self_service import letters
from belvedere.accounts.self_service.fetch import AddressLink, OwnAccount, OwnAddress
from belvedere.accounts.throttling import Limit, note_failure, require_patience
from belvedere.errors import Conflict
from belvedere.events.bus import emit

MOST = 20
LINKS_OF_USER = Limit("address links of a user", 10, timedelta(hours=1))
LINKS_TO_ADDRESS = Limit("address links to an address", 5, timedelta(hours=1))


def add_address(account: OwnAccount, text: str) -> EmailAddress:
    """Note that an address is claimed, and send the link that verifies it if mail is set up.

    Whether somebody else has it is told to the address alone.
    """
    address = check_email(text.strip())
    with transaction.atomic():
        lock_user(account)
        held = set(account.addresses.values_list("address", flat=True))
        if address in held:
            raise Conflict(f"`{address}` is in your account already")
        if len(held) >= MOST:
            raise Conflict(f"an account has at most {MOST} e-mail addresses: delete some first")
        _count_link(account, address)
        row = EmailAddress.objects.create(user=account, address=address, is_main=not held)
        emit(EmailAdded(user_id=account.pk, username=account.username, email=address))
        mail.post(letters.confirm_address, address_id=row.pk)
    return row


def send_link_again(account: OwnAccount, row: OwnAddress) -> None:
    """Send the link that verifies an address once more."""
    if row.verified_on is not None:
        raise Conflict(f"`{row.address}` is verified already")
    _count_link(account, row.address)
    mail.post(letters.confirm_address, address_id=row.pk)


def verify_address(link: AddressLink) -> None:
    """Believe that an address belongs to who claimed it."""
    if link.verified_on is not None:
        return
    try:
        with transaction.atomic():
            EmailAddress.objects.filter(pk=link.pk).update(verified_on=timezone.now())
            emit(EmailVerified(user_id=link.user_id, username=link.user.username, email=link.address))
    except IntegrityError as error:
        raise Conflict(f"`{link.address}` belongs to another account by now") from error


def make_main(account: OwnAccount, row: OwnAddress) -> None:
    """Use an address of one's own for letters from now on, and tell the one that was used before."""
    if row.verified_on is None and mail.is_set_up():
        raise Conflict(f"`{row.address}` is not verified yet: open the link that was sent there")
    with transaction.atomic():
        lock_user(account)
        before = account.addresses.filter(is_main=True).first()
        if before is not None and before.pk != row.pk:
            account.addresses.filter(is_main=True).update(is_main=False)
            if before.verified_on is not None:
                mail.post(letters.main_address_changed, user_id=account.pk, before=before.address)
        account.addresses.filter(pk=row.pk).update(is_main=True)


def delete_address(account: OwnAccount, row: OwnAddress) -> None:
    """Take an address out of one's account."""
    if row.is_main:
        raise Conflict(f"`{row.address}` is your main address: make another one the main one first")
    with transaction.atomic():
        if account.addresses.filter(pk=row.pk, is_main=False).delete()[0]:
            emit(EmailRemoved(user_id=account.pk, username=account.username, email=row.address))


def _count_link(user: User, address: str) -> None:
    tries = [(LINKS_OF_USER, str(user.pk)), (LINKS_TO_ADDRESS, address)]
    require_patience(tries)
    note_failure(tries)
