"""Imports in the background on a real server: a stalled line, kill -9 in the middle, a change of mind."""

from __future__ import annotations

import json
import os
import signal
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.cli.processes import named
from tests.conftest import Server
from tests.scenarios.clients import clone, new_checkout
from tests.scenarios.slow_line import SlowLine, slow_line, write_noise

LONG_WORKER = "jobs run --queue long"


def send(server: Server, path: str, **given: str) -> str:
    """Send a form as the administrator, with his key; gives where it leads."""
    host = server.url.removeprefix("http://")
    headers = {"Authorization": f"Bearer {server.admin_key}", "Content-Type": "application/x-www-form-urlencoded"}
    connection = HTTPConnection(host, timeout=30)
    with closing(connection):
        connection.request("POST", path, urlencode(given), headers)
        answer = connection.getresponse()
        assert answer.status == 302, answer.read()
        return str(answer.headers["Location"])


def look(server: Server, path: str) -> Any:
    """Open a page as the administrator."""
    headers = {"Authorization": f"Bearer {server.admin_key}"}
    request = urllib.request.Request(f"{server.url}{path}", headers=headers)  # noqa: S310 ours
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 ours
        return answer.read().decode()


def is_there(server: Server) -> bool:
    return bool(json.loads(look(server, "/copy/repo_check_creating"))["result"])


def drafts(server: Server) -> list[Path]:
    return list((server.home / "repositories" / ".arriving").glob("*"))


@pytest.fixture(scope="module", params=["hg", "git"])
def exported(request: Any, server: Server, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str, list[str]]:
    """A repository on the other server that takes a while to bring over: system, name and hashes."""
    scheme: str = request.param
    name = f"large-{scheme}"
    server.api("create_repo", repo_name=name, repo_type=scheme)
    checkout = new_checkout(scheme, tmp_path_factory.mktemp("work") / "checkout")
    write_noise(checkout)
    address = server.url.replace("://", f"://admin:{server.credentials['password']}@") + f"/{name}"
    assert checkout.push(address).code == 0
    return scheme, name, checkout.hashes()


@pytest.fixture
def line(server: Server) -> Iterator[SlowLine]:
    host, port = server.url.removeprefix("http://").split(":")
    with slow_line((host, int(port))) as made:
        yield made


def begin(other: Server, line: SlowLine, exported: tuple[str, str, list[str]]) -> None:
    """Have it imported as `copy`, and wait until it stands still in the middle."""
    scheme, name, _ = exported
    line.stall()
    given = {"repo_name": "copy", "repo_group": "", "repo_type": scheme}
    assert send(other, "/_admin/repos", **given, clone_uri=f"http://127.0.0.1:{line.port}/{name}") == "/copy"
    other.wait_for(line.stalled.is_set, "half of the import")


def test_kill_9_in_the_middle_leaves_nothing_half(
    make_server: Callable[..., Server],
    used_home: Path,
    line: SlowLine,
    exported: tuple[str, str, list[str]],
    tmp_path: Path,
) -> None:
    scheme, _, hashes = exported
    other = make_server(BELVEDERE_ALLOW_PRIVATE_REMOTES="true").start()
    begin(other, line, exported)
    page = look(other, "/copy")
    assert "Importing" in page
    assert "begun" in page
    assert other.api("get_repos") == []
    assert clone(scheme, f"{other.url}/copy", tmp_path / "too-early").code != 0
    assert not is_there(other)

    line.stall()
    [worker] = named(other.pid, LONG_WORKER)
    os.kill(worker, signal.SIGKILL)
    other.wait_for(line.stalled.is_set, "another try")
    assert not is_there(other)

    line.stall()
    other.signal(signal.SIGKILL)
    other.wait()
    again = make_server(BELVEDERE_ALLOW_PRIVATE_REMOTES="true").start()
    again.wait_for(line.stalled.is_set, "a third try")
    assert again.api("get_repos") == []
    line.flow()
    again.wait_for(lambda: is_there(again), "the repository")
    address = again.url.replace("://", f"://admin:{again.credentials['password']}@") + "/copy"
    assert clone(scheme, address, tmp_path / "clone").code == 0
    assert again.api("get_repo", repoid="copy")["last_changeset"]["raw_id"] == hashes[-1]
    assert drafts(again) == []
    again.wait_for(lambda: not again.api("get_jobs", state="running"), "rest")
    assert again.stop() == 0
    assert "Traceback" not in again.output


def test_who_changes_his_mind_waits_for_nobody(
    make_server: Callable[..., Server], used_home: Path, line: SlowLine, exported: tuple[str, str, list[str]]
) -> None:
    other = make_server(BELVEDERE_ALLOW_PRIVATE_REMOTES="true", BELVEDERE_LONG_JOBS="1").start()
    begin(other, line, exported)
    other.api("reread_repos")
    other.wait_for(lambda: not [job for job in other.api("get_jobs") if job["name"] == "reread"], "a short job")
    [job] = other.api("get_jobs", state="running")
    assert (job["about"], job["asked_by"]) == ("import of copy", "admin")
    assert drafts(other)
    assert send(other, "/copy/repo_creating", do="forget") == "/"
    other.wait_for(lambda: not other.api("get_jobs", state="running"), "the end of the job")
    assert drafts(other) == []
    begin(other, line, exported)
    assert other.stop() == 0, "an orderly end does not wait for it"
    again = make_server(BELVEDERE_ALLOW_PRIVATE_REMOTES="true").start()
    line.flow()
    again.wait_for(lambda: is_there(again), "the repository")
    assert "Traceback" not in other.output + again.output
