"""A real server in a process tree of its own, and calls to its API."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

KEY = "b" * 40
PASSWORD = "bench password"  # noqa: S105 of a server that lives for minutes
BIN = Path(sys.executable).parent


def clean_environment(**more: str) -> dict[str, str]:
    """Give an environment without anybody's settings of hg, git or Belvedere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BELVEDERE_", "GIT_", "HG"))}
    return kept | {
        "HGRCPATH": "",
        "HGPLAIN": "1",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_AUTHOR_NAME": "Bench",
        "GIT_AUTHOR_EMAIL": "bench@example.org",
        "GIT_COMMITTER_NAME": "Bench",
        "GIT_COMMITTER_EMAIL": "bench@example.org",
        **more,
    }


class Server:
    """`belvedere serve` on an empty home in `place`, ready inside the `with`."""

    def __init__(self, place: Path) -> None:
        self.place = place
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        env = clean_environment(BELVEDERE_ADMIN_API_KEY=KEY, BELVEDERE_ADMIN_PASSWORD=PASSWORD)
        command = [BIN / "belvedere", "serve", "--home", self.place / "home", "--port", str(self.port)]
        with (self.place / "server.log").open("wb") as log:
            self.process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
        for _attempt in range(300):
            try:
                with urllib.request.urlopen(f"{self.url}/readyz"):
                    return self
            except OSError:
                time.sleep(0.1)
        raise SystemExit((self.place / "server.log").read_text())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=30)
        if error is not None:
            print((self.place / "server.log").read_text(), file=sys.stderr)

    def call(self, method: str, **args: Any) -> Any:
        """Call the API as administrator; give the result or end the program with the error."""
        body = request_body(method, args)
        with urllib.request.urlopen(urllib.request.Request(f"{self.url}/_admin/api", body)) as response:
            answer = json.load(response)
        if answer["error"] is not None:
            raise SystemExit(f"{method}: {answer['error']}")
        return answer["result"]

    def remote(self, repository: str) -> str:
        """Give the address of a repository with the administrator's credentials."""
        return f"http://admin:{KEY}@127.0.0.1:{self.port}/{repository}"

    def tree(self) -> list[int]:
        """Give the process ids of the server's whole tree."""
        found = [self.process.pid] if self.process else []
        for pid in found:
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                found += [int(child) for child in task.read_text().split()]
        return found


def request_body(method: str, args: dict[str, Any], key: str | None = None) -> bytes:
    """Write a request of the API, by the administrator unless a key is given."""
    return json.dumps({"id": 1, "api_key": key or KEY, "method": method, "args": args}).encode()
