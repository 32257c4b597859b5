"""The character that PostgreSQL takes in no text: wherever it comes from, nothing breaks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from belvedere.repos.models import Repository
from belvedere.transport import http
from tests.api.conftest import ADMINISTRATOR_KEY, Caller
from tests.api.history import History
from tests.web.conftest import text_of
from tests.web.test_refused_credentials import pull


@pytest.mark.parametrize("path", ["/%00", "/_admin/repos/%00", "/_admin/users/%00/edit", "/lakes/files/tip/%00"])
def test_in_an_address(administrator: Caller, signed_in: Any, path: str) -> None:
    administrator("create_repo", repo_name="lakes")
    assert signed_in(administrator).get(path).status_code == 404


def test_in_names_that_are_typed(administrator: Caller, signed_in: Any) -> None:
    group = administrator("create_user_group", group_name="walkers")["user_group"]
    path = f"/_admin/user_groups/{group['users_group_id']}/edit/members"
    page = text_of(signed_in(administrator).post(path, {"add": "nobo\0dy"}), 400)
    assert "Nothing is saved yet" in page


def test_in_what_clients_send(administrator: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "close_old_connections", lambda: None)  # that of the test has to stay
    administrator("create_repo", repo_name="lakes", repo_type="git")
    assert pull("re\0ader", "a long password") == 401
    assert pull("admin", ADMINISTRATOR_KEY, name="la\0kes") == 404


def test_in_what_is_pushed(administrator: Caller, tmp_path: Path) -> None:
    administrator("create_repo", repo_name="lakes", repo_type="hg")
    history = History("hg", "lakes", tmp_path / "work")
    message = tmp_path / "message"
    message.write_bytes(b"one\0two")
    (history.work.place / "a").write_text("a\n")
    assert history.work.client("commit", "-A", "-l", str(message)).code == 0
    history.push()
    kept = Repository.objects.get(name="lakes").last_changeset
    assert kept is not None
    assert kept["message"] == "one\N{REPLACEMENT CHARACTER}two"
    assert text_of(Client().get("/lakes"))
