"""Memory of the server's own processes while a large push streams through it."""

from __future__ import annotations

import argparse
import os
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

from data import hg
from server import Server, clean_environment

MEGABYTE = 1024 * 1024


def run(server: Server, options: argparse.Namespace) -> None:
    """Push files of random bytes with each system and watch."""
    print(f"Memory, push of {options.megabytes} files of 1 MB that do not compress\n")
    print("| | before, MB | peak, MB | of the largest process, MB | seconds |")
    print("|---|---|---|---|---|")
    for scheme in ("git", "hg"):
        server.call("create_repo", repo_name=f"big-{scheme}", repo_type=scheme)
        source = _source(server.place / f"big.{scheme}", scheme, options.megabytes)
        address = server.remote(f"big-{scheme}")
        command = (
            ["git", "-c", "core.bigFileThreshold=512k", "-C", source, "push", "-q", address, "HEAD:main"]
            if scheme == "git"
            else hg("-R", source, "push", "-q", address)
        )
        before, peak, largest, seconds = _watched(server, command)
        print(f"| {scheme} | {before:.0f} | {peak:.0f} | {largest[0]:.0f} ({largest[1]}) | {seconds:.1f} |", flush=True)
    print()


def _source(place: Path, scheme: str, megabytes: int) -> Path:
    env = clean_environment()
    init: list[Any] = ["git", "init", "-q", place] if scheme == "git" else hg("init", place)
    subprocess.run(init, check=True, env=env)
    for number in range(megabytes):
        (place / f"random{number}.bin").write_bytes(os.urandom(MEGABYTE))
    # Git would try for minutes to find similarities in random bytes.
    as_they_are = ["-c", "core.bigFileThreshold=512k", "-C", place]
    commits: list[list[Any]] = (
        [["git", *as_they_are, "add", "."], ["git", *as_they_are, "commit", "-q", "-m", "big"]]
        if scheme == "git"
        else [hg("-R", place, "commit", "-q", "-A", "-m", "big", "-u", "bench")]
    )
    for command in commits:
        subprocess.run(command, check=True, env=env, stderr=subprocess.DEVNULL)
    return place


def _watched(server: Server, command: list[Any]) -> tuple[float, float, tuple[float, str], float]:
    before = sum(size for size, _name in _sizes(server))
    seen: list[list[tuple[float, str]]] = []
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(0.05):
            seen.append(_sizes(server))

    watcher = threading.Thread(target=watch)
    watcher.start()
    start = time.perf_counter()
    subprocess.run(command, check=True, env=clean_environment(), stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    is_over.set()
    watcher.join()
    return before, max(sum(size for size, _name in each) for each in seen), max(max(each) for each in seen), seconds


def _sizes(server: Server) -> list[tuple[float, str]]:
    """Give each process's own memory (proportional share), in MB, with its name."""
    found = []
    for pid in server.tree():
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            name = Path(f"/proc/{pid}/comm").read_text().strip()
        except OSError:
            continue
        share = next((int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")), 0)
        found.append((share / 1024, name))
    return found
