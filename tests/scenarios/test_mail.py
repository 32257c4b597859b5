"""Mail on its whole way: a page, a job, a mail server, a letter, the link in it."""

from __future__ import annotations

import re
import socket
import urllib.parse
import urllib.request
from collections.abc import Callable
from http.cookiejar import CookieJar
from pathlib import Path

from tests.conftest import Server
from tests.smtp_sink import HOST, Sink

ASK = "/_admin/password_reset"
PASSWORD = "eleven quiet lamps"


class Browser:
    """A browser without pictures: it keeps cookies and fills in the token of forms."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._jar = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))

    def get(self, path: str) -> str:
        text: str = self._opener.open(self._server.url + path).read().decode()
        return text

    def send(self, page: str, path: str, **fields: str) -> str:
        """Open a page with a form, and send it."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(page))
        assert token
        given = {"csrfmiddlewaretoken": token[1], **fields}
        answer = self._opener.open(self._server.url + path, urllib.parse.urlencode(given).encode())
        text: str = answer.read().decode()
        return text


def free_port() -> int:
    """Give a port that nobody listens on now: links have to lead to the server, which has to know its own address."""
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        port: int = taken.getsockname()[1]
    return port


def test_a_forgotten_password(make_server: Callable[..., Server], used_home: Path) -> None:
    with Sink(refusals=["550 no such person"]) as sink:
        port = free_port()
        settings = {
            "BASE_URL": f"http://{HOST}:{port}",
            "SMTP_HOST": HOST,
            "SMTP_PORT": str(sink.port),
            "SMTP_SECURITY": "none",
            "MAIL_FROM": "forge@example.org",
            "TITLE": "Häuser",
        }
        given = {f"BELVEDERE_{name}": value for name, value in settings.items()}
        server = make_server(used_home, **given).start("--port", str(port))
        browser = Browser(server)
        for name in ("refused", "newton"):
            server.api("create_user", username=name, email=f"{name}@example.org", password="an old password")
            assert "Look into your mail" in browser.send(ASK, ASK, email=f"{name}@example.org")
        [letter] = sink.wait_for(1)
        assert letter["To"] == "newton@example.org"
        assert letter["From"] == "Häuser <forge@example.org>"
        assert letter["Subject"] == "[Häuser] Choose a new password"
        [link] = re.findall(r"https?://\S+", letter.get_content())
        path = link.removeprefix(server.url)
        [token] = urllib.parse.parse_qs(path.partition("?")[2])["token"]
        chosen = {"token": token, "password": PASSWORD, "password_confirm": PASSWORD}
        assert "Your password is changed" in browser.send(path, "/_admin/password_reset_confirmation", **chosen)
        assert "Sign out" in browser.send("/_admin/login", "/_admin/login", username="newton", password=PASSWORD)
        assert "was changed" in sink.wait_for(2)[1]["Subject"]
        assert server.stop() == 0
        assert "refused@example.org" not in [each["To"] for each in sink.letters]
        assert PASSWORD not in server.output
        assert token not in server.output
