"""Fill the database of `BELVEDERE_HOME`: `python rows.py REPOSITORIES READABLE` (rows alone, nothing on disk)."""

from __future__ import annotations

import os
import sys
import uuid

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "belvedere.conf.settings"
django.setup()

from belvedere.accounts.models import User  # noqa: E402 its models need what setup fills
from belvedere.repos.models import Repository, RepositoryGrant  # noqa: E402 likewise

CHANGESET = {
    "raw_id": "0123456789abcdef0123456789abcdef01234567",
    "revision": 41,
    "message": "Explain why the bridge is closed in winter\n\nAnd when it opens again.",
    "author": "Ada Lovelace <ada@example.org>",
    "date": 1_700_000_000.0,
}


def main() -> None:
    """Add what is missing up to the number asked for."""
    wanted, readable = int(sys.argv[1]), int(sys.argv[2])
    owner, reader = User.objects.get(username="admin"), User.objects.get(username="reader")
    first = Repository.objects.count()
    rows = Repository.objects.bulk_create(
        Repository(
            name=f"bulk-{number}",
            key=f"bulk-{number}",
            scheme="git",
            storage=uuid.uuid4().hex,
            owner=owner,
            description="A repository among many",
            last_changeset=CHANGESET,
        )
        for number in range(first, wanted)
    )
    RepositoryGrant.objects.bulk_create(RepositoryGrant(target=row, user_id=1, level=0) for row in rows)
    held = RepositoryGrant.objects.filter(user=reader).count()
    RepositoryGrant.objects.bulk_create(
        RepositoryGrant(target=row, user=reader, level=1) for row in rows[: max(0, readable - held)]
    )


if __name__ == "__main__":
    main()
