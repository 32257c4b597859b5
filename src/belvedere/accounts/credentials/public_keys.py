"""Public keys of SSH as people paste them: one line with a type, the content in base64 and a comment."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_ssh_public_key

from belvedere.errors import Invalid

KINDS = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "ssh-rsa",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
)
SMALLEST_RSA, LARGEST_RSA = 2048, 16384
LONGEST = 16_384


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key without its comment as `text`; `fingerprint` is the SHA-256 of the content in base64 without padding."""

    text: str
    fingerprint: str
    comment: str


def public_key_from(line: str) -> PublicKey:
    """Read a public key strictly; `Invalid` says what is wrong. Options before the type are not taken."""
    line = line.strip()
    if "PRIVATE KEY" in line:
        raise Invalid("this is a private key: keep it secret, and give the public one, from the file that ends in .pub")
    if len(line) > LONGEST or "\n" in line or "\r" in line:
        raise Invalid(f"a public key is one line of at most {LONGEST} characters")
    kind, encoded, comment = (*line.split(None, 2), "", "", "")[:3]
    if kind not in KINDS:
        raise Invalid(f"the type of a public key is one of {', '.join(KINDS)}")
    content = _content(kind, encoded)
    fingerprint = base64.b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
    return PublicKey(f"{kind} {encoded}", fingerprint, comment)


def _content(kind: str, encoded: str) -> bytes:
    try:
        content = base64.b64decode(encoded, validate=True)
        if base64.b64encode(content).decode() != encoded:
            raise ValueError(encoded)  # a second way to write the same key
        key = load_ssh_public_key(f"{kind} {encoded}".encode("ascii"))
    except (ValueError, binascii.Error, UnsupportedAlgorithm) as error:
        raise Invalid(f"behind {kind} there is no public key of this type") from error
    if isinstance(key, RSAPublicKey) and not SMALLEST_RSA <= key.key_size <= LARGEST_RSA:
        raise Invalid(f"an RSA key has {SMALLEST_RSA} to {LARGEST_RSA} bits, and this one has {key.key_size}")
    return content
