"""Real clients over HTTP, as a ratio to the same client on the same repository over the file system, in turn."""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from data import git_history, hg, hg_history
from server import Server, clean_environment

ROUNDS = 5


def run(server: Server, options: argparse.Namespace) -> None:
    """Measure clones and first pushes of both systems."""
    place = server.place
    git_source = git_history(place / "source.git", options.changesets)
    hg_source = hg_history(place / "source.hg", options.changesets)
    print(f"Clients, {options.changesets:,} changesets, median of {ROUNDS} rounds in turn\n")
    print("| | over HTTP, s | over the file system, s | ratio |")
    print("|---|---|---|---|")
    _push_rows(server, git_source, hg_source)
    git_place, hg_place = _storage(server, "git0"), _storage(server, "hg0")
    git_times = _pair(
        place,
        lambda to: _git_clone(server.remote("git0"), to),
        lambda to: _git_clone(f"file://{git_place}", to),
    )
    _row("git clone --bare", *git_times)
    hg_times = _pair(place, lambda to: _hg_clone(server.remote("hg0"), to), lambda to: _hg_clone(hg_place, to))
    _row("hg clone -U", *hg_times)
    print()


def _push_rows(server: Server, git_source: Path, hg_source: Path) -> None:
    created = {"git": -1, "hg": -1}

    def create(scheme: str) -> None:
        created[scheme] += 1
        server.call("create_repo", repo_name=f"{scheme}{created[scheme]}", repo_type=scheme)

    git = ["git", "-C", git_source, "push", "-q"]
    git_times = _pair(
        server.place,
        lambda _to: _run([*git, server.remote(f"git{created['git']}"), "main"]),
        lambda to: _run([*git, f"file://{to}", "main"]),
        lambda _to: create("git"),
        lambda to: _run(["git", "init", "-q", "--bare", to]),
    )
    _row("git push of everything", *git_times)
    hg_times = _pair(
        server.place,
        lambda _to: _run(hg("-R", hg_source, "push", "-q", server.remote(f"hg{created['hg']}"))),
        lambda to: _run(hg("-R", hg_source, "push", "-q", to)),
        lambda _to: create("hg"),
        lambda to: _run(hg("init", to)),
    )
    _row("hg push of everything", *hg_times)


def _pair(
    place: Path,
    over_http: Callable[[Path], None],
    local: Callable[[Path], None],
    before_http: Callable[[Path], None] = lambda _to: None,
    before_local: Callable[[Path], None] = lambda _to: None,
) -> tuple[float, float]:
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(ROUNDS):
        for found, before, act in zip(times, (before_http, before_local), (over_http, local), strict=True):
            to = place / f"to{number}"
            before(to)
            start = time.perf_counter()
            act(to)
            found.append(time.perf_counter() - start)
            shutil.rmtree(to, ignore_errors=True)
    return statistics.median(times[0]), statistics.median(times[1])


def _row(name: str, http: float, local: float) -> None:
    print(f"| {name} | {http:.2f} | {local:.2f} | {http / local:.2f} |", flush=True)


def _git_clone(source: str, to: Path) -> None:
    _run(["git", "clone", "-q", "--bare", source, to])


def _hg_clone(source: str | Path, to: Path) -> None:
    # Over the file system hg would link the files of the store instead of transferring anything.
    _run(hg("clone", "-q", "-U", *(["--pull"] if isinstance(source, Path) else []), source, to))


def _storage(server: Server, repository: str) -> Path:
    """Find where a repository lies: the one of this name that was pushed to first."""
    with sqlite3.connect(server.place / "home" / "belvedere.db") as database:
        (storage,) = database.execute("SELECT storage FROM repos_repository WHERE name = ?", [repository]).fetchone()
    return server.place / "home" / "repositories" / storage


def _run(command: list[Any]) -> None:
    subprocess.run(command, check=True, env=clean_environment(), stdout=subprocess.DEVNULL)
