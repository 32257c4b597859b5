"""Fixtures for what only git has."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from wsgiref.simple_server import make_server

import pytest

from belvedere.vcs.git import BACKEND, GitRepository
from tests.vcs.git.site import Quiet, Server, Site
from tests.vcs.scribe import GitScribe


@pytest.fixture
def backend() -> object:
    """Only git here."""
    return BACKEND


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    return BACKEND.create(tmp_path / "served" / "group" / "repo")


@pytest.fixture
def scribe(tmp_path: Path) -> GitScribe:
    return GitScribe(tmp_path / "work")


@pytest.fixture
def site(tmp_path: Path, repository: GitRepository) -> Iterator[Site]:
    served = Site(tmp_path / "served")
    server = make_server("127.0.0.1", 0, served, server_class=Server, handler_class=Quiet)
    served.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield served
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def url(site: Site) -> str:
    return f"{site.url}/group/repo"
