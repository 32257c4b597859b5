"""The methods of a server as its `rpc.discover` tells them, kept for a day: for completion and for suggestions."""

from __future__ import annotations

import hashlib
import json
import os
import time
from pathlib import Path
from typing import Any

from belvedere.cli.api_client import call
from belvedere.cli.client_config import Connection
from belvedere.cli.failure import Failure
from belvedere.cli.private_files import write_private

KEPT_SECONDS = 24 * 60 * 60
TIMEOUT = 3.0

Methods = dict[str, dict[str, list[str]]]
"""Arguments by method, each with the values that it may have, if they are few."""


def known_methods(at: Connection) -> Methods:
    """Give the methods of the server; none if it has no discovery (as Kallithea) or cannot be reached."""
    path = _kept_at(at.host)
    try:
        if time.time() - path.stat().st_mtime < KEPT_SECONDS:
            kept: Methods = json.loads(path.read_text("utf-8"))
            return kept
    except (OSError, ValueError):
        pass
    try:
        reply = call(at.host, at.key, "rpc.discover", {}, TIMEOUT)
    except Failure:
        return {}
    found = _told(reply.result) if reply.error is None else {}
    _keep(path, found)
    return found


def _told(document: Any) -> Methods:
    """Read an OpenRPC document; one of another make is no reason to fail while somebody types."""
    try:
        return {
            name: {each["name"]: _values(each["schema"]) for each in method["params"]}
            for method in document["methods"]
            for name in (method["name"], *method.get("x-aliases", ()))
        }
    except (LookupError, TypeError, AttributeError):
        return {}


def _values(schema: dict[str, Any]) -> list[str]:
    if schema.get("type") == "boolean":
        return ["true", "false"]
    values = [each for part in (schema, *schema.get("anyOf", ())) for each in part.get("enum", ())]
    return [each for each in values if isinstance(each, str) and each]


def _kept_at(host: str) -> Path:
    folder = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "kallithea-api"
    return folder / f"{hashlib.sha256(host.rstrip('/').encode()).hexdigest()[:32]}.json"


def _keep(path: Path, methods: Methods) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_private(path, json.dumps(methods))
    except OSError:
        pass  # it is asked again next time
