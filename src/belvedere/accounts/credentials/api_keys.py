"""Making, renewing and deleting API keys."""

from __future__ import annotations

from django.db import transaction

from belvedere.accounts.credentials.fetch import AutomaticKeyHolder, HeldApiKey, KeyHolder, Terms
from belvedere.accounts.keys import digest, new_key, seal
from belvedere.accounts.models import ApiKey, User
from belvedere.errors import Conflict

MOST = 500
AUTOMATIC = "automatic"


def create_api_key(holder: KeyHolder, terms: Terms, description: str) -> tuple[ApiKey, str]:
    """Make a key and give it: nobody can show it again, only its digest is kept."""
    key = new_key()
    with transaction.atomic():
        list(User.objects.select_for_update(no_key=True).filter(pk=holder.pk).values_list("pk"))
        if ApiKey.objects.filter(user=holder).count() >= MOST:
            raise Conflict(f"a user has at most {MOST} API keys: delete some first")
        row = ApiKey.objects.create(
            user=holder,
            digest=digest(key),
            description=description,
            scope=terms.scope.stored(),
            expires_on=terms.expires_on,
        )
    return row, key


def set_automatic_key(user: User, key: str) -> ApiKey:
    """Give a user this automatic key in place of the one he has."""
    values = {
        "digest": digest(key),
        "sealed": seal(key, user.pk),
        "description": AUTOMATIC,
        "scope": None,
        "expires_on": None,
    }
    with transaction.atomic():
        ApiKey.objects.filter(user=user, is_automatic=True).delete()
        return ApiKey.objects.create(user=user, is_automatic=True, **values)


def reset_api_key(holder: AutomaticKeyHolder) -> tuple[ApiKey, str]:
    """Renew the automatic key; the old one stops working at once."""
    key = new_key()
    return set_automatic_key(holder, key), key


def delete_api_key(key: HeldApiKey) -> None:
    """Delete a key; the automatic one is renewed instead, every user has one."""
    if key.is_automatic:
        raise Conflict("the automatic key is not deleted: `reset_api_key` renews it")
    ApiKey.objects.filter(pk=key.pk).delete()
