"""How people come by an account: not at all, by an administrator's approval, or at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from django.db import IntegrityError, transaction
from django.utils import timezone

from belvedere import mail
from belvedere.access.actor import DEFAULT_USER_ID
from belvedere.accounts.credentials.api_keys import give_automatic_key
from belvedere.accounts.happenings import UserSignedUp
from belvedere.accounts.keys import new_key
from belvedere.accounts.models import EmailAddress, GlobalGrant, User
from belvedere.accounts.names import check_email, check_username
from belvedere.accounts.passwords import check_new_password, hash_password
from belvedere.accounts.self_service import letters
from belvedere.accounts.self_service.addresses import LINKS_TO_ADDRESS, verify_address
from belvedere.accounts.self_service.fetch import AddressLink
from belvedere.accounts.self_service.tokens import VERIFIED_ADDRESS
from belvedere.accounts.throttling import Limit, note_failure, require_patience, whence
from belvedere.errors import Conflict, Forbidden
from belvedere.events.bus import emit

FROM_ADDRESS = Limit("sign-ups from an address", 10, timedelta(hours=1))
MOST_TOLD = 20


class Mode(Enum):
    """Who may sign up: the global permission of `default` that says so."""

    CLOSED = "hg.register.none"
    BY_APPROVAL = "hg.register.manual_activate"
    OPEN = "hg.register.auto_activate"


@dataclass(frozen=True, kw_only=True, slots=True)
class Application:
    """What somebody says of himself."""

    username: str
    firstname: str
    lastname: str
    email: str
    password: str


def mode_of_site() -> Mode:
    """Tell how people sign up here; where nothing is granted, they do not."""
    names = [mode.value for mode in Mode]
    granted = set(
        GlobalGrant.objects.filter(user_id=DEFAULT_USER_ID, permission__in=names).values_list("permission", flat=True)
    )
    return next((mode for mode in reversed(Mode) if mode.value in granted), Mode.CLOSED)


def sign_up(given: Application, address: str) -> User:
    """Create an account for somebody at an address; what he `awaits` says what has to happen next.

    Where mail is set up, the e-mail address is verified first. Whether somebody else has it already is told to that
    address alone.
    """
    mode = mode_of_site()
    if mode == Mode.CLOSED:
        raise Forbidden("nobody signs up here: ask an administrator for an account")
    username, email = check_username(given.username), check_email(given.email)
    _count(address, email)
    check_new_password(given.password, username, email)
    forget_abandoned()
    user = User(username=username, firstname=given.firstname, lastname=given.lastname, awaits=_first_wait(mode))
    user.is_active = user.awaits == User.Awaits.NOTHING
    user.password = hash_password(given.password)
    taken = Conflict(f"the username `{username}` is taken")
    if User.objects.filter(username__iexact=username).exists():
        raise taken
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            row = EmailAddress.objects.create(user=user, address=email, is_main=True)
            give_automatic_key(user, new_key())
            emit(UserSignedUp(user_id=user.pk, username=user.username, awaits=user.awaits))
            _write(user, row)
    except IntegrityError as error:
        raise taken from error
    return user


def arrive(link: AddressLink) -> User:
    """Go on with signing up after the address was verified; an account that was there before only gains an address."""
    with transaction.atomic():
        verify_address(link)
        user = User.objects.select_for_update().get(pk=link.user_id)
        if user.awaits == User.Awaits.ADDRESS:
            is_open = mode_of_site() == Mode.OPEN
            user.awaits = User.Awaits.NOTHING if is_open else User.Awaits.APPROVAL
            user.is_active = is_open
            user.save(update_fields=["awaits", "is_active"])
            _tell_administrators(user)
    return user


def forget_abandoned() -> None:
    """Delete accounts whose address was never verified: their links do not work any more."""
    User.objects.filter(
        awaits=User.Awaits.ADDRESS, is_active=False, created_on__lt=timezone.now() - VERIFIED_ADDRESS.lasts
    ).delete()


def _first_wait(mode: Mode) -> User.Awaits:
    if mail.is_set_up():
        return User.Awaits.ADDRESS
    return User.Awaits.APPROVAL if mode == Mode.BY_APPROVAL else User.Awaits.NOTHING


def _write(user: User, row: EmailAddress) -> None:
    mail.post(letters.confirm_address, address_id=row.pk)
    _tell_administrators(user)


def _tell_administrators(user: User) -> None:
    if user.awaits != User.Awaits.APPROVAL:
        return
    told = User.objects.filter(is_administrator=True, is_active=True).order_by("pk").values_list("pk", flat=True)
    for administrator_id in told[:MOST_TOLD]:
        mail.post(letters.sign_up_waits, administrator_id=administrator_id, user_id=user.pk)


def _count(address: str, email: str) -> None:
    tries = [(FROM_ADDRESS, whence(address)), (LINKS_TO_ADDRESS, email)]
    require_patience(tries)
    note_failure(tries)
