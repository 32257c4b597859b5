"""From credentials to an actor: the one way for every door."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from belvedere.access.actor import DEFAULT_USER_ID, Actor, acting
from belvedere.access.prepared import Prepared, slot_of
from belvedere.access.scope import scope_from
from belvedere.accounts.credentials import uses
from belvedere.accounts.keys import digest, is_key
from belvedere.accounts.models import AddressRule, ApiKey, User
from belvedere.accounts.passwords import is_known_right, is_known_wrong, password_matches, remember_wrong
from belvedere.accounts.refusals import note_refused_key, note_wrong_password, place_of, tries_of
from belvedere.accounts.throttling import forget_failures, is_used_up, note_success, require_patience


def _build_by_digest() -> QuerySet[ApiKey, tuple[int, str, bool, bool, int, dict[str, Any] | None]]:
    rules = AddressRule.objects.filter(Q(user_id=OuterRef("user_id")) | Q(user_id=DEFAULT_USER_ID), is_active=True)
    alive = Q(expires_on=None) | Q(expires_on__gt=Now())
    return (
        ApiKey.objects.filter(alive, digest=slot_of(ApiKey, "digest"), user__is_active=True)
        .exclude(user_id=DEFAULT_USER_ID)
        .annotate(has_rules=Exists(rules))
        .values_list("user_id", "user__username", "user__is_administrator", "has_rules", "pk", "scope")
    )


_by_digest = Prepared(_build_by_digest)


def actor_from_key(key: object, address: str) -> Actor | None:
    """Recognise an API key; None if it is unknown, expired, of an inactive user or from an address not allowed."""
    actor = _actor_from_key(key, address)
    if actor is None and isinstance(key, str) and key:
        note_refused_key(key, address)
    return actor


def _actor_from_key(key: object, address: str) -> Actor | None:
    if not isinstance(key, str) or not is_key(key):
        return None
    row = _by_digest.first(digest=digest(key))
    if row is None:
        return None
    user_id, username, is_administrator, has_rules, key_id, scope = row
    if has_rules and not may_come_from(user_id, address):
        return None
    uses.note(key_id, address)
    return Actor(user_id, username, is_administrator, address, scope_from(scope), key_id)


def actor_from_password(username: str, password: str, address: str) -> Actor | None:
    """Recognise a username (any case) or e-mail address with its password, or with one of the user's API keys.

    `Unavailable` where passwords were guessed too often. A client that sends the same wrong one again and again
    guesses nothing: that is counted and told once, and does not shut out who shares its address.
    """
    if is_key(password):
        actor = _actor_from_key(password, address)
        if actor is not None and actor.username.lower() == username.lower():
            return actor
    user = user_named(username)
    if is_known_wrong(user, username, password):
        return None
    tries = tries_of(username, address)
    is_new = not is_known_right(user, password)
    if is_new:
        require_patience(tries, place_of(username, address))
    is_right = password_matches(user, password)
    if user is not None and is_right and user.is_active and may_come_from(user.pk, address):
        if is_new:
            forget_failures(tries[2:])
            note_success(place_of(username, address))
        return actor_from_user(user, address)
    if not is_right:
        remember_wrong(user, username, password)
    if not is_used_up(tries):
        with acting(None, address):
            note_wrong_password(user, username, address, "client")
    return None


def anonymous(address: str) -> Actor | None:
    """Give the actor for a request without credentials; None where `default` is inactive or may not come from there."""
    is_open = User.objects.filter(pk=DEFAULT_USER_ID, is_active=True).exists()
    if not is_open or not may_come_from(DEFAULT_USER_ID, address):
        return None
    return Actor(DEFAULT_USER_ID, "default", address=address)


def actor_from_user(user: User, address: str = "") -> Actor:
    """Give the actor that a user is, without asking for credentials: for those who have asked already."""
    return Actor(user.pk, user.username, user.is_administrator, address)


def may_come_from(user_id: int, address: str) -> bool:
    """Tell whether the address rules of the user, or those for everyone, let this address in."""
    rules = AddressRule.objects.filter(user_id__in=(user_id, DEFAULT_USER_ID), is_active=True)
    return _is_inside(address, list(rules.values_list("network", flat=True)))


def user_named(name: str) -> User | None:
    """Give whom a username in any case stands for, or an e-mail address: who verified it first, then who claims it."""
    name = name.replace("\0", "\ufffd")  # PostgreSQL takes no NUL
    users = User.objects.exclude(pk=DEFAULT_USER_ID)
    by_name = users.filter(username__iexact=name).first()
    if by_name is not None or "@" not in name:
        return by_name
    verified_first = F("addresses__verified_on").asc(nulls_last=True)
    return users.filter(addresses__address=name.lower()).order_by(verified_first, "pk").first()


def _is_inside(address: str, networks: Iterable[str]) -> bool:
    networks = list(networks)
    if not networks:
        return True
    try:
        here = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(here, "ipv4_mapped", None)
    return any((mapped or here) in ipaddress.ip_network(network, strict=False) for network in networks)
