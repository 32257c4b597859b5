"""The processes of a server, as the operating system lists them."""

from __future__ import annotations

import subprocess


def descendants(pid: int) -> dict[int, str]:
    """Give every process below one, with its command line."""
    listing = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,args="], check=True, capture_output=True, text=True
    ).stdout
    rows = [line.split(None, 2) for line in listing.splitlines()]
    found: dict[int, str] = {}
    grown = {pid}
    while grown:
        grown = {int(own) for own, parent, _ in rows if int(parent) in grown}
        found |= {int(own): command for own, _, command in rows if int(own) in grown}
    return found


def named(pid: int, part: str) -> list[int]:
    """Give the processes below one whose command line holds a text, parents first."""
    return [own for own, command in descendants(pid).items() if part in command]


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that only waits to be noted by its parent does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], check=False, capture_output=True, text=True).stdout
    return bool(state.strip()) and not state.startswith("Z")
