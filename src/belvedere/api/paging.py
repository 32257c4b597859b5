"""Pages of long lists."""

from __future__ import annotations

from belvedere.errors import Invalid

MOST = 500


def checked_page(offset: int, limit: int) -> None:
    """Refuse a page that cannot be."""
    if offset < 0:
        raise Invalid("invalid value of argument `offset`: must not be negative")
    if not 1 <= limit <= MOST:
        raise Invalid(f"invalid value of argument `limit`: must be 1 to {MOST}")
