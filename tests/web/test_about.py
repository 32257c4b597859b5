"""What the site says of itself, what it says when something is wrong, and the small files."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from belvedere import __version__
from belvedere.accounts.models import User
from tests.api.conftest import Caller
from tests.web.conftest import text_of


def test_what_this_is_stands_open(administrator: Caller) -> None:
    User.objects.filter(pk=1).update(is_active=False)
    shown = text_of(Client().get("/about"))
    assert __version__ in shown
    assert "GNU General Public License" in shown
    for name in ("Django", "mercurial", "Pygments", "htmx"):
        assert f"<strong>{name}</strong>" in shown


def test_small_files(administrator: Caller) -> None:
    User.objects.filter(pk=1).update(is_active=False)
    client = Client()
    icon = client.get("/favicon.ico")
    assert icon.status_code == 302
    assert client.get(icon["Location"])["Content-Type"] == "image/svg+xml"
    robots = client.get("/robots.txt")
    assert robots["Content-Type"].startswith("text/plain")
    assert "Disallow: /*/archive/" in text_of(robots)


@pytest.mark.parametrize(("path", "words"), [("/absent", "Nothing here"), ("/_admin/nothing", "Nothing here")])
def test_an_error_says_what_to_do_next(reader: Caller, signed_in: Any, path: str, words: str) -> None:
    shown = text_of(signed_in(reader).get(path), 404)
    assert words in shown
    assert 'placeholder="Name of a repository or group"' in shown
    assert "Sign in" in text_of(Client().get(path), 404)


def test_who_may_not_hears_as_whom_he_came(administrator: Caller, reader: Caller, signed_in: Any) -> None:
    group = administrator("create_user_group", group_name="walkers")["user_group"]["users_group_id"]
    shown = text_of(signed_in(reader).get(f"/_admin/user_groups/{group}/edit"), 403)
    assert "Not allowed" in shown
    assert "signed in as <strong>reader</strong>" in shown


def test_a_long_address_breaks_nothing(administrator: Caller) -> None:
    shown = text_of(Client().get("/" + "x" * 3000), 404)
    assert "x" * 700 not in shown.partition("<h1>")[2].partition("came_from")[0]
