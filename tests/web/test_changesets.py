"""Pages of changesets: what they say, what they leave for later, and what clients make of their texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import Caller
from tests.api.history import History
from tests.web.conftest import text_of

SCHEMES = ("git", "hg")


@pytest.fixture(params=SCHEMES)
def history(request: pytest.FixtureRequest, administrator: Caller, tmp_path: Path) -> History:
    administrator("create_repo", repo_name="hills", repo_type=request.param)
    return History(request.param, "hills", tmp_path / "work")


@pytest.fixture
def client() -> Client:
    return Client()


def test_a_changeset_shows_its_words_and_lines(history: History, client: Client) -> None:
    history.commit("first", **{"a.py": "one\ntwo\nthree\n"})
    raw_id = history.commit("Second thoughts\n\nwith <b>a body</b>", **{"a.py": "one\n2\nthree\n", "new.txt": "x\n"})
    history.push()
    text = text_of(client.get(f"/hills/changeset/{raw_id}"))
    assert "<h1>Second thoughts</h1>" in text
    assert "with &lt;b&gt;a body&lt;/b&gt;" in text
    assert "2 files changed" in text
    assert 'id="C-a.py"' in text
    assert 'id="Ca.py"' in text
    assert 'id="apy_n2"' in text
    assert 'id="apy_o2"' in text
    for short in (raw_id[:12], "tip"):
        assert raw_id in text_of(client.get(f"/hills/changeset/{short}"))
    assert client.get("/hills/changeset/ffffffffffff").status_code == 404
