"""Callers by role, who use the API through its HTTP door inside one process."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.signals import request_finished
from django.test import Client

from belvedere.accounts.actions import create_first_administrator

ADMINISTRATOR_KEY = "a" * 40


class ApiError(Exception):
    """The error text of an answer."""


@dataclass
class Caller:
    """Somebody with a key; calling it gives the result or raises the error's text."""

    key: str
    username: str = ""
    user_id: int = 0

    def post(self, body: object, **headers: str) -> Any:
        content = body if isinstance(body, str | bytes) else json.dumps(body)
        response = Client().post("/_admin/api", content, content_type="text/plain", headers=headers)
        assert response.status_code == 200
        assert response["Content-Type"] == "application/json"
        return json.loads(response.content)

    def answer(self, method: str, args: object = None, **headers: str) -> dict[str, Any]:
        return self.post({"id": 1, "api_key": self.key, "method": method, "args": args}, **headers)

    def __call__(self, method: str, **args: Any) -> Any:
        answer = self.answer(method, args)
        assert set(answer) == {"id", "result", "error"}
        if answer["error"] is not None:
            assert answer["result"] is None
            raise ApiError(answer["error"])
        return answer["result"]

    def error(self, method: str, **args: Any) -> str:
        """Give the error of a call that has to fail."""
        with pytest.raises(ApiError) as caught:
            self(method, **args)
        return str(caught.value)

    def in_kallithea(self, method: str, **args: Any) -> dict[str, Any]:
        """Call in the dialect of Kallithea 0.7 and give the whole answer."""
        return self.answer(method, args, **{"X-API-Dialect": "kallithea-0.7"})


@pytest.fixture(scope="session", autouse=True)
def _uses_are_written_by_hand() -> None:
    """Queries are counted here: what is written of keys in between, once in five minutes, would be among them."""
    assert request_finished.disconnect(dispatch_uid="belvedere.accounts.uses")


@pytest.fixture
def site(db: None, settings: Any, tmp_path: Path) -> Path:
    settings.BELVEDERE = dataclasses.replace(settings.BELVEDERE, repositories=tmp_path / "repositories")
    return tmp_path


@pytest.fixture
def administrator(site: Path) -> Caller:
    user = create_first_administrator("admin password", ADMINISTRATOR_KEY)
    return Caller(ADMINISTRATOR_KEY, user.username, user.pk)


@pytest.fixture
def newcomer(administrator: Caller) -> Any:
    """Make a user and give him as a caller."""

    def make(username: str, **more: Any) -> Caller:
        user = administrator("create_user", username=username, email=f"{username}@example.org", **more)["user"]
        return Caller(user["api_key"], username, user["user_id"])

    return make


@pytest.fixture
def owner(newcomer: Any) -> Caller:
    return newcomer("owner")


@pytest.fixture
def writer(newcomer: Any) -> Caller:
    return newcomer("writer")


@pytest.fixture
def reader(newcomer: Any) -> Caller:
    return newcomer("reader")


@pytest.fixture
def outsider(newcomer: Any) -> Caller:
    return newcomer("outsider")
