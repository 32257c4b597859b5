"""A mail server for tests: it takes whatever comes, in the clear, and remembers it."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
import time
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Self

PATIENCE = 30.0
HOST = "127.0.0.1"


class _Talk(socketserver.StreamRequestHandler):
    """One connection."""

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        sink: Sink = self.server.sink  # type: ignore[attr-defined]
        self.say("220 sink")
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "DATA":
                self.say("354 go on")
                sink.take(self._content())
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            elif verb == "RCPT" and sink.refusals:
                self.say(sink.refusals.pop(0))
            else:
                self.say("250 fine")

    def _content(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)


@dataclass
class Sink:
    """What arrived; `refusals` are answers to the next receivers, such as `450 later`."""

    letters: list[EmailMessage] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> Self:
        self._server = socketserver.ThreadingTCPServer((HOST, 0), _Talk)
        self._server.daemon_threads = True
        self._server.sink = self  # type: ignore[attr-defined]
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def take(self, content: bytes) -> None:
        """Remember a letter."""
        self.letters.append(email.message_from_bytes(content, policy=email.policy.default))  # type: ignore[arg-type]

    def wait_for(self, count: int) -> list[EmailMessage]:
        """Give the letters when so many have come."""
        until = time.monotonic() + PATIENCE
        while len(self.letters) < count:
            assert time.monotonic() < until, f"{len(self.letters)} letters instead of {count}"
            time.sleep(0.05)
        return self.letters
