"""A repository of each system with what pages about files show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from belvedere.repos.fetch import recorded
from belvedere.repos.models import Repository
from belvedere.repos.pushes import record
from belvedere.repos.storage import open_repository, place_of
from tests.api.conftest import Caller
from tests.vcs.scribe import BOB, SCRIBES, Scribe

PARTIAL = {"HX-Request": "true"}


class Written:
    """A repository of the site and the working copy that fills it."""

    def __init__(self, scribe: Scribe, name: str) -> None:
        self.scribe, self.name = scribe, name
        self.branch = scribe.default_branch

    def push(self) -> None:
        row = Repository.objects.get(name=self.name)
        self.scribe.push(place_of(row))
        record(None, "", recorded(row), open_repository(row).catch_up())


@pytest.fixture(params=["git", "hg"])
def written(request: Any, administrator: Caller, tmp_path: Path) -> Any:
    administrator("create_repo", repo_name="peaks", repo_type=request.param)
    return Written(SCRIBES[request.param](tmp_path / "work"), "peaks")


@pytest.fixture
def peaks(written: Written) -> Written:
    scribe = written.scribe
    scribe.write("README.md", "# Peaks\n\n[way](src/way.py) ![map](map.svg) <script>x</script>\n")
    scribe.write("src/way.py", "def up():\n    return '<b>'\n").write(
        "map.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"
    )
    scribe.write("data.bin", b"\0\1\2").commit("Begin <b>here</b>")
    scribe.write("src/way.py", "def up():\n    return 2\n").link("latest", "src/way.py").commit("Climb", author=BOB)
    scribe.write("שלום & <i>.txt", "a\n").write("run.sh", "#!/bin/sh\n").make_executable("run.sh").commit("More")
    written.push()
    return written
