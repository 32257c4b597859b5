"""Credentials that let nobody in: told in the audit log with where they came from, kept nowhere, never flooding it."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from belvedere.accounts import passwords, refusals
from belvedere.accounts.models import ApiKey, Failures, User
from belvedere.accounts.throttling import Limit
from belvedere.events.models import Event
from belvedere.transport import http
from tests.api.conftest import Caller

PASSWORD = "a long password"
HERE = "192.0.2.7"


def pull(username: str, password: str, address: str = HERE, name: str = "lakes") -> int:
    """Ask as a client of Git for what a repository has, and give the status."""
    seen: list[str] = []
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": f"/{name}/info/refs",
        "QUERY_STRING": "service=git-upload-pack",
        "REMOTE_ADDR": address,
        "HTTP_AUTHORIZATION": "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode(),
        "wsgi.input": None,
    }
    body = http.serve(environ, lambda status, _headers: seen.append(status) or (lambda _: None))
    assert body is not None
    list(body)
    return int(seen[0].split()[0])


@pytest.fixture
def lakes(administrator: Caller, reader: Caller) -> None:
    administrator("create_repo", repo_name="lakes", repo_type="git", private=True)
    administrator("grant_user_permission", repoid="lakes", userid="reader", perm="repository.read")
    administrator("update_user", userid="reader", password=PASSWORD)


@pytest.fixture(autouse=True)
def _nothing_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords._right.forget()
    passwords._wrong.forget()
    monkeypatch.setattr(http, "close_old_connections", lambda: None)  # that of the test has to stay


def told(administrator: Caller) -> list[str]:
    """Give what the log says of signing in, the oldest first."""
    rows = administrator("get_audit_logs", topic="Signing in")["entries"]
    return [f"{row['ip_addr']}: {row['text']}" for row in reversed(rows)]


def test_wrong_passwords_of_clients_are_told(lakes: None, administrator: Caller) -> None:
    assert pull("reader", PASSWORD) == 200
    assert pull("reader", "a secret guess") == 401
    assert pull("a secret in the wrong field", PASSWORD) == 401
    assert told(administrator) == [
        f"{HERE}: failed to sign in with Mercurial or Git as reader",
        f"{HERE}: failed to sign in with Mercurial or Git under a name that nobody has",
    ]
    assert "secret" not in json.dumps(list(Event.objects.values_list("payload", flat=True)))


def test_who_guesses_with_a_client_is_slowed_down(lakes: None, administrator: Caller) -> None:
    assert [pull("reader", f"guess {number}") for number in range(7)] == [401] * 6 + [503]
    assert pull("reader", PASSWORD) == 503
    assert pull("reader", PASSWORD, "192.0.2.8") == 200
    assert len(told(administrator)) == 6


def test_all_addresses_of_a_network_of_ipv6_are_one(lakes: None, administrator: Caller) -> None:
    tried = [pull("reader", f"guess {number}", f"2001:db8:1:2::{number:x}") for number in range(7)]
    assert tried == [401] * 6 + [503]
    assert pull("reader", PASSWORD, "2001:db8:1:2:ffff::1") == 503
    assert pull("reader", PASSWORD, "2001:db8:1:3::1") == 200
    assert pull("reader", PASSWORD, "::ffff:192.0.2.7") == 200


def test_the_log_does_not_grow_with_the_addresses_of_who_guesses(
    lakes: None, administrator: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals, "TOLD", Limit("refusals that are told", 5, timedelta(hours=1)))
    for number in range(8):
        assert pull("nobody", f"guess {number}", f"198.51.100.{number}") == 401
        Caller(f"{number:040d}").error("get_users")
    assert len(told(administrator)) == 5


def test_others_who_guess_do_not_shut_out_who_came_in_from_where_he_is(lakes: None, administrator: Caller) -> None:
    assert pull("reader", PASSWORD) == 200
    for number in range(60):
        pull("reader", f"guess {number}", f"198.51.100.{number}")
    passwords._right.forget()
    assert pull("reader", PASSWORD, "192.0.2.8") == 503
    assert pull("reader", PASSWORD) == 200
    client = Client(REMOTE_ADDR=HERE)
    assert client.post("/_admin/login", {"username": "reader", "password": PASSWORD}).status_code == 302
    elsewhere = Client(REMOTE_ADDR="192.0.2.8")
    assert elsewhere.post("/_admin/login", {"username": "reader", "password": PASSWORD}).status_code == 429


def test_the_same_wrong_password_again_and_again_counts_once(lakes: None, administrator: Caller) -> None:
    assert {pull("reader", "the one before") for _ in range(40)} == {401}
    assert {pull("nobody", "the one before") for _ in range(40)} == {401}
    assert pull("reader", PASSWORD) == 200
    assert len(told(administrator)) == 2


def test_a_password_that_was_wrong_is_right_once_it_is_the_users(lakes: None, administrator: Caller) -> None:
    assert pull("reader", "the next password") == 401
    administrator("update_user", userid="reader", password="the next password")
    assert pull("reader", "the next password") == 200


def test_who_knows_the_password_and_may_not_come_in_does_not_fill_the_log(lakes: None, administrator: Caller) -> None:
    assert pull("reader", PASSWORD) == 200
    User.objects.filter(username="reader").update(is_active=False)
    assert {pull("reader", PASSWORD) for _ in range(20)} == {401}
    assert len(told(administrator)) == 6
    User.objects.filter(username="reader").update(is_active=True)
    assert pull("reader", PASSWORD) == 200


def test_refused_keys_are_told_once_with_the_reason(lakes: None, administrator: Caller, reader: Caller) -> None:
    def come(address: str = HERE) -> None:
        body = {"id": 1, "api_key": reader.key, "method": "get_user", "args": {}}
        client = Client(REMOTE_ADDR=address)
        assert client.post("/_admin/api", json.dumps(body), content_type="text/plain").json()["error"]
        assert client.get("/lakes", headers={"Authorization": f"Bearer {reader.key}"}).status_code == 403

    key = ApiKey.objects.get(user__username="reader")
    key.expires_on = timezone.now() - timedelta(days=1)
    key.save()
    come()
    come()
    key.expires_on = None
    key.save()
    User.objects.filter(username="reader").update(is_active=False)
    come("192.0.2.8")
    User.objects.filter(username="reader").update(is_active=True)
    administrator("add_address_rule", userid="reader", network="198.51.100.0/24")
    come("192.0.2.9")
    name = key.description or f"number {key.pk}"
    assert told(administrator) == [
        f"{HERE}: came with the API key {name} of reader, which has expired",
        f"192.0.2.8: came with the API key {name} of reader, who is not active",
        f"192.0.2.9: came with the API key {name} of reader from an address that is not allowed",
    ]


def test_keys_that_nobody_has_do_not_fill_the_database(administrator: Caller) -> None:
    administrator("get_users")
    for number in range(30):
        assert Caller(f"{number:040d}").error("get_users") == "Invalid API key"
    Caller("").error("get_users")
    assert told(administrator) == ["127.0.0.1: came with an API key that nobody has"] * 10
    assert Failures.objects.filter(count__gt=0).count() == 12  # the keys, their address, and all that is told
    payloads = json.dumps(list(Event.objects.values_list("payload", flat=True)))
    assert f"{1:040d}" not in payloads
    administrator("get_users")
