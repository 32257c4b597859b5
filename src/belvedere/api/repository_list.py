"""Lists of repositories as JSON: each is written once, and again only when something in its row is another."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from belvedere.access.actor import Actor
from belvedere.access.prepared import columns_of, converter_of, raw_rows
from belvedere.accounts.models import User
from belvedere.api import shapes
from belvedere.api.results import Encoded
from belvedere.repos.fetch import visible_to
from belvedere.repos.models import ExtraField, Repository

REMEMBERED = 16_384
SHOWN = {
    "id",
    "fork_of_id",
    "name",
    "scheme",
    "remote_uri",
    "is_private",
    "created_on",
    "description",
    "landing_kind",
    "landing_name",
    "has_downloads",
    "has_statistics",
    "last_changeset",
}
OWN_COLUMNS = [name for name in columns_of(Repository) if name in SHOWN]  # in the model's order, as it wants them
COLUMNS = (*OWN_COLUMNS, "owner__username")
ID, FORK_OF = OWN_COLUMNS.index("id"), OWN_COLUMNS.index("fork_of_id")

Row = tuple[Any, ...]
Fields = tuple[tuple[str, str], ...]


def repositories_json(rows: QuerySet[Repository], viewer: Actor) -> Encoded:
    """Give repository objects; a parent that the viewer may not read is not named.

    Costs a few microseconds a repository whose row has been written before, in any call of this process.
    """
    found = raw_rows(rows.values_list(*COLUMNS))
    parents = {row[FORK_OF] for row in found if row[FORK_OF] is not None}
    names = dict(visible_to(viewer).filter(pk__in=parents).values_list("pk", "name")) if parents else {}
    fields: dict[int, Fields] = {}
    several = ExtraField.objects.filter(repository_id__in=rows.order_by().values("pk")).order_by("pk")
    for pk, key, value in several.values_list("repository_id", "key", "value"):
        fields[pk] = (*fields.get(pk, ()), (key, value))
    return Encoded("[" + ", ".join(_text(row, names.get(row[FORK_OF]), fields.get(row[ID], ())) for row in found) + "]")


@lru_cache(maxsize=REMEMBERED)
def _text(raw: Row, parent: str | None, fields: Fields) -> str:
    """Write one object; the row is as the driver gives it, for what it stands for takes time to work out."""
    *own, owner = _convert(connection.vendor)(raw)
    row = Repository.from_db("default", OWN_COLUMNS, own)
    row.owner = User(username=owner)
    return json.dumps(shapes.repository_of(row, parent) | {f"ex_{key}": value for key, value in fields})


@cache
def _convert(_vendor: str) -> Callable[[Row], Row]:
    return converter_of(Repository.objects.values_list(*COLUMNS))
