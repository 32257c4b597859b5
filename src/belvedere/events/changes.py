"""Names of what changed, for the events that tell it."""

from __future__ import annotations

from collections.abc import Mapping


def changes(before: Mapping[str, object], row: object) -> list[str]:
    """Name the attributes that are not what they were before; what is true or false with its new value."""
    now = {name: getattr(row, name) for name in before}
    return [
        f"{name}={str(value).lower()}" if isinstance(value, bool) else name.removesuffix("_id")
        for name, value in now.items()
        if value != before[name]
    ]
