"""Histories to measure with: the same files and messages in Git and Mercurial, made by each system itself."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from server import BIN, clean_environment

FILES = 1000
FOLDERS = 40
START = 1_500_000_000


def path_of(number: int) -> str:
    """Spread the files over folders of two levels."""
    file = number * 7919 % FILES
    return f"dir{file % FOLDERS:02d}/sub{file % 5}/file{file:04d}.txt"


def content_of(number: int) -> bytes:
    """Give some forty lines that differ a little from the last version's."""
    lines = [f"line {line} of version {number if line == number % 40 else number // FILES}" for line in range(40)]
    return "\n".join(lines).encode() + b"\n"


def git_history(place: Path, changesets: int) -> Path:
    """Make a bare Git repository of so many commits on one branch."""
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", place], check=True, env=clean_environment())
    command = ["git", "-C", place, "fast-import", "--quiet"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=clean_environment()) as importing:
        assert importing.stdin is not None
        importing.stdin.writelines(_git_stream(changesets))
    return place


def _git_stream(changesets: int) -> Iterator[bytes]:
    for number in range(changesets):
        message, content = f"change {number}".encode(), content_of(number)
        yield b"commit refs/heads/main\n"
        yield b"committer Bench <bench@example.org> %d +0000\n" % (START + number * 60)
        yield b"data %d\n%s\n" % (len(message), message)
        yield b"M 100644 inline %s\ndata %d\n%s\n" % (path_of(number).encode(), len(content), content)


def hg_history(place: Path, changesets: int) -> Path:
    """Make a Mercurial repository of the same changesets, by its library in a process of its own."""
    program = Path(__file__).with_name("hg_history.py")
    subprocess.run([sys.executable, program, place, str(changesets)], check=True, env=clean_environment())
    return place


def hg(*arguments: str | Path) -> list[str | Path]:
    """Give the command line of the Mercurial beside this Python."""
    return [BIN / "hg", *arguments]
