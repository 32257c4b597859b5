"""Another server, on loopback: repositories below one directory, behind credentials or a redirection if wanted."""

from __future__ import annotations

import base64
import importlib
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from wsgiref.simple_server import make_server


@dataclass
class Elsewhere:
    """A site of one system, and who came by with which credentials under which name of the host."""

    site: Any
    port: int = 0
    wants: str = ""
    redirects_to: str = ""
    answers: bytes = b""
    hosts: list[str] = field(default_factory=list)
    authorizations: list[str] = field(default_factory=list)

    def protect(self, username: str, password: str) -> None:
        """Ask everybody for these credentials."""
        self.wants = "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        self.hosts.append(environ["HTTP_HOST"])
        self.authorizations.append(environ.get("HTTP_AUTHORIZATION", ""))
        if self.redirects_to:
            start("302 Found", [("Location", f"{self.redirects_to}{environ['PATH_INFO']}?{environ['QUERY_STRING']}")])
            return [b""]
        if self.answers:
            start("200 OK", [("Content-Type", "text/html")])
            return [self.answers]
        if self.wants and self.authorizations[-1] != self.wants:
            start("401 Unauthorized", [("WWW-Authenticate", 'Basic realm="elsewhere"'), ("Content-Length", "0")])
            return [b""]
        found: Iterable[bytes] = self.site(environ, start)
        return found


@contextmanager
def elsewhere(scheme: str, root: Path) -> Iterator[Elsewhere]:
    """Serve the repositories below `root`."""
    site = importlib.import_module(f"tests.vcs.{scheme}.site")
    served = Elsewhere(site.Site(root))
    server = make_server("127.0.0.1", 0, served, server_class=site.Server, handler_class=site.Quiet)
    served.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
