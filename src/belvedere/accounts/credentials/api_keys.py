"""Making, renewing and deleting API keys."""

from __future__ import annotations

from django.db import transaction

from belvedere.accounts.credentials.fetch import AutomaticKeyHolder, HeldApiKey, KeyHolder, Terms
from belvedere.accounts.happenings import ApiKeyCreated, ApiKeyDeleted, ApiKeyReset
from belvedere.accounts.keys import digest, new_key, seal
from belvedere.accounts.locking import lock_user
from belvedere.accounts.models import ApiKey, User
from belvedere.errors import Conflict
from belvedere.events.bus import emit

MOST = 500
AUTOMATIC = "automatic"


def create_api_key(holder: KeyHolder, terms: Terms, description: str) -> tuple[ApiKey, str]:
    """Make a key and give it: nobody can show it again, only its digest is kept."""
    key = new_key()
    with transaction.atomic():
        lock_user(holder)
        if ApiKey.objects.filter(user=holder).count() >= MOST:
            raise Conflict(f"a user has at most {MOST} API keys: delete some first")
        row = ApiKey.objects.create(
            user=holder,
            digest=digest(key),
            description=description,
            scope=terms.scope.stored(),
            expires_on=terms.expires_on,
        )
        emit(
            ApiKeyCreated(
                user_id=holder.pk,
                username=holder.username,
                key_id=row.pk,
                description=description,
                is_narrowed=not terms.scope.is_whole,
            )
        )
    return row, key


def give_automatic_key(user: User, key: str) -> ApiKey:
    """Give this automatic key to a user who has none."""
    return ApiKey.objects.create(
        user=user, digest=digest(key), sealed=seal(key, user.pk), is_automatic=True, description=AUTOMATIC
    )


def reset_api_key(holder: AutomaticKeyHolder) -> tuple[ApiKey, str]:
    """Renew the automatic key; the old one stops working at once."""
    key = new_key()
    with transaction.atomic():
        lock_user(holder)
        ApiKey.objects.filter(user=holder, is_automatic=True).delete()
        emit(ApiKeyReset(user_id=holder.pk, username=holder.username))
        return give_automatic_key(holder, key), key


def delete_api_key(key: HeldApiKey) -> None:
    """Delete a key; the automatic one is renewed instead, every user has one."""
    if key.is_automatic:
        raise Conflict("the automatic key is not deleted: `reset_api_key` renews it")
    with transaction.atomic():
        ApiKey.objects.filter(pk=key.pk).delete()
        emit(ApiKeyDeleted(user_id=key.user_id, username=key.user.username, key_id=key.pk, description=key.description))
