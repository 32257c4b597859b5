"""The client programs, run as their users run them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

PROGRAMS = Path(sys.executable).parent


@dataclass(frozen=True)
class Done:
    """How a program ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a client program in a home of its own; nothing of the surroundings is felt but what a test gives."""
    home = tmp_path / "user"
    home.mkdir()

    def start(program: str, *arguments: str | Path, stdin: bytes = b"", **environment: str) -> Done:
        done = subprocess.run(
            [PROGRAMS / program if "/" not in program else program, *arguments],
            input=stdin,
            capture_output=True,
            check=False,
            cwd=tmp_path,
            env={"HOME": str(home), "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}", **environment},
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    return start
