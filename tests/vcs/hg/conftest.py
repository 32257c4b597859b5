"""Fixtures with a real client and a small threaded web server."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from wsgiref.simple_server import make_server

import pytest

from belvedere.vcs.hg import BACKEND
from belvedere.vcs.hg.repository import HgRepository
from tests.vcs.hg.site import Hg, Quiet, Server, Site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
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
def repository(site: Site) -> HgRepository:
    return BACKEND.create(site.root / "group" / "repo")


@pytest.fixture
def url(site: Site, repository: HgRepository) -> str:
    return f"{site.url}/group/repo"


@pytest.fixture(scope="session")
def two_changesets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real program takes a third of a second for each command, so this is made once and copied."""
    root = tmp_path_factory.mktemp("template") / "work"
    root.mkdir()
    hg = Hg(root)
    hg.here("init")
    hg.commit("one.txt", "one\n", "first")
    hg.commit("sub/two.txt", "two\n", "second")
    return root


@pytest.fixture
def work(tmp_path: Path, two_changesets: Path) -> Hg:
    """A working copy of its own, with two changesets."""
    shutil.copytree(two_changesets, tmp_path / "work", symlinks=True)
    return Hg(tmp_path / "work")
