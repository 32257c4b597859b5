"""Repositories of the site with histories that a scribe wrote."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from belvedere.repos.fetch import recorded
from belvedere.repos.models import Repository
from belvedere.repos.pushes import record
from belvedere.repos.storage import open_repository, place_of
from tests.api.conftest import Caller
from tests.vcs.scribe import SCRIBES, Scribe

SCHEMES = ("git", "hg")


class Written:
    """A repository of the site, and the working copy that it is written from."""

    def __init__(self, administrator: Caller, scribe: Scribe, name: str, **given: Any) -> None:
        self.name, self.scribe = name, scribe
        administrator("create_repo", repo_name=name, repo_type=scribe.scheme, **given)

    def push(self, name: str | None = None) -> Repository:
        """Bring everything into the repository, or into another one of the site, and record it."""
        row = Repository.objects.select_related("owner").get(name=name or self.name)
        self.scribe.push(place_of(row))
        record(None, "", recorded(row), open_repository(row).catch_up())
        return row


@pytest.fixture(params=SCHEMES)
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def write(administrator: Caller, tmp_path: Path) -> Callable[..., Written]:
    """Begin a repository: `write("git", "hills")`."""
    numbers = itertools.count()

    def begin(scheme: str, name: str = "hills", **given: Any) -> Written:
        return Written(administrator, SCRIBES[scheme](tmp_path / f"work-{next(numbers)}"), name, **given)

    return begin
