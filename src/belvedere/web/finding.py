"""From an address to the page that is there, with what stands in the address resolved to proofs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor, Administrator, Member, administrator, member
from belvedere.errors import DomainError, NotFound, Unauthenticated
from belvedere.web.registry import NAMES, Page, load
from belvedere.web.visitors import PageRequest

MOST_SPLITS = 8
NOTHING_HERE = "there is nothing at this address"


class MethodNotAllowed(DomainError):
    """There is a page, but it does not take this method; `data["allowed"]` names those that it takes."""

    code, status = "method-not-allowed", 405


@dataclass(frozen=True, slots=True)
class Found:
    """A page and the texts of its placeholders."""

    page: Page
    texts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Directory:
    """All pages by how their addresses begin, so that few expressions are tried."""

    site: dict[str, list[Page]]
    repository: dict[str, list[Page]]
    names: list[Page]


def answer(path: str, request: PageRequest, actor: Actor | None) -> HttpResponseBase:
    """Answer a request for a path (without slashes at its ends); errors are the caller's to translate."""
    if "\0" in path:  # which no name has, and PostgreSQL takes in no question
        raise NotFound(NOTHING_HERE)
    missing: NotFound | None = None
    allowed: set[str] = set()
    for found in candidates(path):
        takes = found.page.takes_post if request.method == "POST" else found.page.takes_get
        if not takes:
            allowed |= {"POST"} if found.page.takes_post else {"GET", "HEAD"}
            continue
        try:
            arguments = _arguments(found, request, actor)
        except NotFound as error:
            missing = missing or error
            continue
        return found.page.function(*arguments[0], **arguments[1])
    if missing is None and allowed:
        raise MethodNotAllowed("this address does not take that", allowed=sorted(allowed))
    raise missing or NotFound(NOTHING_HERE)


def candidates(path: str) -> Iterator[Found]:
    """Give every page that the path may mean: those of the site, then of repositories, the shortest name first."""
    listed = directory()
    start = _beginning(path)
    for beginning in dict.fromkeys((start, start.partition("/")[0])):
        for each in listed.site.get(beginning, ()):
            yield from _match(each, path)
    if path.startswith("_admin/"):
        return
    parts = path.split("/")
    places = [place for place, word in enumerate(parts) if place and word in listed.repository][:MOST_SPLITS]
    for place in places:
        for each in listed.repository[parts[place]]:
            for found in _match(each, "/".join(parts[place:])):
                yield Found(each, found.texts | {each.holder: "/".join(parts[:place])})
    for each in listed.names:
        yield from _match(each, path)


@cache
def directory() -> Directory:
    """Sort all pages once."""
    found = Directory(defaultdict(list), defaultdict(list), [])
    for page in load():
        if page.pattern in NAMES:
            found.names.append(page)
        elif page.word:
            found.repository[page.word].append(page)
        else:
            found.site[_beginning(page.pattern.partition("<")[0].rstrip("/"))].append(page)
    found.names.sort(key=lambda page: NAMES.index(page.pattern))
    return Directory(dict(found.site), dict(found.repository), found.names)


def _beginning(path: str) -> str:
    """Give the first two parts of a path: pages of the site are sorted by them."""
    return "/".join(path.split("/", 2)[:2])


def _match(page: Page, path: str) -> Iterator[Found]:
    match = page.expression.fullmatch(path)
    if match is not None:
        yield Found(page, {name: text or "" for name, text in match.groupdict().items()})


def _arguments(found: Found, request: PageRequest, actor: Actor | None) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Prove who is asking, then fetch what the address names."""
    who: Any = actor
    if found.page.actor_type != Actor | None:
        if actor is None:
            raise Unauthenticated("this site is for those who sign in")
        if found.page.actor_type is Member:
            who = member(actor)
        elif found.page.actor_type is Administrator:
            who = administrator(member(actor))
    values = {name: resolve(who, found.texts[name]) for name, resolve in found.page.resolvers.items()}
    return (who, request), values
