"""A small threaded web server that speaks through our wire."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from belvedere.vcs.git import WIRE
from belvedere.vcs.model import Movement
from belvedere.vcs.wire import Caller, Intent, WireRequest, WireResponse

CALLER = Caller("ann", "127.0.0.1", may_write=True)


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients are killed here on purpose."""


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


class Chunked:
    """A chunked body, which wsgiref leaves to the application."""

    def __init__(self, stream: Any) -> None:
        self._stream, self._left, self._is_over = stream, 0, False

    def read(self, size: int, /) -> bytes:
        if not self._left and not self._is_over:
            self._left = int(self._stream.readline(), 16)
            if not self._left:
                self._stream.readline()
                self._is_over = True
        if self._is_over:
            return b""
        found: bytes = self._stream.read1(min(size, self._left))
        self._left -= len(found)
        if not self._left:
            self._stream.readline()
        return found


class Direct:
    """A body with a length, given as it arrives."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def read(self, size: int, /) -> bytes:
        found: bytes = self._stream.read1(size)
        return found


@dataclass
class Site:
    """Serves the repositories below one directory, and notes what it was asked."""

    root: Path
    url: str = ""
    refuse: tuple[int, str] | None = None
    requests: list[WireRequest] = field(default_factory=list)
    announced: list[Intent] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)
    responses: list[WireResponse] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        headers = {key[5:].replace("_", "-").lower(): value for key, value in environ.items() if key[:5] == "HTTP_"}
        headers |= {key.replace("_", "-").lower(): environ.get(key, "") for key in ("CONTENT_TYPE", "CONTENT_LENGTH")}
        is_chunked = headers.get("transfer-encoding") == "chunked"
        body = (Chunked if is_chunked else Direct)(environ["wsgi.input"])
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace").lstrip("/")
        request = WireRequest(environ["REQUEST_METHOD"], path, environ["QUERY_STRING"], headers, body)
        self.requests.append(request)
        response = self._respond(request)
        self.responses.append(response)
        start_response(f"{response.status} Said", response.headers)
        return self._body(response)

    def _respond(self, request: WireRequest) -> WireResponse:
        operation = WIRE.recognise(request)
        if operation is None:
            return WIRE.refusal(404, "not a request of git")
        if self.refuse is not None:
            return WIRE.refusal(*self.refuse)
        path = self.root / operation.repository.removesuffix(".git")
        return WIRE.serve(path, operation, request, CALLER, self.announced.append)

    def _body(self, response: WireResponse) -> Iterable[bytes]:
        try:
            pieces = list(response.body) if response.movement else response.body
            if response.movement:
                self.movements.append(response.movement())
            yield from pieces
        finally:
            getattr(response.body, "close", lambda: None)()
