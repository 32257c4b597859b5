"""The processes of this site, as far as the system tells of them."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

OURS = b"belvedere"
ROLES = (
    (b"belvedere.cli.web", "Web server"),
    (b"belvedere.vcs.hg.pool", "Mercurial pool"),
    (b"long", "Worker for long jobs"),
    (b"jobs", "Job worker"),
    (b"serve", "Supervisor"),
)
PROC = Path("/proc")
HIGHEST = 6
"""How many generations are climbed at most to the first process of ours."""


@dataclass(frozen=True, slots=True)
class Process:
    """One process: `memory` is what it holds in bytes, shared pages counted in each."""

    pid: int
    parent: int
    role: str
    began_on: datetime
    memory: int


def processes() -> list[Process]:
    """Give the processes that belong to the server this one is a part of; none where the system does not tell."""
    found = {pid: each for pid in _pids() if (each := _process(pid)) is not None}
    here = found.get(os.getpid())
    if here is None:
        return []
    for _ in range(HIGHEST):
        above = found.get(here.parent)
        if above is None:
            break
        here = above
    children: dict[int, list[Process]] = defaultdict(list)
    for each in found.values():
        children[each.parent].append(each)
    family = [here]
    for each in family:
        family += sorted(children[each.pid], key=_by_pid)
    return family


def began_on() -> datetime | None:
    """Tell when this server was started."""
    found = processes()
    return found[0].began_on if found else None


def _by_pid(process: Process) -> int:
    return process.pid


def _pids() -> list[int]:
    try:
        return [int(place.name) for place in PROC.iterdir() if place.name.isdigit()]
    except OSError:
        return []


def _process(pid: int) -> Process | None:
    """Read what the system tells of a process; None for those of others, and for one that just ended."""
    try:
        command = (PROC / str(pid) / "cmdline").read_bytes()
        if OURS not in command:
            return None
        stat = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (OSError, UnicodeDecodeError):
        return None
    words = command.split(b"\0")
    role = next((role for mark, role in ROLES if mark in words), "Worker")
    ticks, pages = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    age = time.clock_gettime(time.CLOCK_BOOTTIME) - int(stat[19]) / ticks
    began = datetime.fromtimestamp(time.time() - age, UTC)
    return Process(pid, int(stat[1]), role, began, int(stat[21]) * pages)
