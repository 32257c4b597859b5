"""A real hg client, and a web application that speaks through our wire."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from belvedere.vcs.errors import VcsError
from belvedere.vcs.hg import WIRE
from belvedere.vcs.model import Movement
from belvedere.vcs.wire import Caller, Intent, WireRequest
from tests.mercurial import HG, hg


@dataclass
class Hg:
    """Runs the real program in one working copy."""

    root: Path

    def __call__(self, *arguments: str, check: bool = True, user: str = "Ann <ann@example.org>") -> str:
        done = self.run(*arguments, user=user)
        if check and done.returncode:
            raise AssertionError(f"hg {arguments}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def run(self, *arguments: str, user: str = "Ann <ann@example.org>") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [HG, "--cwd", str(self.root), *arguments],
            capture_output=True,
            text=True,
            env=environment(user),
            check=False,
            timeout=60,
        )

    def commit(self, path: str, content: str, message: str = "a change", *options: str) -> str:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
        self.here("commit", "-q", "-A", "-m", message, "-u", "Ann <ann@example.org>", *options)
        return self.here("log", "-r", ".", "-T", "{node}")

    def here(self, *arguments: str) -> str:
        """Give what a command tells that is not what the test is about; it has to succeed."""
        done = hg(self.root, *arguments)
        assert done.code == 0, done.err
        return done.out


def environment(user: str = "Ann <ann@example.org>") -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HG")}
    return {**kept, "HGRCPATH": "", "HGPLAIN": "1", "HGUSER": user, "HGENCODING": "utf-8"}


def crash_in_transaction(root: Path) -> None:
    """Leave what kill -9 leaves: the journal, the lock of a dead process, and data that belongs to nobody."""
    code = (
        "import os, signal; from belvedere.vcs.hg.engine.opening import open_repository;"
        f"r = open_repository({str(root)!r}); w = r.wlock(); l = r.lock(); t = r.transaction(b'x');"
        "r.file(b'one.txt').add(b'lost', {}, t, 2, r.nullid, r.nullid);"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code], check=False)
    assert (root / ".hg" / "store" / "journal").exists()


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients are killed here on purpose."""


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@dataclass
class Input:
    """The body as a server gives it: no more than there is."""

    stream: Any
    left: int

    def read(self, size: int, /) -> bytes:
        found: bytes = self.stream.read1(min(size, self.left)) if self.left else b""
        self.left -= len(found)
        return found


@dataclass
class Site:
    """Repositories below one directory, served to whoever `may` says; takes down what pushes moved."""

    root: Path
    url: str = ""
    may_write: bool = True
    refuse: tuple[int, str] | None = None
    commands: list[str] = field(default_factory=list)
    announced: list[Intent] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        headers = {n[5:].replace("_", "-").lower(): v for n, v in environ.items() if n.startswith("HTTP_")}
        length = environ.get("CONTENT_LENGTH") or ""
        if length:
            headers["content-length"] = length
        body = Input(environ["wsgi.input"], int(length or 0))
        asked = WireRequest(environ["REQUEST_METHOD"], environ["PATH_INFO"], environ["QUERY_STRING"], headers, body)
        operation = WIRE.recognise(asked)
        if operation is None:
            start("200 OK", [("Content-Type", "text/html")])
            return [b"a page"]
        self.commands.append(operation.command)
        if self.refuse and (self.refuse[0] != 403 or operation.writes):
            while body.read(65536):
                pass
            answer = WIRE.refusal(*self.refuse)
        else:
            caller = Caller("ann", "127.0.0.1", self.may_write)
            try:
                answer = WIRE.serve(self.root / operation.repository, operation, asked, caller, self.announced.append)
            except VcsError as fault:
                answer = WIRE.refusal(503, str(fault))
        start(f"{answer.status} {'OK' if answer.status == 200 else 'No'}", answer.headers)
        return self._sent(answer)

    def _sent(self, answer: Any) -> Iterator[bytes]:
        try:
            produced = list(answer.body) if answer.movement else answer.body
            if answer.movement:
                self.movements.append(answer.movement())
            yield from produced
        finally:
            if hasattr(answer.body, "close"):
                answer.body.close()
