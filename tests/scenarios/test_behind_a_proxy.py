"""A browser behind a proxy that speaks HTTPS and changes the name of the host."""

from __future__ import annotations

import http.client
import re
import socket
import urllib.parse
from contextlib import closing
from typing import Any, NamedTuple


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: Any
    text: str


PUBLIC = "https://code.example.org"


def test_signing_in_by_https(make_server: Any, used_home: Any) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = make_server(used_home, BELVEDERE_BASE_URL=PUBLIC, BELVEDERE_TRUSTED_PROXIES="127.0.0.1")
    server.start("--port", str(port))
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7", "Origin": PUBLIC}
    credentials = server.credentials

    def ask(method: str, path: str, body: str = "", **headers: str) -> Answer:
        with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
            connection.request(method, path, body or None, forwarded | headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read().decode())

    page = ask("GET", "/_admin/login")
    cookies = page.headers.get_all("Set-Cookie") or []
    assert cookies
    assert all("Secure" in cookie and "HttpOnly" in cookie for cookie in cookies)
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token
    form = {"csrfmiddlewaretoken": token[1], "username": "admin", "password": credentials["password"]}
    sent = {"Cookie": cookies[0].partition(";")[0], "Content-Type": "application/x-www-form-urlencoded"}
    body = urllib.parse.urlencode(form)
    assert ask("POST", "/_admin/login", body, **{**sent, "Origin": "https://evil.example"}).status == 403
    answer = ask("POST", "/_admin/login", body, **sent)
    assert (answer.status, answer.headers["Location"]) == (302, "/")
    session = next(each for each in answer.headers.get_all("Set-Cookie") or [] if each.startswith("belvedere_session"))
    assert "Secure" in session
    assert "SameSite=Lax" in session
    server.stop()
