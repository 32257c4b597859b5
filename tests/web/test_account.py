"""One's own account: who one is, sessions, keys, what one owns, watches and may do."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from belvedere.accounts.models import AddressRule, ApiKey, Session, User
from tests.api.conftest import Caller
from tests.web.conftest import PASSWORD, signing_in, text_of

PLACE = "/_admin/my_account"
SECTIONS = ("", "/password", "/emails", "/sessions", "/api_keys", "/ssh_keys", "/repos", "/watched", "/perms")
SSH_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH7F4xLMj0dPBw5vXVKDkQ4nUHlKq8R5m8S2Yv0vAYQ8 me@here"


def bearer(key: str) -> dict[str, Any]:
    return {"headers": {"Authorization": f"Bearer {key}"}}


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_is_for_those_who_signed_in(reader: Caller, signed_in: Any, section: str) -> None:
    response = Client().get(PLACE + section)
    assert response.status_code == 302
    assert response["Location"].startswith("/_admin/login?came_from=%2F_admin%2Fmy_account")
    text = text_of(signed_in(reader).get(PLACE + section))
    assert text.count("<h1") == 1
    assert text.count('aria-current="page"') >= 1
    assert (reader.key in text) == (section == "/api_keys")
