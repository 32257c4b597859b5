"""The instance's secret, from which keys for signing and encrypting are derived."""

from __future__ import annotations

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

SHORTEST = 32


def read_secret(path: Path) -> str:
    """Read the secret of a home; the message of a failure never holds it."""
    try:
        secret = path.read_text(encoding="ascii").strip()
    except FileNotFoundError as error:
        raise ImproperlyConfigured(f"{path.parent}: not set up; run `belvedere init`") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{path}: cannot be read: {getattr(error, 'strerror', 'not text')}") from error
    if len(secret) < SHORTEST:
        raise ImproperlyConfigured(f"{path}: holds fewer than {SHORTEST} characters; restore it from a backup")
    return secret
