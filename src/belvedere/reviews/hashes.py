"""A column for changesets' hashes."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

MOST_BYTES = 32


class HashField(models.BinaryField[Any, Any]):
    """A full hash: hex digits in the program, half as many bytes in the table and its indexes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": MOST_BYTES, "editable": True, **options})

    def from_db_value(self, value: Any, _expression: Any, _connection: BaseDatabaseWrapper) -> str | None:
        """Read what the table holds."""
        return None if value is None else bytes(value).hex()

    def to_python(self, value: Any) -> Any:
        """Keep hex digits as they are, also where a dump is read."""
        return value

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        """Write the bytes."""
        return super().get_db_prep_value(
            bytes.fromhex(value) if isinstance(value, str) else value, connection, prepared
        )

    def value_to_string(self, obj: models.Model) -> str:
        """Give hex digits to a dump."""
        return str(self.value_from_object(obj) or "")
