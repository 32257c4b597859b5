"""Creating, changing and deleting users."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from belvedere import mail
from belvedere.access.actor import DEFAULT_USER_ID, Administrator
from belvedere.accounts.credentials.api_keys import give_automatic_key
from belvedere.accounts.fetch import ManagedUser
from belvedere.accounts.happenings import UserApproved, UserCreated, UserDeleted, UserUpdated
from belvedere.accounts.keys import new_key
from belvedere.accounts.models import EmailAddress, User
from belvedere.accounts.names import check_email, check_username
from belvedere.accounts.passwords import hash_password
from belvedere.accounts.self_service import letters
from belvedere.errors import Conflict, Forbidden, explained
from belvedere.events.bus import emit
from belvedere.events.changes import changes

FIRST_ADMINISTRATOR = "admin"
MOST_NAMED = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """What can be said of a user; None leaves it as it is, and as the default for a new one."""

    username: str | None = None
    email: str | None = None
    password: str | None = None
    firstname: str | None = None
    lastname: str | None = None
    is_active: bool | None = None
    is_administrator: bool | None = None
    extern_type: str | None = None
    extern_name: str | None = None


PLAIN_FIELDS = ("firstname", "lastname", "is_active", "is_administrator", "extern_type", "extern_name")


def create_user(_administrator: Administrator, profile: Profile) -> User:
    """Create a user with an automatic API key; an empty password means none logs in."""
    return _create(profile, new_key())


def create_first_administrator(password: str, api_key: str) -> User:
    """Create the administrator of a new instance, or give the one that is there already."""
    existing = User.objects.filter(username=FIRST_ADMINISTRATOR).first()
    if existing is not None:
        return existing
    profile = Profile(username=FIRST_ADMINISTRATOR, password=password, firstname="Belvedere", lastname="Administrator")
    return _create(profile, api_key, is_administrator=True)


def update_user(administrator: Administrator, user: ManagedUser, profile: Profile) -> User:
    """Change what the profile names; `default` cannot be edited, and nobody locks himself out."""
    if user.pk == DEFAULT_USER_ID:
        raise Forbidden("editing default user is forbidden")
    if user.pk == administrator.user_id and (profile.is_active is False or profile.is_administrator is False):
        raise Forbidden(
            f"failed to update user `{user.username}`: you would lock yourself out",
            summary=f"failed to update user `{user.username}`",
        )
    with explained(f"failed to update user `{user.username}`"):
        before = {name: getattr(user, name) for name in (*PLAIN_FIELDS, "username")}
        has_waited = bool(user.awaits)
        filled = _fill(user, profile)
        if profile.username is not None and profile.username != user.username:
            _require_free_name(profile.username, user)
            user.username = check_username(profile.username)
            filled.append("username")
        if profile.password is not None:
            user.password = hash_password(profile.password)
            filled.append("password")
        with transaction.atomic():
            user.save(update_fields=filled)  # only what is meant: somebody else may be changing the rest
            if profile.email is not None:
                _set_main_address(user, profile.email)
            if "awaits" in filled:
                mail.post(letters.approved, user_id=user.pk)
            if has_waited and not user.awaits:
                emit(UserApproved(user_id=user.pk, username=user.username))
            _tell_update(user, before, profile)
    return user


def approve_user(administrator: Administrator, user: ManagedUser) -> User:
    """Let somebody in who signed up and waits; he is told by mail."""
    if not user.awaits:
        raise Conflict(f"user `{user.username}` does not wait for anything")
    return update_user(administrator, user, Profile(is_active=True))


def delete_user(administrator: Administrator, user: ManagedUser) -> None:
    """Delete a user who owns nothing, with all that was his alone."""
    failed = f"failed to delete user ID:{user.pk} {user.username}"
    if user.pk == DEFAULT_USER_ID:
        raise Forbidden(f"{failed}: default stands for everyone", summary=failed)
    if user.pk == administrator.user_id:
        raise Forbidden(f"{failed}: nobody deletes himself", summary=failed)
    with explained(failed):
        try:
            _delete(user)
        except ProtectedError as error:
            owned = sorted(f"{each._meta.verbose_name} {each}" for each in error.protected_objects)
            more = f" and {len(owned) - MOST_NAMED} more" if len(owned) > MOST_NAMED else ""
            named = ", ".join(owned[:MOST_NAMED]) + more
            raise Conflict(f"{failed}: still owns {named}", summary=failed) from error


def _delete(user: User) -> None:
    with transaction.atomic():
        # Held, so that nothing becomes his while we look for what is.
        list(User.objects.select_for_update().filter(pk=user.pk).values_list("pk"))
        pk = user.pk
        user.delete()
        emit(UserDeleted(user_id=pk, username=user.username))


def _create(profile: Profile, api_key: str, *, is_administrator: bool = False) -> User:
    username = profile.username or ""
    with explained(f"failed to create user `{username}`", partial(_require_free, username, profile.email)):
        _require_free_name(username)
        address = check_email(profile.email) if profile.email else None
        if address is not None:
            _require_free_address(address)
        user = User(username=check_username(username), is_administrator=is_administrator)
        _fill(user, profile)
        user.password = hash_password(profile.password or "")
        with transaction.atomic():
            user.save(force_insert=True)
            if address is not None:
                EmailAddress.objects.create(user=user, address=address, is_main=True, verified_on=timezone.now())
            give_automatic_key(user, api_key)
            emit(UserCreated(user_id=user.pk, username=user.username, is_administrator=user.is_administrator))
    return user


def _tell_update(user: User, before: dict[str, object], profile: Profile) -> None:
    """Store what changed, if anything did."""
    changed = changes(before, user)
    changed += [name for name in ("password", "email") if getattr(profile, name) is not None]
    if changed:
        former = str(before["username"]) if before["username"] != user.username else ""
        emit(UserUpdated(user_id=user.pk, username=user.username, changed=changed, former_name=former))


def _fill(user: User, profile: Profile) -> list[str]:
    """Take over what is given, and name the columns that this changes."""
    filled = [name for name in PLAIN_FIELDS if getattr(profile, name) is not None]
    for name in filled:
        setattr(user, name, getattr(profile, name))
    if profile.is_active and user.awaits:
        user.awaits = User.Awaits.NOTHING
        filled.append("awaits")
    return filled


def _set_main_address(user: User, email: str) -> None:
    address = check_email(email) if email else None
    if address is not None:
        _require_free_address(address, user)
    user.addresses.filter(is_main=True).exclude(address=address).delete()
    if address is not None:
        vouched = {"is_main": True, "verified_on": timezone.now()}
        EmailAddress.objects.update_or_create(user=user, address=address, defaults=vouched)


def _require_free_name(username: str, user: User | None = None) -> None:
    taken = User.objects.filter(username__iexact=username)
    if (taken.exclude(pk=user.pk) if user else taken).exists():
        raise Conflict(f"user `{username}` already exist")


def _require_free(username: str, email: str | None) -> None:
    _require_free_name(username)
    _require_free_address((email or "").lower())


def _require_free_address(address: str, user: User | None = None) -> None:
    """Refuse what somebody else has shown to be his; a mere claim keeps nobody from it."""
    if EmailAddress.objects.filter(address=address, verified_on__isnull=False).exclude(user=user).exists():
        raise Conflict(f"email `{address}` already exist")
