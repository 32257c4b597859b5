"""Adding and deleting SSH keys."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from belvedere.access.actor import Actor
from belvedere.accounts.credentials.fetch import HeldSshKey, KeyHolder
from belvedere.accounts.credentials.public_keys import public_key_from
from belvedere.accounts.happenings import SshKeyAdded, SshKeyDeleted
from belvedere.accounts.locking import lock_user
from belvedere.accounts.models import SshKey
from belvedere.errors import Conflict
from belvedere.events.bus import emit

MOST = 100
DESCRIPTION_LENGTH = 255


def add_ssh_key(actor: Actor, holder: KeyHolder, line: str, description: str) -> SshKey:
    """Let a user come in with a public key; without a description the key's own comment is it."""
    given = public_key_from(line)
    row = SshKey(
        user=holder,
        text=given.text,
        fingerprint=given.fingerprint,
        description=description or given.comment[:DESCRIPTION_LENGTH],
    )
    try:
        with transaction.atomic():
            lock_user(holder)
            if SshKey.objects.filter(user=holder).count() >= MOST:
                raise Conflict(f"a user has at most {MOST} SSH keys: delete some first")
            row.save(force_insert=True)
            emit(SshKeyAdded(**_told(row)))
    except IntegrityError as error:
        raise Conflict(
            f"SSH key {given.fingerprint} is already in use by {_user_of(actor, given.fingerprint)}"
        ) from error
    return row


def delete_ssh_key(key: HeldSshKey) -> None:
    """Delete a key; whoever is connected with it stays connected."""
    with transaction.atomic():
        SshKey.objects.filter(pk=key.pk).delete()
        emit(SshKeyDeleted(**_told(key)))


def _told(key: SshKey) -> dict[str, Any]:
    return {
        "user_id": key.user_id,
        "username": key.user.username,
        "fingerprint": key.fingerprint,
        "description": key.description,
    }


def _user_of(actor: Actor, fingerprint: str) -> str:
    """Name who has a key to those who may know it."""
    holder = SshKey.objects.filter(fingerprint=fingerprint).values_list("user_id", "user__username").first()
    if holder is not None and (actor.administers or holder[0] == actor.user_id):
        return f"`{holder[1]}`"
    return "another user"
