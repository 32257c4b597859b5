"""The people of the API's tests, in front of pages: with a browser that keeps cookies, or with a key."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import engines
from django.test import Client
from jinja2 import StrictUndefined

from tests.api.conftest import Caller, administrator, newcomer, outsider, owner, reader, site, writer

__all__ = ["administrator", "newcomer", "outsider", "owner", "reader", "site", "writer"]

PASSWORD = "a long password"  # of everyone whom `signed_in` lets in


def signing_in(client: Client, username: str, password: str, **more: str) -> Any:
    """Send the form of the page for signing in."""
    return client.post("/_admin/login", {"username": username, "password": password, **more})


@pytest.fixture(autouse=True, scope="session")
def strict_templates() -> None:
    """Take a name that a template is not given for the error that it is."""
    engines["jinja2"].env.undefined = StrictUndefined


@pytest.fixture
def anonymous(administrator: Caller) -> Client:
    """Somebody who has not signed in."""
    return Client()


@pytest.fixture
def signed_in(administrator: Caller) -> Any:
    """Give a caller's browser, signed in by the page: `signed_in(reader)`."""

    def sign_in(caller: Caller) -> Client:
        password = "admin password"
        if caller.username != administrator.username:
            password = PASSWORD
            administrator("update_user", userid=caller.username, password=password)
        client = Client()
        response = signing_in(client, caller.username, password)
        assert response.status_code == 302, response.content.decode()
        return client

    return sign_in


def text_of(response: Any, status: int = 200) -> str:
    """Give the HTML of an answer."""
    assert response.status_code == status, response.content.decode()[:3000]
    text: str = response.content.decode()
    return text
