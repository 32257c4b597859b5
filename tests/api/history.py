"""Histories made by the systems' own programs and recorded as a push would be."""

from __future__ import annotations

from pathlib import Path

from belvedere.repos.fetch import recorded
from belvedere.repos.models import Repository
from belvedere.repos.pushes import record
from belvedere.repos.storage import open_repository, place_of
from tests.scenarios.clients import Checkout, new_checkout


class History:
    """A working copy whose commits land in a repository of the site at `push`."""

    def __init__(self, scheme: str, name: str, place: Path) -> None:
        self.row = Repository.objects.get(name=name)
        self.work: Checkout = new_checkout(scheme, place)

    def commit(self, message: str, **files: str | None) -> str:
        return self.work.commit(message, **files)

    def push(self) -> None:
        target = str(place_of(self.row))
        command = ("push", "-q", "--all", target) if self.row.scheme == "git" else ("push", "-q", "-f", target)
        self.work.here(*command)
        record(None, "", recorded(self.row), open_repository(self.row).catch_up())
