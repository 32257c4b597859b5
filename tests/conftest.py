"""What every test may ask for: a home, and Belvedere itself running as a process."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

STARTED_BY = 60.0
ENDED_BY = 45.0
FOREIGN = ("BELVEDERE_", "DJANGO_", "PYTHONDONTWRITE")  # what the surroundings chose and a server must not feel
UNKNOWN_NAME = "Template variable"  # what the log says where a template is not given what it shows
READY = re.compile(r"ready at (\S+)")

# Playwright keeps an event loop in the thread of the tests, and Django would take what follows for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

if "BELVEDERE_HOME" in os.environ:
    pytest.exit("the tests need an environment without BELVEDERE_HOME: use `make test`", returncode=4)


@dataclass
class Server:
    """`belvedere serve` on a home of its own and a free port."""

    home: Path
    log: Path
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    url: str = ""

    @property
    def pid(self) -> int:
        """The number of the supervisor's process."""
        assert self.process is not None
        return self.process.pid

    @property
    def credentials(self) -> dict[str, str]:
        """What the first start wrote down."""
        found: dict[str, str] = json.loads((self.home / "initial-admin.json").read_text())
        return found

    @property
    def admin_key(self) -> str:
        """The first administrator's API key."""
        return self.credentials["api_key"]

    @property
    def output(self) -> str:
        """Everything that the server has written."""
        return self.log.read_text(errors="replace")

    def launch(self, *arguments: str) -> None:
        """Start the process without waiting for anything."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [Path(sys.executable).with_name("belvedere"), "serve", "--home", self.home, "--port", "0", *arguments],
                env=clean | self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def start(self, *arguments: str) -> Server:
        """Start the process and wait until it says that it is ready."""
        self.launch(*arguments)
        self.url = self.wait_for(lambda: READY.search(self.output), "readiness")[1].rstrip("/")
        return self

    def wait_for(self, look: Callable[[], Any], what: str) -> Any:
        """Give the first true thing that `look` sees."""
        assert self.process is not None
        until = time.monotonic() + STARTED_BY
        while True:
            seen = look()
            if seen:
                return seen
            assert self.process.poll() is None, f"ended before {what}:\n{self.output}"
            assert time.monotonic() < until, f"no {what}:\n{self.output}"
            time.sleep(0.02)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the supervisor alone."""
        os.kill(self.pid, number)

    def wait(self) -> int:
        """Wait for the end and give the exit code."""
        assert self.process is not None
        return self.process.wait(ENDED_BY)

    def stop(self) -> int:
        """Stop as an operator would; gives the exit code."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        return self.wait()

    def get(self, path: str, timeout: float = 30.0) -> str:
        """Fetch a page of the server."""
        with urllib.request.urlopen(f"{self.url}{path}", timeout=timeout) as answer:  # noqa: S310 our own server
            text: str = answer.read().decode()
            return text

    def api(self, method: str, api_key: str | None = None, **arguments: Any) -> Any:
        """Call a method of the API, as the first administrator if no key is given; asserts that there is no error."""
        key = self.admin_key if api_key is None else api_key
        body = json.dumps({"id": 1, "api_key": key, "method": method, "args": arguments}).encode()
        request = urllib.request.Request(f"{self.url}/_admin/api", body)  # noqa: S310 our own server
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 our own server
            envelope = json.load(answer)
        assert envelope["error"] is None, envelope
        return envelope["result"]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the whole session; tests keep to names of their own on it."""
    place = tmp_path_factory.mktemp("server")
    running = Server(place / "home", place / "log")
    try:
        yield running.start()
    finally:
        code = running.stop()
    assert code == 0, running.output
    assert UNKNOWN_NAME not in running.output


@pytest.fixture(scope="session")
def set_up_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home as the first start leaves it; tests work on copies."""
    home = tmp_path_factory.mktemp("set-up") / "home"
    command = [Path(sys.executable).with_name("belvedere"), "init", "--home", home]
    subprocess.run(command, check=True, capture_output=True)
    return home


@pytest.fixture
def used_home(set_up_home: Path, tmp_path: Path) -> Path:
    """A set-up home of this test's own, where `make_server` finds it."""
    shutil.copytree(set_up_home, tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def make_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Make servers that a test starts, stops and breaks as it likes; all of one test share one home."""
    made: list[Server] = []

    def make(home: Path | None = None, **environment: str) -> Server:
        small = {"BELVEDERE_WEB_WORKERS": "1", "BELVEDERE_HG_WORKERS": "1", "BELVEDERE_SHUTDOWN_GRACE": "20"}
        log = tmp_path / f"log-{len(made)}"
        made.append(Server(home or tmp_path / "home", log, small | environment))
        return made[-1]

    yield make
    for each in made:
        if each.process is not None and each.process.poll() is None:
            each.process.kill()
            each.process.wait()
