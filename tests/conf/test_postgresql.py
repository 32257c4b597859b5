"""The other database: what it does in its own way, on a server of this test's own where PostgreSQL is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parents[2]
TRIED = ("tests/api/test_races.py", "tests/web/test_nul.py", "tests/web/test_refused_credentials.py")
ANSWERS_WITHIN = 30.0
NOBODY = 65534  # the server refuses to run as root

pytestmark = [
    pytest.mark.skipif(not all(map(shutil.which, ("initdb", "postgres"))), reason="PostgreSQL is not installed"),
    pytest.mark.timeout(300),
]


@pytest.fixture
def server() -> Iterator[str]:
    """Give the URL of an empty database on a server that listens on a socket only."""
    place = Path(tempfile.mkdtemp(prefix="pg-"))  # short, as names of sockets have to be
    who: dict[str, Any] = {}
    if os.geteuid() == 0:
        who = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        os.chown(place, NOBODY, NOBODY)
    data, log = place / "data", place / "log"
    made = ["initdb", "-D", data, "-U", "belvedere", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    subprocess.run(made, check=True, capture_output=True, cwd=place, **who)
    command = ["postgres", "-D", data, "-k", place, "-c", "listen_addresses=", "-c", "fsync=off"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd=place, **who)
    try:
        _wait(log)
        yield f"postgresql://belvedere@/postgres?host={place}"
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(place)


def _wait(log: Path) -> None:
    until = time.monotonic() + ANSWERS_WITHIN
    while "ready to accept connections" not in log.read_text():
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.05)


def test_what_it_does_in_its_own_way(server: str) -> None:
    command = [sys.executable, "-m", "pytest", *TRIED, "-o", "addopts=", "-q", "-p", "no:cacheprovider", "-x"]
    done = subprocess.run(
        command, cwd=HERE, env=os.environ | {"BELVEDERE_DATABASE": server}, capture_output=True, check=False, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
