"""Repositories with real history behind the API, ready for pull requests."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from belvedere.events.models import Event
from belvedere.repos.models import Repository
from belvedere.repos.storage import place_of
from belvedere.vcs.backends import backend
from tests.api.conftest import Caller
from tests.vcs.scribe import SCRIBES, Scribe


@dataclass(frozen=True)
class History:
    """What a scribe wrote and pushed: `base` on the default branch, then `first`, `second`, `last` on `feature`."""

    place: Path
    main: str
    hashes: dict[str, str] = field(default_factory=dict)

    @property
    def repository(self) -> Path:
        return self.place / "repository"


@dataclass(frozen=True)
class Hosted:
    """A repository of the owner's with that history."""

    name: str
    main: str
    base: str
    first: str
    second: str
    last: str


BINARY = b"\x00\x01\xff"
LATIN = "caf\xe9\n".encode("latin-1")


def hosted(owner: Caller, scheme: str, name: str = "project") -> Hosted:
    """Create a repository through the API and give it its history; the history itself is written once a run."""
    history = _written(scheme)
    owner("create_repo", repo_name=name, repo_type=scheme)
    place = place_of(Repository.objects.get(name=name))
    shutil.rmtree(place)
    shutil.copytree(history.repository, place, symlinks=True)
    return Hosted(name, history.main, **history.hashes)


def writing(scheme: str, place: Path) -> tuple[Scribe, Callable[[str], None]]:
    """Give a working copy at `last` that the test goes on with, and a way to push it."""
    source = str(_written(scheme).place / "work")
    scribe = SCRIBES[scheme](place / "work")
    if scheme == "git":
        scribe("fetch", "-q", "-u", source, "+refs/heads/*:refs/heads/*")
    else:
        scribe("pull", "-q", source)
    scribe.switch("feature")
    return scribe, lambda name: scribe.push(place_of(Repository.objects.get(name=name)))


@cache
def _written(scheme: str) -> History:
    place = Path(tempfile.mkdtemp(prefix="belvedere-history-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    scribe = SCRIBES[scheme](place / "work")
    hashes = {"base": scribe.write("readme", "one\ntwo\n").write("gone", "old\n").commit("Begin")}
    scribe.branch("feature").write("readme", "one\n2\n").write("new", "new\n")
    hashes["first"] = scribe.commit("First step")
    hashes["second"] = scribe.remove("gone").commit("Second step")
    scribe.write("dir/binary", BINARY).write("latin", LATIN).write("run", "#!\n").make_executable("run")
    hashes["last"] = scribe.link("link", "dir/binary").write("long", "x" * 2000).commit("Files")
    backend(scheme).create(place / "repository")
    scribe.push(place / "repository")
    return History(place, scribe.default_branch, hashes)


@pytest.fixture
def project(owner: Caller) -> Hosted:
    return hosted(owner, "git")


@pytest.fixture
def hidden(project: Hosted, administrator: Caller, reader: Caller, writer: Caller, outsider: Caller) -> Hosted:
    """The same, for those with a grant only."""
    administrator("grant_user_permission", repoid="project", userid="default", perm="repository.none")
    administrator("grant_user_permission", repoid="project", userid="reader", perm="repository.read")
    administrator("grant_user_permission", repoid="project", userid="writer", perm="repository.write")
    return project


def propose(caller: Caller, project: Hosted, **more: Any) -> int:
    given = {"org_repo": project.name, "org_ref": "feature", "other_repo": project.name, "other_ref": project.main}
    return caller("create_pullrequest", **{**given, **more})["pull_request_id"]


@pytest.fixture
def proposed(hidden: Hosted, owner: Caller) -> int:
    return propose(owner, hidden)


def kinds() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))
