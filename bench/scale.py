"""Calls whose answers grow: what they cost by what is shown, and not by what exists."""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

from api import prepare
from load import measure
from server import Server, clean_environment, request_body

SIZES = (10, 100, 1_000, 10_000)
KALLITHEA_GET_REPOS = {10: 22.0, 100: 92.0, 1_000: 821.0}
KALLITHEA_GET_USER = {1_000: 60.0}
READABLE = 100


def run(server: Server, options: argparse.Namespace) -> None:
    """Measure lists of repositories, long lists of changesets, and what writes."""
    print("Scale, one client\n")
    print("| call | p50 ms | p95 ms | Kallithea 0.7: ms | times |")
    print("|---|---|---|---|---|")
    reader = server.call("create_user", username="reader", email="", password="")["user"]["api_key"]
    for size in SIZES:
        _rows(server, size)
        _row(
            server,
            options,
            f"get_repos, administrator, {size:,} repositories",
            "get_repos",
            old=KALLITHEA_GET_REPOS.get(size),
        )
        label = f"get_user, administrator, {size:,} repositories"
        _row(server, options, label, "get_user", old=KALLITHEA_GET_USER.get(size))
    label = f"get_repos of who may read {READABLE} of {SIZES[-1]:,}"
    _row(server, options, label, "get_repos", key=reader)
    _row(server, options, f"get_user of who may read {READABLE} of {SIZES[-1]:,}", "get_user", key=reader)
    prepare(server, options.changesets)
    first, last = str(options.changesets // 2), str(options.changesets // 2 + 99)
    for scheme, old in (("git", 3300.0), ("hg", 900.0)):
        args = {"repoid": scheme, "start": first, "end": last}
        _row(server, options, f"get_changesets {scheme}, 100 of {options.changesets:,}", "get_changesets", args=args)
        every = {"repoid": scheme, "max_revisions": 5_500}
        _row(server, options, f"get_changesets {scheme}, 5,500", "get_changesets", args=every, old=old)
    grant = {"repoid": "git", "userid": "reader", "perm": "repository.write"}
    _row(server, options, "grant_user_permission", "grant_user_permission", args=grant)
    times = [_timed(server, f"user{number}") for number in range(50)]
    print(f"| create_user | {statistics.median(times):.1f} | {sorted(times)[47]:.1f} | - | - |")
    print()


def _row(
    server: Server,
    options: argparse.Namespace,
    label: str,
    method: str,
    *,
    args: dict[str, object] | None = None,
    key: str | None = None,
    old: float | None = None,
) -> None:
    body = request_body(method, args or {}, key)
    found = measure(server.port, body, 1, options.seconds)
    compared = f"{old:,.0f} | {old / found.p50:,.0f}" if old else "- | -"
    print(f"| {label} | {found.p50:.1f} | {found.p95:.1f} | {compared} |", flush=True)


def _timed(server: Server, username: str) -> float:
    start = time.perf_counter()
    server.call("create_user", username=username, email=f"{username}@example.org", password="")
    return (time.perf_counter() - start) * 1000


def _rows(server: Server, size: int) -> None:
    """Fill the database up to so many repositories, a hundredth of them readable for `reader`, with rows alone."""
    program = Path(__file__).with_name("rows.py")
    env = clean_environment(BELVEDERE_HOME=str(server.place / "home"))
    subprocess.run([sys.executable, program, str(size), str(READABLE)], check=True, env=env)
