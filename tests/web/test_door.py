"""The door of all pages: who is recognised, what is refused and how, and what every answer carries."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client, RequestFactory
from django.utils import timezone

from belvedere.accounts.models import Failures, Session, User
from belvedere.web.door import PATH_AS_SENT, path_of
from belvedere.web.finding import candidates
from tests.api.conftest import ApiError, Caller
from tests.web.conftest import PASSWORD, signing_in, text_of


def bearer(key: str, header: str = "Authorization") -> dict[str, Any]:
    return {"headers": {header: f"Bearer {key}"}}


def test_a_page_is_found_behind_names_with_slashes() -> None:
    found = [each.texts["repository"] for each in candidates("a/summary/summary") if "repository" in each.texts]
    assert found == ["a/summary", "a/summary/summary"]


def test_a_path_is_read_as_names_of_files_are() -> None:
    def path(sent: bytes, **kept: str) -> str:
        return path_of(WSGIRequest(RequestFactory()._base_environ(PATH_INFO=sent.decode("latin-1"), **kept)))

    for name in (b"/r/files/tip/\xc3\xbc b%FF.txt", b"/r/files/tip/\xff\xfe"):
        expected = name.strip(b"/").decode("utf-8", "surrogateescape")
        assert path(name, **{PATH_AS_SENT: name.decode("latin-1")}) == expected
    assert path("/ü".encode()) == "ü"


def test_signing_in_and_out(administrator: Caller, reader: Caller) -> None:
    administrator("update_user", userid="reader", password=PASSWORD)
    client = Client()
    assert "Wrong username or password" in text_of(signing_in(client, "reader", "wrong"))
    response = signing_in(client, "READER", PASSWORD)
    assert (response.status_code, response["Location"]) == (302, "/")
    cookie = response.cookies["belvedere_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert "Sign out" in text_of(client.get("/"))
    assert client.post("/_admin/logout").status_code == 302
    assert "Sign in" in text_of(client.get("/"))
    assert not Session.objects.exists()
    client.cookies["belvedere_session"] = cookie.value
    assert "Sign in" in text_of(client.get("/"))


def test_a_session_ends_with_its_password_and_its_user(administrator: Caller, reader: Caller, signed_in: Any) -> None:
    client = signed_in(reader)
    administrator("update_user", userid="reader", password="another password")
    assert "Sign in" in text_of(client.get("/"))
    client = signed_in(reader)
    User.objects.filter(username="reader").update(is_active=False)
    assert "Sign in" in text_of(client.get("/"))


def test_a_session_is_none_where_its_user_may_not_come_from(
    administrator: Caller, reader: Caller, signed_in: Any
) -> None:
    client = signed_in(reader)
    assert "Sign out" in text_of(client.get("/"))
    administrator("add_address_rule", userid="reader", network="198.51.100.0/24")
    assert "Sign in" in text_of(client.get("/"))
    assert "Sign out" in text_of(client.get("/", REMOTE_ADDR="198.51.100.7"))


def test_one_comes_back_to_where_one_wanted_to_go(administrator: Caller, reader: Caller, signed_in: Any) -> None:
    response = Client().get("/_admin/logout")
    assert response["Location"] == "/"
    administrator("update_user", userid="reader", password=PASSWORD)
    came = Client().post("/_admin/login?came_from=/_admin/gists%3Fa=b", {"username": "reader", "password": PASSWORD})
    assert came["Location"] == "/_admin/gists?a=b"
    for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb"):
        response = Client().post(
            f"/_admin/login?{urlencode({'came_from': elsewhere})}",
            {"username": "reader", "password": PASSWORD},
        )
        assert response.status_code == 400


def test_guessing_is_slowed_down(administrator: Caller, reader: Caller) -> None:
    administrator("update_user", userid="reader", password=PASSWORD)
    client = Client()
    for _ in range(6):
        assert signing_in(client, "reader", "wrong").status_code == 200
    response = signing_in(client, "reader", PASSWORD)
    assert "too many attempts: try again in" in text_of(response, 429).lower()
    elsewhere = Client(REMOTE_ADDR="10.9.8.7")
    assert signing_in(elsewhere, "reader", PASSWORD).status_code == 302
    Failures.objects.update(since=timezone.now() - timedelta(minutes=6))
    for _ in range(6):
        assert signing_in(client, "reader", "wrong").status_code == 200
    assert signing_in(client, "reader", PASSWORD).status_code == 429


def test_a_key_opens_pages_within_its_scope(administrator: Caller, reader: Caller) -> None:
    administrator("create_repo", repo_name="hidden", private=True)
    administrator("grant_user_permission", repoid="hidden", userid="reader", perm="repository.read")
    for header in ("Authorization", "Authentication"):
        assert "hidden" in text_of(Client().get("/hidden", **bearer(reader.key, header)))
    assert "hidden" in text_of(Client().get(f"/hidden?api_key={reader.key}"))
    for refused in (
        Client().get("/hidden", **bearer("f" * 40)),
        Client().get("/hidden?api_key=nonsense"),
        Client().get("/", **bearer("")),
    ):
        assert refused.status_code == 403
        assert refused["Content-Type"].startswith("text/plain")
    narrow = reader("create_api_key", description="only the API", methods="get_repo")["api_key"]
    assert Client().get("/hidden", **bearer(narrow["api_key"])).status_code == 403
    pages = reader("create_api_key", description="pages", methods="pages")["api_key"]
    assert Client().get("/hidden", **bearer(pages["api_key"])).status_code == 200


def test_keys_in_addresses_can_be_switched_off(administrator: Caller, settings: Any) -> None:
    settings.BELVEDERE = dataclasses.replace(settings.BELVEDERE, api_key_in_url=False)
    administrator("create_repo", repo_name="hidden", private=True)
    assert Client().get(f"/hidden?api_key={administrator.key}").status_code == 404
    assert Client().get("/hidden", **bearer(administrator.key)).status_code == 200


def test_a_hidden_repository_reads_as_a_missing_one(administrator: Caller, outsider: Caller, signed_in: Any) -> None:
    administrator("create_repo", repo_name="hidden", private=True)
    for client in (Client(), signed_in(outsider)):
        hidden, missing = text_of(client.get("/hidden"), 404), text_of(client.get("/absent"), 404)
        assert hidden.replace("hidden", "absent") == missing or len(hidden) == len(missing)
    assert "Sign in" in hidden or "hidden" in hidden


def test_a_site_that_is_closed_asks_to_sign_in(administrator: Caller) -> None:
    User.objects.filter(pk=1).update(is_active=False)
    for path in ("/", "/absent", "/a/b/files/tip"):
        response = Client().get(path)
        assert response.status_code == 302
        assert response["Location"].startswith("/_admin/login?came_from=%2F")
    assert Client().get("/_admin/login").status_code == 200


def test_a_forged_form_is_refused(administrator: Caller, reader: Caller) -> None:
    administrator("update_user", userid="reader", password=PASSWORD)
    client = Client(enforce_csrf_checks=True)
    assert signing_in(client, "reader", PASSWORD).status_code == 403
    token = client.get("/_admin/session_csrf_secret_token").json()
    given = {"username": "reader", "password": PASSWORD}
    assert client.post("/_admin/login", {**given, "_session_csrf_secret_token": "x" * 64}).status_code == 403
    assert client.post("/_admin/login", {**given, "_session_csrf_secret_token": token}).status_code == 302
    assert client.post("/_admin/logout", {"_session_csrf_secret_token": token}).status_code == 403


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_other_methods_are_refused(administrator: Caller, method: str) -> None:
    response = getattr(Client(), method)("/")
    assert response.status_code == 405
    assert "GET" in response["Allow"]


def test_every_page_carries_what_protects_it(administrator: Caller) -> None:
    for path, status in (("/", 200), ("/absent", 404), ("/_admin/login", 200)):
        response = Client().get(path, secure=True)
        assert response.status_code == status
        headers = response.headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "private" in headers["Cache-Control"]
        assert all(cookie["secure"] and cookie["httponly"] for cookie in response.cookies.values())


def test_colours_are_remembered(administrator: Caller) -> None:
    client = Client()
    assert client.post("/_admin/appearance", {"theme": "dark", "came_from": "/about"})["Location"] == "/about"
    assert 'data-theme="dark"' in text_of(client.get("/"))
    assert client.post("/_admin/appearance", {"theme": "pink"}).status_code == 400


def test_the_permanent_address_stands_for_the_name(administrator: Caller) -> None:
    pk = administrator("create_repo", repo_name="mountains")["repo"]["repo_id"]
    assert "mountains" in text_of(Client().get(f"/_{pk}"))
    assert "mountains" in text_of(Client().get(f"/_{pk}/summary"))
    assert Client().get("/_99999").status_code == 404


def test_an_error_that_nobody_foresaw_has_an_incident(administrator: Caller, monkeypatch: Any) -> None:
    def broken(*_given: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("belvedere.web.door.answer", broken)
    client = Client(raise_request_exception=False)
    assert "incident" in text_of(client.get("/"), 500)


def test_a_narrowed_key_makes_no_session(administrator: Caller, reader: Caller) -> None:
    assert "Wrong username" in text_of(signing_in(Client(), "reader", reader.key))
    with pytest.raises(ApiError):
        reader("get_users")
