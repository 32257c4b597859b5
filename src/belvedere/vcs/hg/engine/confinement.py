"""Keeping a process that talks to a stranger to the addresses that were checked."""

from __future__ import annotations

import http.client
import os
import socket
import urllib.error
import urllib.request
from typing import IO, Any
from urllib.parse import urlsplit

from mercurial import bundle2, encoding

from belvedere.vcs.remote import Remote

PORTS = {"http": 80, "https": 443}

_look_up = socket.getaddrinfo


def confine(remote: Remote) -> None:
    """Let this process connect to the remote's checked addresses alone, for the rest of its life.

    Names are not resolved any more, so they cannot mean something else than when they were checked; TLS still asks
    for the name's certificate. A redirection to another origin is refused. So is whatever Mercurial might be told to
    fetch besides: a bundle elsewhere, or by way of a proxy.
    """
    _pin(remote)
    urllib.request.HTTPRedirectHandler.redirect_request = _same_origin(remote)  # type: ignore[method-assign]  # as meant
    encoding.environ.pop(b"http_proxy", None)
    os.environ.pop("http_proxy", None)
    bundle2.parthandlermapping.pop(b"remote-changegroup", None)


def _pin(remote: Remote) -> None:
    def getaddrinfo(host: Any, port: Any, *arguments: Any, **more: Any) -> list[Any]:
        name = host.decode("ascii") if isinstance(host, bytes) else str(host)
        if name.lower() != remote.host or int(port) != remote.port:
            raise OSError("this is not the address that was checked")
        found = [_look_up(address, remote.port, *arguments, **more) for address in remote.addresses]
        return [entry for entries in found for entry in entries]

    connect = socket.socket.connect

    def connect_if_checked(self: socket.socket, address: Any) -> None:
        if not isinstance(address, tuple) or (address[0], address[1]) not in allowed:
            raise OSError("this is not the address that was checked")
        connect(self, address)

    allowed = {(address, remote.port) for address in remote.addresses}
    socket.getaddrinfo = getaddrinfo
    socket.socket.connect = connect_if_checked  # type: ignore[assignment,method-assign]  # as meant


def _same_origin(remote: Remote) -> Any:
    redirect = urllib.request.HTTPRedirectHandler.redirect_request

    def redirect_request(
        self: urllib.request.HTTPRedirectHandler,
        request: urllib.request.Request,
        file: IO[bytes],
        code: int,
        message: str,
        headers: http.client.HTTPMessage,
        url: str,
    ) -> urllib.request.Request | None:
        to = urlsplit(url)
        if (to.scheme, to.hostname, to.port or PORTS.get(to.scheme)) != (remote.transport, remote.host, remote.port):
            raise urllib.error.HTTPError(request.full_url, code, "redirected elsewhere", headers, file)
        return redirect(self, request, file, code, message, headers, url)

    return redirect_request
