"""Pulling from the servers that the systems bring along."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from belvedere.vcs.errors import RemoteUnusable
from belvedere.vcs.git import BACKEND as GIT
from belvedere.vcs.hg import BACKEND as HG
from belvedere.vcs.remote import Remote
from tests.mercurial import HG as PROGRAM
from tests.mercurial import hg
from tests.vcs.scribe import SCRIBES

NOWHERE = "code.example.test"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def running(port: int, *command: str | Path) -> Iterator[None]:
    """Run a server until it is not needed any more."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HGRCPATH": ""},
        start_new_session=True,
    )
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # `git daemon` is a wrapper around the one that listens
        process.wait()


def test_git_daemon(tmp_path: Path) -> None:
    """Its protocol names the host for virtual ones, and is spoken with the checked address all the same."""
    scribe = SCRIBES["git"](tmp_path / "work")
    newest = scribe.write("a", "1\n").commit("first")
    scribe.branch("trunk")
    served = GIT.create(tmp_path / "hosts" / NOWHERE / "repo")
    scribe.push(served.path)
    target = GIT.create(tmp_path / "target")
    port = free_port()
    command = ["git", "daemon", "--export-all", "--reuseaddr", f"--port={port}", "--listen=127.0.0.1"]
    command += [f"--interpolated-path={tmp_path}/hosts/%H/%D", f"--base-path={tmp_path}"]
    with running(port, *command):
        target.pull(Remote("git", NOWHERE, port, "/repo", ("127.0.0.1",)))
        with pytest.raises(RemoteUnusable, match="no git repository"):
            target.pull(Remote("git", NOWHERE, port, "/nothing", ("127.0.0.1",)))
    assert target.refs().branches == {"main": newest, "trunk": newest}


def test_the_default_branch_comes_along(tmp_path: Path) -> None:
    scribe = SCRIBES["git"](tmp_path / "work")
    scribe.write("a", "1\n").commit("first")
    scribe.branch("trunk")
    served = GIT.create(tmp_path / "served")
    scribe.push(served.path)
    subprocess.run(["git", "-C", served.path, "symbolic-ref", "HEAD", "refs/heads/trunk"], check=True)
    port = free_port()
    near, far = GIT.create(tmp_path / "near"), GIT.create(tmp_path / "far")
    with running(
        port, "git", "daemon", "--export-all", f"--port={port}", "--listen=127.0.0.1", f"--base-path={tmp_path}"
    ):
        far.pull(Remote("git", NOWHERE, port, "/served", ("127.0.0.1",)))
    near.pull(served.path)
    assert near.refs().default == far.refs().default == "trunk"


def test_configuration_inside_a_repository_leads_nowhere(tmp_path: Path) -> None:
    scribe = SCRIBES["git"](tmp_path / "work")
    scribe.write("a", "1\n").commit("first")
    scribe.push(GIT.create(tmp_path / "served").path)
    target = GIT.create(tmp_path / "target")
    with (target.path / "config").open("a") as config:
        config.write(f'[url "file://{tmp_path}/elsewhere/"]\n\tinsteadOf = git://\n[fetch]\n\tprune = true\n')
    port = free_port()
    with running(
        port, "git", "daemon", "--export-all", f"--port={port}", "--listen=127.0.0.1", f"--base-path={tmp_path}"
    ):
        assert target.pull(Remote("git", NOWHERE, port, "/served", ("127.0.0.1",))).count == 1


def test_hg_serve_with_bookmarks(tmp_path: Path) -> None:
    scribe = SCRIBES["hg"](tmp_path / "work")
    newest = scribe.write("a", "1\n").commit("first")
    scribe("bookmark", "-r", ".", "stable")
    target = HG.create(tmp_path / "target")
    port = free_port()
    with running(port, PROGRAM, "serve", "-R", tmp_path / "work", "-p", str(port), "-a", "127.0.0.1"):
        target.pull(Remote("http", NOWHERE, port, "/", ("127.0.0.1",)))
    assert target.refs().bookmarks == {"stable": newest}


@pytest.mark.parametrize("secret", [False, True])
def test_a_copy_on_disk_leaves_out_what_is_hidden(tmp_path: Path, secret: bool) -> None:
    """Files are copied only where nothing is hidden; either way the same is seen."""
    scribe = SCRIBES["hg"](tmp_path / "work")
    scribe.write("a", "1\n").commit("first")
    source = HG.create(tmp_path / "source")
    scribe.push(source.path)
    newest = scribe.write("b", "1\n").commit("second")
    scribe.push(source.path)
    if secret:
        hg(source.path, "phase", "--force", "--secret", newest)
    target = HG.create(tmp_path / "target")
    moved = target.pull(source.path)
    assert moved.count == (1 if secret else 2)
    assert target.refs() == source.refs()
    assert target.verify() == []
    assert (target.path / ".hg" / "store" / "data" / "b.i").exists() != secret
