"""Methods about SSH keys, with which users pull and push over SSH."""

from typing import Any

from belvedere.access.actor import Actor
from belvedere.accounts.credentials import ssh_keys as actions
from belvedere.accounts.credentials.fetch import HeldSshKey, KeyHolder, own_keys, ssh_keys_of
from belvedere.api import key_shapes as shapes
from belvedere.api.arguments import Name, Text
from belvedere.api.registry import method


@method(spellings={"public_key": ("key", "ssh_key")})
def add_ssh_key(
    actor: Actor, public_key: Text, description: Name = "", userid: KeyHolder | None = None
) -> dict[str, Any]:
    """Add a public key of one's own, or as an administrator one of `userid`.

    It is the line of the file that ends in `.pub`; without a description its comment is taken. Types are ed25519,
    ecdsa, RSA of 2048 bits or more, and those of security keys (`sk-...`). A key belongs to one user only.
    """
    holder = userid or own_keys(actor)
    row = actions.add_ssh_key(actor, holder, public_key, description)
    return {"msg": f"added SSH key {row.fingerprint} for `{holder.username}`", "ssh_key": shapes.ssh_key(row, holder)}


@method
def get_ssh_keys(actor: Actor, userid: KeyHolder | None = None) -> list[dict[str, Any]]:
    """List one's own SSH keys, or as an administrator those of `userid`, oldest first.

    `fingerprint` is what `ssh-keygen -l` shows behind `SHA256:`.
    """
    holder = userid or own_keys(actor)
    return [shapes.ssh_key(row, holder) for row in ssh_keys_of(holder)]


@method(spellings={"ssh_key_id": ("id", "fingerprint", "key_id", "keyid")})
def delete_ssh_key(actor: Actor, ssh_key_id: HeldSshKey) -> dict[str, Any]:
    """Delete an SSH key, named by its id or fingerprint."""
    fingerprint = ssh_key_id.fingerprint
    actions.delete_ssh_key(ssh_key_id)
    return {"msg": f"deleted SSH key {fingerprint} of `{ssh_key_id.user.username}`"}
