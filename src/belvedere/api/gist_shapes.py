"""Gists as the API answers them."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from belvedere.api.shapes import moment
from belvedere.gists.files import kept_files
from belvedere.gists.models import Gist

Json = dict[str, Any]
NEVER = -1.0


def gist(row: Gist) -> Json:
    """Give a gist without its files; `expires` is in seconds since the epoch, -1.0 for never."""
    return {
        "gist_id": row.pk,
        "access_id": row.access_id,
        "type": "private" if row.is_private else "public",
        "description": row.description,
        "url": f"{settings.BELVEDERE.base_url}/_admin/gists/{row.access_id}",
        "owner": row.owner.username,
        "expires": NEVER if row.expires_on is None else row.expires_on.timestamp(),
        "created_on": moment(row.created_on),
    }


def gist_with_files(row: Gist) -> Json:
    """Give a gist with the content of its files."""
    files = {each.name: {"content": each.content, "lexer": each.lexer, "size": each.size} for each in kept_files(row)}
    return {**gist(row), "files": files}
