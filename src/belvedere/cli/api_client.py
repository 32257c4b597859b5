"""Calling the JSON-RPC API of a server, Kallithea's or this one, with nothing but the standard library."""

from __future__ import annotations

import http.client
import json
import os
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from belvedere import __version__
from belvedere.cli.failure import Failure

PATH = "/_admin/api"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answered: a result, or the text of an error."""

    result: Any
    error: Any


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Follow nobody: the request holds a key, and a redirected POST loses its body."""

    def redirect_request(self, _request: Any, _file: Any, _code: int, _text: str, _headers: Any, newurl: str) -> None:
        raise Failure(f"the server sends its clients to {newurl.removesuffix(PATH)}: give that as the host")


def endpoint_of(host: str) -> str:
    """Give the address that calls are sent to: the host may end with a slash, or be that address already."""
    root = host.strip().rstrip("/")
    try:
        parts = urlsplit(root)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Failure(f"`{host}` is no address of a server: it is like https://code.example.org")
    return root if root.endswith(PATH) else root + PATH


def call(host: str, key: str, method: str, arguments: dict[str, Any], timeout: float | None = None) -> Reply:
    """Call a method. `Failure` says in one line why there is no answer; an error of the API is a reply.

    The timeout in seconds is for each silence of the server, which by default may take as long as its work does.
    """
    number = int.from_bytes(os.urandom(4), "big")
    body = json.dumps({"id": number, "api_key": key, "method": method, "args": arguments}).encode()
    decoded = _decoded(host, _sent(host, body, timeout))
    if decoded["id"] != number and (decoded["id"] is not None or decoded["error"] is None):
        raise Failure(f"{host} answered to another request: the id differs")
    return Reply(decoded["result"], decoded["error"])


def _sent(host: str, body: bytes, timeout: float | None) -> bytes:
    headers = {"content-type": "text/plain", "User-Agent": f"belvedere/{__version__}"}
    request = urllib.request.Request(endpoint_of(host), body, headers)  # noqa: S310 http or https, checked before
    try:
        with urllib.request.build_opener(_NoRedirects).open(request, timeout=timeout) as response:
            content: bytes = response.read()
            return content
    except urllib.error.HTTPError as error:
        error.close()
        raise Failure(f"{host} answered {error.code} {error.reason}: there is no API") from error
    except urllib.error.URLError as error:
        raise Failure(f"cannot reach {host}: {_reason(error.reason)}") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Failure(f"no answer from {host}: {_reason(error)}") from error


def _reason(error: object) -> str:
    """Say in a few words what the system said; what it says is not always on one line, or anything at all."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(text.split()) or type(error).__name__


def _decoded(host: str, content: bytes) -> dict[str, Any]:
    try:
        decoded = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Failure(f"{host} did not answer in JSON: it is no server of this API") from error
    if not isinstance(decoded, dict) or not {"id", "result", "error"} <= decoded.keys():
        raise Failure(f"{host} did not answer with id, result and error: it is no server of this API")
    return decoded
