"""Pushes that are cut off: the repository stays valid, what was acknowledged is there, and the next push works."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Server
from tests.scenarios.clients import ENVIRONMENT, HG, Checkout, clone, new_checkout
from tests.scenarios.conftest import Story, make_story

SIZE = 24 * 1024 * 1024


@pytest.mark.parametrize("after", [0.15, 0.4])
def test_a_client_killed_in_the_middle(story: Story, tmp_path: Path, after: float) -> None:
    work = new_checkout(story.scheme, tmp_path / "work")
    first = work.commit("first", a="one\n")
    assert work.push(story.writer.url(story.name)).code == 0
    (work.place / "big").write_bytes(os.urandom(SIZE))
    work.commit("big")
    _kill_while_pushing(work, story.writer.url(story.name), after)
    told = story.owner.api("get_changesets", repoid=story.name)
    assert told[0]["raw_id"] == first
    assert len(told) <= 2
    again = work.push(story.writer.url(story.name))
    assert again.code == 0, again.text
    assert clone(story.scheme, story.reader.url(story.name), tmp_path / "copy").code == 0
    assert (tmp_path / "copy" / "big").stat().st_size == SIZE
    assert len(story.owner.api("get_changesets", repoid=story.name)) == 2


@pytest.mark.parametrize("scheme", ["hg", "git"])
def test_a_server_killed_after_an_acknowledged_push_and_in_the_middle_of_another(
    make_server: Callable[..., Server], used_home: Path, tmp_path: Path, scheme: str
) -> None:
    server = make_server().start()
    story = make_story(server, scheme)
    work = new_checkout(scheme, tmp_path / "work")
    first = work.commit("first", a="one\n")
    assert work.push(story.writer.url(story.name)).code == 0
    (work.place / "big").write_bytes(os.urandom(SIZE))
    second = work.commit("big")
    with _pushing(work, story.writer.url(story.name)) as client:
        time.sleep(0.4)
        os.killpg(server.pid, signal.SIGKILL)
        client.wait(timeout=30)
    server.wait()

    again = make_server().start()
    story.server.url = again.url
    told = [each["raw_id"] for each in story.owner.api("get_changesets", repoid=story.name)]
    assert told in ([first], [first, second])
    assert work.push(story.writer.url(story.name)).code in (0, 1)  # 1: hg has nothing to push
    told = [each["raw_id"] for each in story.owner.api("get_changesets", repoid=story.name)]
    assert told == [first, second]
    _wait_until(lambda: _events(again) == [(0, 0), (1, 1)])
    assert story.owner.api("get_repo", repoid=story.name)["last_changeset"]["raw_id"] == second


def test_a_push_that_was_never_recorded_is_found_at_the_next_start(
    make_server: Callable[..., Server], used_home: Path, tmp_path: Path
) -> None:
    server = make_server().start()
    story = make_story(server, "git")
    work = new_checkout("git", tmp_path / "work")
    work.commit("first", a="one\n")
    assert work.push(story.writer.url(story.name)).code == 0
    assert server.stop() == 0
    # As if the process had ended between git's move of the branch and our record of it.
    with sqlite3.connect(server.home / "belvedere.db") as database:
        repo_id, storage = database.execute("SELECT id, storage FROM repos_repository").fetchone()
        user_id = database.execute(
            "SELECT id FROM accounts_user WHERE username = ?", [story.writer.username]
        ).fetchone()
        node = os.uname().nodename
        database.execute(
            "INSERT INTO repos_pushintent (repository_id, user_id, address, names, node, announced_on)"
            " VALUES (?, ?, '127.0.0.1', ?, ?, '2026-01-01')",
            [repo_id, user_id[0], json.dumps(["refs/heads/main"]), node],
        )
    second = work.commit("second", a="two\n")
    assert work.push(f"file://{server.home}/repositories/{storage}").code == 0

    again = make_server().start()
    story.server.url = again.url
    _wait_until(lambda: _events(again) == [(0, 0), (1, 1)])
    assert story.owner.api("get_repo", repoid=story.name)["last_changeset"]["raw_id"] == second
    with sqlite3.connect(again.home / "belvedere.db") as database:
        assert database.execute("SELECT count(*) FROM repos_pushintent").fetchone() == (0,)
        actors = database.execute("SELECT actor_id FROM events_event WHERE kind = 'Pushed'").fetchall()
    assert actors == [user_id, user_id]


def _pushing(work: Checkout, url: str) -> subprocess.Popen[bytes]:
    command: list[Any] = ["git", "push", "-q", url, "HEAD:main"] if work.scheme == "git" else [HG, "push", "-f", url]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, cwd=work.place, env=ENVIRONMENT, start_new_session=True, **quiet)


def _kill_while_pushing(work: Checkout, url: str, after: float) -> None:
    with _pushing(work, url) as client:
        time.sleep(after)
        os.killpg(client.pid, signal.SIGKILL)


def _events(server: Server) -> list[tuple[int, int]]:
    with sqlite3.connect(server.home / "belvedere.db") as database:
        rows = database.execute("SELECT payload FROM events_event WHERE kind = 'Pushed' ORDER BY id").fetchall()
    payloads = [json.loads(payload) for (payload,) in rows]
    return [(each["first_revision"], each["last_revision"]) for each in payloads]


def _wait_until(look: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not look():
        assert time.monotonic() < until
        time.sleep(0.1)
