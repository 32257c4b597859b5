"""The API: requests a second and how long they take, beside what Kallithea 0.7 does on this size of machine."""

from __future__ import annotations

import argparse
import subprocess
from typing import Any

from data import git_history, hg, hg_history
from load import measure
from server import Server, clean_environment, request_body

KALLITHEA = {
    "get_user": 48.0,
    "get_repo": 31.0,
    "get_changeset git": 1.4,
    "get_changeset hg": 16.0,
    "get_repo_nodes git": 1.0,
    "get_repo_nodes hg": 15.0,
    "get_changesets 50 git": 0.8,
    "get_changesets 50 hg": 17.0,
}


def run(server: Server, options: argparse.Namespace) -> None:
    """Measure each method at one client and at eight."""
    prepare(server, options.changesets)
    print(f"API, repositories of {options.changesets:,} changesets and 1,000 files\n")
    print("| call | 1 client: /s | p50 ms | p95 ms | 8 clients: /s | p50 ms | p95 ms | Kallithea 0.7: /s | times |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, (method, args) in calls(options.changesets).items():
        body = request_body(method, args)
        one, eight = (measure(server.port, body, clients, options.seconds) for clients in (1, 8))
        old = KALLITHEA[name]
        print(
            f"| {name} | {one.per_second:,.0f} | {one.p50:.2f} | {one.p95:.2f} "
            f"| {eight.per_second:,.0f} | {eight.p50:.2f} | {eight.p95:.2f} | {old} | {one.per_second / old:,.0f} |",
            flush=True,
        )
    print()


def calls(changesets: int) -> dict[str, tuple[str, dict[str, Any]]]:
    """Give the calls to measure, in the middle of the history where that matters."""
    middle = str(changesets // 2)
    last = str(changesets // 2 + 49)
    both = {
        "get_changeset": {"raw_id": middle},
        "get_repo_nodes": {"revision": middle, "root_path": "/"},
        "get_changesets": {"start": middle, "end": last},
    }
    found: dict[str, tuple[str, dict[str, Any]]] = {
        "get_user": ("get_user", {}),
        "get_repo": ("get_repo", {"repoid": "git"}),
    }
    for method, args in both.items():
        for scheme in ("git", "hg"):
            label = f"{method} 50 {scheme}" if method == "get_changesets" else f"{method} {scheme}"
            found[label] = (method, {"repoid": scheme} | args)
    return found


def prepare(server: Server, changesets: int) -> None:
    """Create both repositories and push the histories into them."""
    for scheme in ("git", "hg"):
        server.call("create_repo", repo_name=scheme, repo_type=scheme)
    source = git_history(server.place / "source.git", changesets)
    _run(["git", "-C", source, "push", "-q", server.remote("git"), "main"])
    source = hg_history(server.place / "source.hg", changesets)
    _run(hg("-R", source, "push", "-q", server.remote("hg")))


def _run(command: list[Any]) -> None:
    subprocess.run(command, check=True, env=clean_environment(), stdout=subprocess.DEVNULL)
