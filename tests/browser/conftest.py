"""Chromium in front of a running server, as a person of each role, at the widths and colours that people have."""

from __future__ import annotations

import os
import re
import shutil
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.browser.world import PASSWORD, World, made
from tests.conftest import UNKNOWN_NAME, Server
from tests.house.tree import ROOT

SCREENSHOTS = ROOT / "screenshots"
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
EVERYTHING = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
    "preload": {"assets": ["media"]},
}
COLOURS = {  # all that can change where only the colours do
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
    "preload": False,
}
THEMES = {"light": EVERYTHING, "dark": COLOURS}
WIDTHS = {390: 844, 1280: 900}
USERNAMES = {"administrator": "admin"}
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
]


def program() -> str | None:
    """Find Chromium; `make test` has installed it where it may."""
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = program()
    if path is None:
        pytest.skip("there is no Chromium on PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS, chromium_sandbox=False)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A site of the browser's own, filled once for all of its tests."""
    place = tmp_path_factory.mktemp("world")
    small = {"BELVEDERE_WEB_WORKERS": "1", "BELVEDERE_HG_WORKERS": "1"}
    running = Server(place / "home", place / "log", small | {"BELVEDERE_ALLOW_PRIVATE_REMOTES": "true"})
    try:
        yield made(running.start(), place)
    finally:
        code = running.stop()
    assert code == 0, running.output
    assert UNKNOWN_NAME not in running.output


def session_of(server: Server, username: str) -> str:
    """Sign in without a browser and give the cookie."""
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = opener.open(f"{server.url}/_admin/login").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    form = {"csrfmiddlewaretoken": token[1], "username": username, "password": PASSWORD}
    opener.open(f"{server.url}/_admin/login", urllib.parse.urlencode(form).encode())
    return next(cookie.value or "" for cookie in jar if cookie.name == "belvedere_session")


@dataclass
class Visit:
    """A page that somebody has open, and what went wrong on it."""

    page: Page
    server: Server
    complaints: list[str]

    def go(self, path: str) -> Page:
        """Open a path of the site and wait until it is at rest."""
        self.complaints.clear()
        response = self.page.goto(self.server.url + path, wait_until="load")
        assert response is not None
        assert response.status < 500, path
        return self.page


class People:
    """Browsers by role, width, colours and whether JavaScript runs; each keeps its cookies."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self._browser, self._server = browser, server
        self._contexts: dict[tuple[Any, ...], BrowserContext] = {}
        self._kept: dict[str | None, Visit] = {}
        self._cookies: dict[str, str] = {}

    def visit(
        self, role: str | None = None, *, width: int = 1280, theme: str = "light", javascript: bool = True
    ) -> Visit:
        """Give an empty page of somebody's browser."""
        key = (role, width, theme, javascript)
        if key not in self._contexts:
            self._contexts[key] = self._context(role, width, theme, javascript=javascript)
        page = self._contexts[key].new_page()
        complaints: list[str] = []

        def note(message: ConsoleMessage) -> None:
            is_status = "the server responded with a status of 4" in message.text
            if message.type in ("error", "warning") and not (is_status and message.location["url"] == page.url):
                complaints.append(message.text)

        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: self._own(request.url, complaints))
        return Visit(page, self._server, complaints)

    def kept(self, role: str | None) -> Visit:
        """Give the page that somebody keeps open: it is there at once, and remembers programs that it has read."""
        if role not in self._kept:
            self._kept[role] = self.visit(role)
        return self._kept[role]

    def close(self) -> None:
        for context in self._contexts.values():
            context.close()

    def _own(self, url: str, complaints: list[str]) -> None:
        if not url.startswith((self._server.url, "data:", "blob:")):
            complaints.append(f"asked another host: {url}")

    def _context(self, role: str | None, width: int, theme: str, *, javascript: bool) -> BrowserContext:
        context = self._browser.new_context(
            viewport={"width": width, "height": WIDTHS.get(width, 900)},
            color_scheme="dark" if theme == "dark" else "light",
            java_script_enabled=javascript,
            reduced_motion="reduce",
            bypass_csp=False,
        )
        if role is not None:
            username = USERNAMES.get(role, role)
            if username not in self._cookies:
                self._cookies[username] = session_of(self._server, username)
            cookie = {"name": "belvedere_session", "value": self._cookies[username], "url": self._server.url}
            context.add_cookies([cookie])  # type: ignore[list-item]
        return context


@pytest.fixture(scope="session")
def people(chromium: Browser, world: World) -> Iterator[People]:
    found = People(chromium, world.server)
    yield found
    found.close()


def faults_of(visit: Visit, rules: dict[str, Any] = EVERYTHING) -> list[str]:
    """Tell what is wrong with an open page: the console, what keeps people out, what sticks out sideways."""
    page = visit.page
    found = [f"console: {each}" for each in visit.complaints]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        who = page.evaluate(
            """() => [...document.querySelectorAll("body *")]
            .filter((each) => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
            .slice(0, 5).map((each) => each.outerHTML.slice(0, 120))"""
        )
        found.append(f"{wide} pixels stick out sideways: {who}")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)  # through the debugger, which the page's policy does not bind
    for violation in page.evaluate("async (rules) => (await axe.run(document, rules)).violations", rules):
        nodes = "; ".join(f"{node['html'][:160]} ({node['failureSummary'][:300]})" for node in violation["nodes"][:3])
        found.append(f"axe {violation['id']}: {nodes}")
    return found


@pytest.fixture
def look(people: People) -> Any:
    """Open a path as somebody at each width and in both colours, keep pictures, and tell every fault."""

    def look_at(path: str, role: str | None = "owner", name: str | None = None) -> None:
        found: list[str] = []
        visit = people.kept(role)
        visit.go(path)
        for width, height in WIDTHS.items():
            visit.page.set_viewport_size({"width": width, "height": height})
            for theme, rules in THEMES.items():
                visit.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
                keep(visit.page, f"{name or slug(path)}-{width}-{theme}")
                found += [f"{path} at {width} {theme}: {fault}" for fault in faults_of(visit, rules)]
        assert found == [], "\n".join(found)

    return look_at


def slug(path: str) -> str:
    """Make a name for a picture of a path."""
    return re.sub(r"[^A-Za-z0-9]+", "-", path).strip("-")[:80] or "home"


def keep(page: Page, name: str) -> None:
    """Write a picture into the folder that nobody commits, for those who asked with `SCREENSHOTS=1`."""
    if os.environ.get("SCREENSHOTS") != "1":
        return
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
