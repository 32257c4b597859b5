"""The socket that the site is served on, bound before anything else is started."""

from __future__ import annotations

import errno
import http.client
import ipaddress
import os
import socket
import time

from belvedere.cli.failure import Failure

BACKLOG = 1024
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 addresses to replace, not to listen on
PATIENCE = 1.0
KNOCK_SECONDS = 0.5


def listen(host: str, port: int) -> socket.socket:
    """Bind the socket, inheritable by a child that is given it.

    A port that is busy is tried again for a second: the children of a server that was killed may still hold it.
    """
    family = socket.AF_INET6 if is_ipv6(host) else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Accepted connections inherit it. An answer is written in two pieces, and without this the second one waits
    # 40 ms for the client to acknowledge the first.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    until = time.monotonic() + PATIENCE
    while True:
        try:
            listening.bind((host, port))
            listening.listen(BACKLOG)
        except OSError as error:
            if error.errno == errno.EADDRINUSE and time.monotonic() < until:
                time.sleep(0.05)
                continue
            listening.close()
            raise Failure(f"cannot listen on {host} port {port}: {os.strerror(error.errno or 0)}") from error
        listening.setblocking(False)
        return listening


def is_ipv6(host: str) -> bool:
    """Tell whether a checked host is an IPv6 address."""
    return host != "localhost" and ipaddress.ip_address(host).version == 6  # noqa: PLR2004 the name of the protocol


def address_of(listening: socket.socket) -> tuple[str, int]:
    """Give host and port at which this machine reaches the socket."""
    host, port = listening.getsockname()[:2]
    return ANYWHERE.get(host, host), port


def url_of(listening: socket.socket) -> str:
    """Give the address to open in a browser here."""
    host, port = address_of(listening)
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def is_ready(listening: socket.socket) -> bool:
    """Ask the server whether it would serve a request."""
    connection = http.client.HTTPConnection(*address_of(listening), timeout=KNOCK_SECONDS)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
