"""Where submodules of git and subrepositories of Mercurial come from."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from belvedere.access.actor import Actor
from belvedere.repos.fetch import visible_to
from belvedere.text.decoding import decoded
from belvedere.vcs.errors import PathNotFound
from belvedere.web.file_place import FilePlace
from belvedere.web.links import address_of

LISTS = {"git": ".gitmodules", "hg": ".hgsub"}
LARGEST = 256 << 10
_SECTION = re.compile(r"\s*\[submodule ")
_SETTING = re.compile(r"\s*(path|url)\s*=\s*(.*?)\s*$")
_KIND = re.compile(r"^\[\w+\]")
_LONGEST = 2000


def links_of(actor: Actor, place: FilePlace, paths: Iterable[str]) -> dict[str, str]:
    """Map paths of subrepositories to where a reader can look at them.

    Only what is on the web, or a repository of this site that the actor may read; one query at most.
    """
    sources = sources_of(place)
    wanted = {path: sources[path] for path in paths if path in sources}
    links = {path: source for path, source in wanted.items() if is_on_the_web(source)}
    own = {path: name for path, source in wanted.items() if (name := own_name(place.repository.name, path, source))}
    if own:
        known = set(visible_to(actor).filter(name__in=set(own.values())).values_list("name", flat=True))
        links |= {path: address_of(name, "files") for path, name in own.items() if name in known}
    return links


def is_on_the_web(url: str) -> bool:
    """Tell whether this can stand in a link: an address of the web without what signs one in."""
    if len(url) > _LONGEST or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None


def sources_of(place: FilePlace) -> dict[str, str]:
    """Map paths of subrepositories to where their list says that they come from."""
    try:
        content = place.opened.read(place.raw_id, LISTS[place.opened.scheme], limit=LARGEST)
    except PathNotFound:
        return {}
    text = decoded(content)
    lines = text.text.splitlines() if text else []
    return _of_git(lines) if place.opened.scheme == "git" else _of_hg(lines)


def _of_git(lines: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    given: dict[str, str] = {}
    for line in (*lines, "[submodule "):
        setting = _SETTING.match(line)
        if setting:
            given[setting[1]] = setting[2].strip('"')
        elif _SECTION.match(line):
            if len(given) == len(("path", "url")):
                found[given["path"].strip("/")] = given["url"]
            given = {}
    return found


def _of_hg(lines: list[str]) -> dict[str, str]:
    pairs = (line.partition("=") for line in lines if "=" in line and not line.lstrip().startswith(("#", "[")))
    return {path.strip().strip("/"): _KIND.sub("", source.strip()) for path, _, source in pairs}


def own_name(name: str, path: str, source: str) -> str:
    """Give the name that a relative source stands for here; empty for any other."""
    if "://" in source or source.startswith("/") or ":" in source:
        return ""
    found = posixpath.normpath(posixpath.join(name, source or path)).removesuffix(".git")
    return "" if found.startswith("..") else found
