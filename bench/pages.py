"""Pages: how long the server takes for each, beside another server with the same repositories if one is named.

`--beside http://127.0.0.1:5999 --beside-key K --beside-password P` names a Kallithea 0.7, whose API and pages have the
same addresses; its administrator is called admin.
"""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import subprocess
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from data import git_history, hg, hg_history
from server import KEY, Server, clean_environment

FEWEST = 5
FULL_PAGE = 100
"""Repositories of which the first page shows as many rows as it ever does."""
LINES = 100_000


@dataclass(frozen=True)
class Site:
    """A server to ask: its address and who asks."""

    url: str
    key: str
    password: str

    def call(self, method: str, **args: Any) -> Any:
        """Call the API."""
        body = json.dumps({"id": 1, "api_key": self.key, "method": method, "args": args}).encode()
        request = urllib.request.Request(f"{self.url}/_admin/api", body, {"content-type": "application/json"})
        with urllib.request.urlopen(request) as response:
            answer = json.load(response)
        if answer["error"] is not None:
            raise SystemExit(f"{method}: {answer['error']}")
        return answer["result"]

    def remote(self, repository: str) -> str:
        """Give the address of a repository with credentials."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://admin:{self.password}@{parts.netloc}/{repository}"


@dataclass(frozen=True)
class Timed:
    """Milliseconds to the first and to the last byte (medians), and how many bytes the page has."""

    first: float
    last: float
    size: int


def run(server: Server, options: argparse.Namespace) -> None:
    """Measure every page in turn on each site, then what must not grow."""
    own = Site(server.url, KEY, KEY)
    sites = [own]
    if options.beside:
        sites.append(Site(options.beside.rstrip("/"), options.beside_key, options.beside_password))
    for site in sites:
        _prepare(site, server, options.changesets)
    _compare(sites, options)
    _grow(own, server, options)


def pages(changesets: int) -> dict[str, str]:
    """Give the pages by what they are called."""
    middle = str(changesets // 2)
    found = {"home": "/"}
    for scheme in ("git", "hg"):
        found |= {
            f"summary {scheme}": f"/{scheme}",
            f"files {scheme}": f"/{scheme}/files/tip/",
            f"files of a directory {scheme}": f"/{scheme}/files/tip/dir00/sub0",
            f"source {scheme}": f"/{scheme}/files/tip/dir00/sub0/file0000.txt",
            f"annotate {scheme}": f"/{scheme}/annotate/tip/dir00/sub0/file0000.txt",
            f"changelog {scheme}": f"/{scheme}/changelog",
            f"changeset {scheme}": f"/{scheme}/changeset/{middle}",
        }
    return found


def _prepare(site: Site, server: Server, changesets: int) -> None:
    if {"git", "hg"} <= {each["repo_name"] for each in site.call("get_repos")}:
        return  # from an earlier run with the same histories
    for scheme in ("git", "hg"):
        site.call("create_repo", repo_name=scheme, repo_type=scheme)
    source = server.place / "source.git"
    if not source.exists():
        git_history(source, changesets)
        hg_history(server.place / "source.hg", changesets)
    _run(["git", "-C", source, "push", "-q", site.remote("git"), "main"])
    _run(hg("-R", server.place / "source.hg", "push", "-q", site.remote("hg")))


def _compare(sites: list[Site], options: argparse.Namespace) -> None:
    print(f"Pages, repositories of {options.changesets:,} changesets and 1,000 files, one client\n")
    print("| page | ms | first byte, ms | KB | Kallithea 0.7: ms | times |")
    print("|---|---|---|---|---|---|")
    for name, path in pages(options.changesets).items():
        ours, *others = _timed_together(sites, path, options.seconds)
        beside = f"{others[0].last:.0f} | {others[0].last / ours.last:.0f}" if others else "- | -"
        size = ours.size / 1000
        print(f"| {name} | {ours.last:.1f} | {ours.first:.1f} | {size:.0f} | {beside} |", flush=True)
    print()


def _grow(site: Site, server: Server, options: argparse.Namespace) -> None:
    """Compare what is small with what is large; the pages have to cost the same."""
    print("| what must not grow | small, ms | large, ms | ratio |")
    print("|---|---|---|---|")
    small, large = options.lengths
    lengths = {}
    for length in (small, large):
        site.call("create_repo", repo_name=f"long-{length}", repo_type="git")
        source = git_history(server.place / f"long-{length}.git", length)
        _run(["git", "-C", source, "push", "-q", site.remote(f"long-{length}"), "main"])
        lengths[length] = _timed(site, f"/long-{length}/changelog", options.seconds)
    _told(f"changelog of {small:,} and {large:,} changesets", lengths[small].last, lengths[large].last)
    few, many = (_home(site, count, options.seconds) for count in (FULL_PAGE, max(FULL_PAGE, options.repositories)))
    _told(f"home with {FULL_PAGE} and {options.repositories:,} repositories", few.last, many.last)
    print()
    _diff(site, server)


def _home(site: Site, count: int, seconds: float) -> Timed:
    """Time the first page with so many repositories."""
    for number in range(len(site.call("get_repos")), count):
        site.call("create_repo", repo_name=f"r{number:05}", repo_type="git")
    return _timed(site, "/", seconds)


def _diff(site: Site, server: Server) -> None:
    """Show a changeset of `LINES` lines."""
    site.call("create_repo", repo_name="lines", repo_type="git")
    place = server.place / "lines"
    _run(["git", "init", "-q", "-b", "main", place])
    for version in range(2):
        for file in range(10):
            text = "".join(f"{version} line {number}\n" for number in range(LINES // 20))
            (place / f"file{file}.txt").write_text(text)
        _run(["git", "-C", place, "add", "-A"])
        _run(["git", "-C", place, "commit", "-q", "-m", f"version {version}"])
    _run(["git", "-C", place, "push", "-q", site.remote("lines"), "main"])
    page, raw = (_timed(site, f"/lines/{word}/tip", 2.0) for word in ("changeset", "changeset-diff"))
    print(f"| a diff of {LINES:,} lines | first byte, ms | last byte, ms | KB |")
    print("|---|---|---|---|")
    for name, figures in (("page", page), ("raw", raw)):
        print(f"| {name} | {figures.first:.0f} | {figures.last:.0f} | {figures.size / 1000:,.0f} |")
    print()


def _told(name: str, small: float, large: float) -> None:
    print(f"| {name} | {small:.1f} | {large:.1f} | {large / small:.2f} |", flush=True)


def _timed(site: Site, path: str, seconds: float) -> Timed:
    return _timed_together([site], path, seconds)[0]


def _timed_together(sites: list[Site], path: str, seconds: float) -> list[Timed]:
    """Ask for a page again and again over one connection to each site, after two that do not count.

    The sites are asked in turn, so that whatever else the machine does slows all of them.
    """
    connections = [http.client.HTTPConnection(urlsplit(site.url).netloc) for site in sites]
    found: list[list[Timed]] = [[] for _ in sites]
    end = time.perf_counter() + seconds * len(sites)
    while time.perf_counter() < end or len(found[0]) < FEWEST + 2:
        for site, connection, timed in zip(sites, connections, found, strict=True):
            timed.append(_asked(connection, path, site.key))
    for connection in connections:
        connection.close()
    return [_median_of(timed[2:]) for timed in found]


def _median_of(found: list[Timed]) -> Timed:
    median: Callable[[list[float]], float] = statistics.median
    return Timed(median([each.first for each in found]), median([each.last for each in found]), found[0].size)


def _asked(connection: http.client.HTTPConnection, path: str, key: str) -> Timed:
    start = time.perf_counter()
    connection.request("GET", path, headers={"Authorization": f"Bearer {key}", "Accept": "text/html"})
    answer = connection.getresponse()
    first = time.perf_counter()
    body = answer.read()
    last = time.perf_counter()
    if answer.status != http.client.OK:
        raise SystemExit(f"{path}: {answer.status} {body[:300]!r}")
    return Timed((first - start) * 1000, (last - start) * 1000, len(body))


def _run(command: list[Any]) -> None:
    subprocess.run(command, check=True, env=clean_environment(), stdout=subprocess.DEVNULL)
