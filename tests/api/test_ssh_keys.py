"""SSH keys through the API."""

from __future__ import annotations

import base64
import struct
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from belvedere.accounts.models import SshKey
from tests.api.conftest import Caller


def line_of(private: Any) -> str:
    """Give the public line of a key."""
    written: bytes = private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return written.decode()


def packed(*parts: bytes) -> str:
    return base64.b64encode(b"".join(struct.pack(">I", len(part)) + part for part in parts)).decode()


def security_key() -> str:
    kind = b"sk-ssh-ed25519@openssh.com"
    point = ed25519.Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return f"{kind.decode()} {packed(kind, point, b'ssh:')}"


def curved_security_key() -> str:
    kind = b"sk-ecdsa-sha2-nistp256@openssh.com"
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return f"{kind.decode()} {packed(kind, b'nistp256', point, b'ssh:')}"


ED25519 = line_of(ed25519.Ed25519PrivateKey.generate())
RSA = line_of(rsa.generate_private_key(65537, 2048))
SHORT_RSA = line_of(rsa.generate_private_key(65537, 1024))  # noqa: S505 it has to be refused
EC256 = line_of(ec.generate_private_key(ec.SECP256R1()))
GOOD = {
    "ed25519": ED25519,
    "rsa": RSA,
    "ecdsa": EC256,
    "ecdsa 384": line_of(ec.generate_private_key(ec.SECP384R1())),
    "ecdsa 521": line_of(ec.generate_private_key(ec.SECP521R1())),
    "security key": security_key(),
    "security key with a curve": curved_security_key(),
}


@pytest.mark.parametrize("line", GOOD.values(), ids=GOOD)
def test_keys_of_each_type_come_and_go(owner: Caller, line: str, tmp_path: Path) -> None:
    file = tmp_path / "key.pub"
    file.write_text(f"{line} me@laptop\n")
    shown = subprocess.run(["ssh-keygen", "-lf", file], capture_output=True, text=True, check=True).stdout
    fingerprint = shown.split()[1].removeprefix("SHA256:")

    added = owner("add_ssh_key", public_key=f"  {line}  me@laptop at home \n")
    assert added["msg"] == f"added SSH key {fingerprint} for `owner`"
    key = added["ssh_key"]
    assert key == {
        "ssh_key_id": key["ssh_key_id"],
        "username": "owner",
        "fingerprint": fingerprint,
        "public_key": line,
        "description": "me@laptop at home",
        "created_on": key["created_on"],
        "last_seen": None,
    }
    assert owner("get_ssh_keys") == [key]
    assert owner("delete_ssh_key", fingerprint=f"SHA256:{fingerprint}")["msg"].startswith(
        f"deleted SSH key {fingerprint}"
    )
    assert owner("get_ssh_keys") == []


def test_a_description_is_better_than_a_comment(owner: Caller) -> None:
    assert owner("add_ssh_key", public_key=f"{ED25519} x", description="desk")["ssh_key"]["description"] == "desk"
    assert owner("add_ssh_key", public_key=f"{RSA} {'y' * 300}")["ssh_key"]["description"] == "y" * 255


def test_a_key_is_of_one_user(administrator: Caller, owner: Caller, outsider: Caller) -> None:
    owner("add_ssh_key", public_key=ED25519)
    assert owner.error("add_ssh_key", public_key=f"{ED25519} again").endswith("is already in use by `owner`")
    assert outsider.error("add_ssh_key", public_key=ED25519).endswith("is already in use by another user")
    assert administrator.error("add_ssh_key", public_key=ED25519, userid="outsider").endswith("by `owner`")
    assert SshKey.objects.count() == 1


def test_keys_of_others_are_for_administrators(administrator: Caller, owner: Caller, outsider: Caller) -> None:
    pk = administrator("add_ssh_key", public_key=ED25519, userid="owner")["ssh_key"]["ssh_key_id"]
    assert administrator("get_ssh_keys", userid="owner")[0]["ssh_key_id"] == pk
    assert administrator("get_ssh_keys") == []
    for method, more in (("add_ssh_key", {"public_key": RSA}), ("get_ssh_keys", {})):
        assert outsider.error(method, userid="owner", **more) == "userid is not the same as your user"
    assert outsider.error("delete_ssh_key", ssh_key_id=pk) == f"SSH key `{pk}` does not exist"
    assert administrator("delete_ssh_key", id=pk)["msg"].endswith("of `owner`")


def test_deleting_a_user_frees_the_key(administrator: Caller, owner: Caller, outsider: Caller) -> None:
    owner("add_ssh_key", public_key=ED25519)
    administrator("delete_user", userid="owner")
    outsider("add_ssh_key", public_key=ED25519)


PRIVATE = ed25519.Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
BAD = {
    "nothing": "",
    "a word": "key",
    "a type alone": "ssh-ed25519",
    "no base64": "ssh-ed25519 ????",
    "cut off": RSA[:-20],
    "another type": ED25519.replace("ssh-ed25519", "ssh-rsa", 1),
    "more behind it": f"ssh-ed25519 {base64.b64encode(base64.b64decode(ED25519.split()[1]) + b'x').decode()}",
    "options": f'command="sh" {ED25519}',
    "two lines": f"{ED25519}\n{RSA}",
    "DSA": "ssh-dss AAAAB3NzaC1kc3MAAACBAI",
    "a certificate": f"ssh-ed25519-cert-v01@openssh.com {ED25519.split()[1]}",
    "a short RSA key": SHORT_RSA,
    "a private key": PRIVATE.decode(),
    "a long line": f"{ED25519} {'x' * 20_000}",
    "not ASCII": "ssh-ed25519 ünï",
    "a number": 1,
    "NUL": f"{ED25519} \0",
}


@pytest.mark.parametrize("line", BAD.values(), ids=BAD)
def test_what_is_no_key(owner: Caller, line: Any) -> None:
    error = owner.error("add_ssh_key", public_key=line)
    assert error.startswith("invalid value of argument") or "key" in error
    assert "Internal" not in error
    assert SshKey.objects.count() == 0


def test_what_is_wrong_is_told(owner: Caller) -> None:
    assert "2048 to 16384 bits, and this one has 1024" in owner.error("add_ssh_key", public_key=SHORT_RSA)
    assert "private key" in owner.error("add_ssh_key", public_key=PRIVATE.decode())
    assert "Missing non optional `public_key`" in owner.error("add_ssh_key")
    assert "Missing non optional `ssh_key_id`" in owner.error("delete_ssh_key")
    for wrong in (None, "x", [], {}, True, -1):
        assert "Internal" not in owner.error("delete_ssh_key", ssh_key_id=wrong)


def test_a_number_of_keys_is_enough(owner: Caller, monkeypatch: Any) -> None:
    monkeypatch.setattr("belvedere.accounts.credentials.ssh_keys.MOST", 1)
    owner("add_ssh_key", public_key=ED25519)
    assert "at most 1 SSH keys" in owner.error("add_ssh_key", public_key=RSA)
