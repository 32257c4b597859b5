"""The only way to come by keys of users: with the proof that the actor may look after them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NewType, TypeVar

from django.db.models import Q, QuerySet

from belvedere.access.actor import DEFAULT_USER_ID, Actor
from belvedere.access.scope import Scope
from belvedere.accounts.fetch import named_user
from belvedere.accounts.models import ApiKey, SshKey, User
from belvedere.errors import Forbidden, Invalid, NotFound

KeyHolder = NewType("KeyHolder", User)
"""Proof that the actor may look after this user's API keys and SSH keys: his own, or anybody's as administrator."""

AutomaticKeyHolder = NewType("AutomaticKeyHolder", KeyHolder)
"""The same, with credentials that are not narrowed in any way: an automatic key may do everything."""

HeldApiKey = NewType("HeldApiKey", ApiKey)
HeldSshKey = NewType("HeldSshKey", SshKey)

Key = TypeVar("Key", ApiKey, SshKey)


@dataclass(frozen=True, slots=True)
class Terms:
    """Proof that the actor may make a key with this scope, which works until then (None: for ever)."""

    scope: Scope
    expires_on: datetime | None


def key_holder(actor: Actor, given: int | str) -> KeyHolder:
    """Give the user whose keys the actor is about to look after.

    A narrowed key looks after keys only where its scope leaves no level and no object out: it could widen itself.
    """
    _require_reach(actor)
    if not actor.administers and given not in (actor.user_id, actor.username):
        raise Forbidden("userid is not the same as your user")
    user = named_user(actor, given)
    if user.pk == DEFAULT_USER_ID:
        raise Invalid(f"`{user.username}` stands for everyone and has no keys")
    return KeyHolder(user)


def own_keys(actor: Actor) -> KeyHolder:
    """Give the actor himself, to look after his own keys."""
    return key_holder(actor, actor.user_id)


def automatic_key_holder(actor: Actor, given: int | str) -> AutomaticKeyHolder:
    """As `key_holder`, for the key that may do everything."""
    if not actor.scope.is_whole:
        raise Forbidden("a key that is narrowed does not come by the automatic one")
    return AutomaticKeyHolder(key_holder(actor, given))


def own_automatic_key(actor: Actor) -> AutomaticKeyHolder:
    """Give the actor himself, to come by his own automatic key."""
    return automatic_key_holder(actor, actor.user_id)


def held_api_key(actor: Actor, given: int | str, *, of: KeyHolder | None = None) -> HeldApiKey:
    """Give an API key by its number; those of others are not found, nor those of anybody but `of` where it is given."""
    _require_reach(actor)
    wanted = Q(pk=given) if isinstance(given, int) else Q(pk__in=())
    return HeldApiKey(_held(actor, ApiKey.objects.filter(wanted), f"API key `{given}` does not exist", of))


def held_ssh_key(actor: Actor, given: int | str, *, of: KeyHolder | None = None) -> HeldSshKey:
    """Give an SSH key by its number or fingerprint; otherwise as `held_api_key`."""
    _require_reach(actor)
    wanted = Q(pk=given) if isinstance(given, int) else Q(fingerprint=given.removeprefix("SHA256:"))
    return HeldSshKey(_held(actor, SshKey.objects.filter(wanted), f"SSH key `{given}` does not exist", of))


def api_keys_of(holder: KeyHolder) -> list[ApiKey]:
    """Give a user's API keys, the automatic one first."""
    return list(ApiKey.objects.filter(user=holder).order_by("-is_automatic", "pk"))


def ssh_keys_of(holder: KeyHolder) -> list[SshKey]:
    """Give a user's SSH keys, oldest first."""
    return list(SshKey.objects.filter(user=holder).order_by("pk"))


def terms(actor: Actor, scope: Scope, expires_on: datetime | None) -> Terms:
    """Give the proof, or `Forbidden`: a key makes none that may do more, and a narrowed one none that lives longer."""
    if not scope <= actor.scope:
        raise Forbidden("a key makes none that may do more than itself: give a narrower scope")
    if not actor.scope.is_whole and actor.key_id is not None:
        end = ApiKey.objects.filter(pk=actor.key_id).values_list("expires_on", flat=True).first()
        if end is not None and (expires_on is None or expires_on > end):
            raise Forbidden("a narrowed key makes none that works longer than itself: give an earlier end")
    return Terms(scope, expires_on)


def _held(actor: Actor, rows: QuerySet[Key], missing: str, of: KeyHolder | None) -> Key:
    found = (rows if of is None else rows.filter(user=of)).select_related("user").first()
    if found is None or not (actor.administers or found.user_id == actor.user_id):
        raise NotFound(missing)
    return found


def _require_reach(actor: Actor) -> None:
    if not actor.scope.reaches_all:
        raise Forbidden("keys are looked after with a password, or a key that is not narrowed to a level or to objects")
