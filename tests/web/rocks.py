"""A repository `rocks` of each system, for pages that show histories: written for each test, or once for all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from belvedere.repos.models import Repository
from belvedere.repos.storage import open_repository, place_of
from tests.api.conftest import Caller
from tests.vcs.scribe import BOB, SCRIBES, Scribe

ALL = ["last 1", "last 0", "merge them", "go on", "further aside", "go aside", "begin"]


@dataclass
class Written:
    """Seven changesets with a merge of the branch `side` in the middle; their hashes by what they are."""

    scribe: Scribe
    ids: dict[str, str]

    @property
    def scheme(self) -> str:
        return self.scribe.scheme

    @property
    def main(self) -> str:
        return self.scribe.default_branch


@pytest.fixture(params=["git", "hg"])
def scribe(request: Any, administrator: Caller, tmp_path: Path) -> Scribe:
    """A working copy of its own for a test, and the empty repository that it goes to."""
    administrator("create_repo", repo_name="rocks", repo_type=request.param)
    return SCRIBES[request.param](tmp_path / "work")


@pytest.fixture(scope="session", params=["git", "hg"])
def written(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """One history for all tests that only read it."""
    scribe = SCRIBES[request.param](tmp_path_factory.mktemp(f"rocks-{request.param}") / "work")
    return Written(scribe, _write(scribe))


@pytest.fixture
def rocks(written: Written, administrator: Caller) -> Written:
    """That history, in a repository."""
    administrator("create_repo", repo_name="rocks", repo_type=written.scheme)
    pushed(written.scribe)
    return written


def pushed(scribe: Scribe) -> Any:
    """Bring all of a working copy into the repository, and give it."""
    row = Repository.objects.get(name="rocks")
    scribe.push(place_of(row))
    opened = open_repository(row)
    opened.catch_up()
    return opened


def _write(scribe: Scribe) -> dict[str, str]:
    ids = {"begin": scribe.write("a", "1\n").commit("begin")}
    scribe.branch("side").write("docs/b", "1\n")
    ids["aside"] = scribe.commit("go aside", author=BOB)
    scribe.write("docs/b", "2\n").commit("further aside", author=BOB)
    scribe.switch(scribe.default_branch)
    ids["on"] = scribe.write("a", "2\n").commit("go on\n\nbecause of <b>this</b>")
    ids["merge"] = scribe.merge("side", "merge them")
    for number in range(2):
        ids[f"last {number}"] = scribe.write("a", f"3{number}\n").commit(f"last {number}")
    return ids
