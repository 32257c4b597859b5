"""Pushes that are larger than the site takes: the client reads why, and nothing is left behind."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from tests.conftest import Server
from tests.scenarios.clients import new_checkout
from tests.scenarios.conftest import make_story


def test_a_push_that_is_too_large(make_server: Callable[..., Server], used_home: Path, tmp_path: Path) -> None:
    server = make_server(BELVEDERE_MAX_PUSH_SIZE="2000000").start()
    for scheme, words in (("git", "exceeds maximum allowed size"), ("hg", "larger than the 2000000 bytes")):
        story = make_story(server, scheme)
        work = new_checkout(scheme, tmp_path / scheme)
        first = work.commit("small", a="one\n")
        assert work.push(story.writer.url(story.name)).code == 0
        (work.place / "big").write_bytes(os.urandom(6_000_000))
        work.commit("big")
        refused = work.push(story.writer.url(story.name))
        assert refused.code != 0
        assert words in refused.text
        assert [each["raw_id"] for each in story.owner.api("get_changesets", repoid=story.name)] == [first]
