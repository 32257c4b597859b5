"""Extra fields of repositories: whatever a site wants to note of them, under keys of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from django.db import transaction

from belvedere.errors import Conflict, Invalid, NotFound, explained
from belvedere.events.bus import emit
from belvedere.repos.fetch import Administered, Readable
from belvedere.repos.happenings import RepositoryUpdated
from belvedere.repos.models import ExtraField

KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
MOST = 100
"""Fields that one repository may have: they come with it in every list."""


def add_field(repository: Administered, key: str, label: str = "", description: str = "") -> ExtraField:
    """Add an empty field; its label is its key unless given."""
    exists = f"Field with key `{key}` exists for repo `{repository.name}`"
    with explained(f"failed to add field `{key}` to repo `{repository.name}`"), transaction.atomic():
        if not KEY.fullmatch(key):
            raise Invalid("a key has 1 to 64 letters, digits, - and _")
        held = ExtraField.objects.select_for_update().filter(repository=repository)
        keys = list(held.values_list("key", flat=True))
        if key in keys:
            raise Conflict(exists)
        if len(keys) >= MOST:
            raise Invalid(f"a repository has at most {MOST} fields")
        _tell(repository, [key])
        return ExtraField.objects.create(repository=repository, key=key, label=label or key, description=description)


def fields_of(repository: Readable) -> list[ExtraField]:
    """Give the fields of a repository, in the order they were added."""
    return list(ExtraField.objects.filter(repository=repository).order_by("pk"))


def change_values(repository: Administered, values: Mapping[str, str]) -> None:
    """Set the values of fields that are there, all or nothing."""
    with explained(f"failed to change fields of repo `{repository.name}`"), transaction.atomic():
        set_fields(repository, values)
        _tell(repository, values)


def remove_field(repository: Administered, key: str) -> None:
    """Remove a field with its value."""
    with transaction.atomic():
        gone, _ = ExtraField.objects.filter(repository=repository, key=key).delete()
        if not gone:
            raise NotFound(f"Field with key `{key}` does not exists for repo `{repository.name}`")
        _tell(repository, [key])


def set_fields(repository: Administered, values: Mapping[str, str]) -> None:
    """Set the values of fields that are there; in the current transaction."""
    if not values:
        return
    fields = {field.key: field for field in ExtraField.objects.select_for_update().filter(repository=repository)}
    unknown = sorted(set(values) - fields.keys())
    if unknown:
        raise Invalid(f"there is no field {', '.join(f'`{key}`' for key in unknown)}: add it first")
    for key, value in values.items():
        fields[key].value = value
    ExtraField.objects.bulk_update([fields[key] for key in values], ["value"])


def _tell(repository: Administered, keys: Iterable[str]) -> None:
    changed = sorted(f"field {key}" for key in keys)
    if changed:
        emit(RepositoryUpdated(repository_id=repository.pk, name=repository.name, changed=changed))
