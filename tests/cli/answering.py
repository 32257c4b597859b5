"""A server of the API that answers what a test wants, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Fake:
    """What was asked, and where."""

    url: str
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)


def result(value: Any) -> Callable[[Any], Answer]:
    """Answer with a result."""
    return lambda body: envelope({"id": body["id"], "result": value, "error": None})


def error(text: str, **more: Any) -> Callable[[Any], Answer]:
    """Answer with an error."""
    return lambda body: envelope({"id": body["id"], "result": None, "error": text, **more})


def envelope(value: Any) -> Answer:
    """Send JSON as Kallithea does."""
    return 200, {"Content-Type": "application/json"}, json.dumps(value).encode()


@contextmanager
def answering(answer: Callable[[Any], Answer]) -> Iterator[Fake]:
    """Run the server while a test needs it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            fake.paths.append(self.path)
            fake.headers.append({name.lower(): value for name, value in self.headers.items()})
            fake.bodies.append(body)
            status, headers, content = answer(body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: Any) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        fake = Fake(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join()
