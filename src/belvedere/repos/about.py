"""What has to be known of a deleted repository to bring it back, as JSON values; people and groups by name."""

from __future__ import annotations

import base64
from typing import Any

from django.utils import timezone

from belvedere.repos.models import Repository


def about(row: Repository) -> dict[str, Any]:
    """Say what it takes to bring a repository back."""
    return {
        "repo_id": row.pk,
        "repo_name": row.name,
        "repo_type": row.scheme,
        "storage": row.storage,
        "owner": row.owner.username,
        "description": row.description,
        "private": row.is_private,
        "clone_uri": row.remote_uri,
        "clone_secret": base64.b64encode(row.remote_secret or b"").decode("ascii"),  # sealed
        "landing_rev": [row.landing_kind, row.landing_name],
        "enable_downloads": row.has_downloads,
        "enable_statistics": row.has_statistics,
        "created_on": row.created_on.isoformat(),
        "deleted_on": timezone.now().isoformat(),
        "fork_of": row.fork_of.name if row.fork_of else None,
        "grants": list(row.grants.order_by("pk").values("user__username", "user_group__name", "level")),
        "followers": list(row.followings.order_by("pk").values_list("user__username", flat=True)),
        "fields": list(row.extra_fields.order_by("pk").values("key", "label", "value", "description")),
    }
