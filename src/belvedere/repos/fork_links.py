"""What a repository is said to be a fork of: for those that came here on different ways."""

from __future__ import annotations

from django.db import transaction

from belvedere.access.actor import Administrator
from belvedere.errors import Invalid, explained
from belvedere.events.bus import emit
from belvedere.repos.fetch import Administered, Readable
from belvedere.repos.happenings import RepositoryUpdated
from belvedere.repos.models import Repository


def set_fork_of(_administrator: Administrator, repository: Administered, source: Readable | None) -> None:
    """Say what a repository is a fork of, or that it is none; content and permissions stay as they are."""
    with explained(f"failed to mark `{repository.name}` as a fork"), transaction.atomic():
        if source is not None:
            _check(repository, source)
        repository.fork_of = source
        repository.save(update_fields=["fork_of"])
        emit(RepositoryUpdated(repository_id=repository.pk, name=repository.name, changed=["fork_of"]))


def _check(repository: Repository, source: Repository) -> None:
    if source.scheme != repository.scheme:
        raise Invalid("a repository is a fork of one of the same system")
    above: Repository | None = source
    while above is not None:
        if above.pk == repository.pk:
            raise Invalid(f"`{source.name}` is itself, or was forked from it")
        above = above.fork_of
