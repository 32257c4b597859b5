"""Every link and form leads somewhere: all pages that each role can reach by clicking are read."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections import Counter, deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urlencode, urljoin, urlsplit

import pytest

from belvedere.web.finding import candidates
from tests.browser.conftest import USERNAMES, session_of
from tests.browser.world import World

MOST_OF_A_KIND = 2
"""So many pages of one pattern are read: a history has thousands that are alike."""

VOID = {
    "area",
    "base",
    "br",
    "col",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "path",
    "circle",
    "source",
    "wbr",
    "rect",
    "line",
}
LARGEST = 60_000
CONTENT = ("/files/", "/annotate/", "/changeset/", "/compare/", "/diff/", "/diff-2way/", "/gists/")
"""Pages whose size is that of what they show."""


@dataclass
class Reader(HTMLParser):
    """What a page leads to, and what is wrong with its HTML."""

    links: list[str] = field(default_factory=list)
    forms: list[tuple[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    fields: list[list[tuple[str, str]]] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)
    _ids: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in VOID:
            self._open.append(tag)
        if given.get("id"):
            self._ids[given["id"] or ""] += 1
        if "style" in given or any(name.startswith("on") for name in given):
            self.faults.append(f"inline style or handler in <{tag}>")
        self._note_field(tag, given)
        for name in ("href", "src", "action", "hx-get", "formaction"):
            target = given.get(name)
            if target is None:
                continue
            if tag == "form" or name == "formaction":
                self.forms.append(((given.get("method") or "get").lower(), target))
                self.fields.append([])
            else:
                self.links.append(target)

    def _note_field(self, tag: str, given: dict[str, str | None]) -> None:
        """Keep what the form would send if nothing were changed."""
        name, kind = given.get("name"), given.get("type", "text")
        is_chosen = kind not in ("checkbox", "radio", "submit") or "checked" in given
        if tag == "input" and name and self.fields and "form" in self._open and is_chosen:
            self.fields[-1].append((name, given.get("value") or ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self._open or self._open[-1] != tag:
            self.faults.append(f"</{tag}> closes <{self._open[-1] if self._open else 'nothing'}>")
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def finished(self) -> list[str]:
        twice = [name for name, count in self._ids.items() if count > 1]
        return self.faults + [f"the id {name} stands twice" for name in twice[:3]]


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Shows where an answer sends its reader, instead of going there."""

    def redirect_request(self, *_given: object) -> None:
        return None


def ask(world: World, path: str, cookie: str | None) -> tuple[int, str, bytes]:
    """Give status, type (or where it redirects to) and content."""
    request = urllib.request.Request(world.server.url + path)  # noqa: S310 our own server
    if cookie:
        request.add_header("Cookie", f"belvedere_session={cookie}")
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=60) as answer:
            return answer.status, answer.headers.get("Content-Type", ""), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("Location", ""), error.read()


def kind_of(path: str) -> str:
    """Name the page that a path means, so that not all of a kind are read."""
    found = next(candidates(unquote(urlsplit(path).path).strip("/")), None)
    query = ",".join(sorted(part.partition("=")[0] for part in urlsplit(path).query.split("&")))
    return f"{found.page.pattern if found else path}?{query}"


@pytest.mark.parametrize("role", ["administrator", "reader", None])
def test_every_link_and_form_leads_somewhere(world: World, role: str | None) -> None:
    cookie = session_of(world.server, USERNAMES.get(role, role)) if role else None
    waiting = deque([("/", "the start")])
    seen = {"/"}
    kinds: Counter[str] = Counter()
    faults: list[str] = []
    while waiting:
        path, whence = waiting.popleft()
        kinds[kind_of(path)] += 1
        if kinds[kind_of(path)] > MOST_OF_A_KIND:
            continue
        status, kind, content = ask(world, path, cookie)
        if status in (301, 302, 303):
            target = urlsplit(kind)
            if target.path == "/_admin/login" and role is not None:
                faults.append(f"{path} (on {whence}) asks to sign in")
            found = [kind]
        elif status != 200:
            faults.append(f"{path} (on {whence}): {status}")
            continue
        elif kind.startswith("text/html"):
            reader = Reader()
            reader.feed(content.decode())
            faults += [f"{path}: {fault}" for fault in reader.finished()]
            if len(content) > LARGEST and not any(word in path for word in CONTENT):
                faults.append(f"{path} has {len(content)} bytes")
            found = reader.links
            faults += [
                f"the form to {target} on {path} leads nowhere"
                for method, target in reader.forms
                if method == "post" and not takes_post(urljoin(path, target))
            ]
            found += [
                f"{target}?{urlencode(fields)}" if fields else target
                for (method, target), fields in zip(reader.forms, reader.fields, strict=True)
                if method == "get"
            ]
        else:
            continue
        for link in found:
            whole = urldefrag(urljoin(path, link)).url.removeprefix(world.server.url)
            if whole.startswith("/") and not whole.startswith("//") and whole not in seen:
                seen.add(whole)
                waiting.append((whole, path))
    assert faults == [], "\n".join(faults[:60])


def takes_post(path: str) -> bool:
    """Tell whether a form may be sent there."""
    return any(found.page.takes_post for found in candidates(unquote(urlsplit(path).path).strip("/")))
