"""The contract: every test with `backend` runs for each system."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

import pytest

from belvedere.vcs.repository import Backend, Repository
from tests.vcs.history import History, write_history
from tests.vcs.scribe import SCRIBES, Scribe

SCHEMES = ("git", "hg")


@pytest.fixture(scope="session", params=SCHEMES)
def backend(request: pytest.FixtureRequest) -> Backend:
    module = importlib.import_module(f"belvedere.vcs.{request.param}")
    if not hasattr(module, "BACKEND"):
        pytest.skip(f"no backend for {request.param} yet")
    return module.BACKEND


@pytest.fixture
def make_scribe(tmp_path: Path, backend: Backend) -> Callable[..., Scribe]:
    def make(name: str = "work") -> Scribe:
        return SCRIBES[backend.scheme](tmp_path / name)

    return make


@pytest.fixture
def scribe(make_scribe: Callable[..., Scribe]) -> Scribe:
    return make_scribe()


@pytest.fixture
def repository(tmp_path: Path, backend: Backend) -> Repository:
    """An empty repository of each system."""
    return backend.create(tmp_path / "served" / "repository")


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory, backend: Backend) -> History:
    """One history with a bit of everything; made once, only to be read."""
    root = tmp_path_factory.mktemp(f"history-{backend.scheme}")
    scribe = SCRIBES[backend.scheme](root / "work")
    return write_history(scribe, backend.create(root / "repository"))
