"""Static files: read once, served under the hash of all of them, so that a browser never asks twice for the same."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed

from belvedere.web.compression import takes_gzip

SOURCE = Path(__file__).parents[1]
HASH_LENGTH = 12
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
WORTH_PACKING = 512

BUNDLES = {"belvedere.css": "styles", "belvedere.js": "modules"}
"""Files that are sent as one, from all folders `static/` together: those whose names begin with `_` come first."""

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is sent; `packed` is empty where packing saves nothing."""

    content_type: str
    content: bytes
    packed: bytes


@dataclass(frozen=True, slots=True)
class Shelf:
    """All files by path, and the hash of them all.

    One hash instead of one a file: what a style sheet or a module names beside itself is then right without rewriting.
    """

    version: str
    files: dict[str, StaticFile]


@cache
def shelf() -> Shelf:
    """Read what lies in the folder `static/` of any part of the product; nothing else is ever served."""
    contents: dict[str, bytes] = {}
    for folder in sorted(SOURCE.glob("*/static")):
        for path in sorted(each for each in folder.rglob("*") if each.suffix in TYPES and each.is_file()):
            name, content = path.relative_to(folder).as_posix(), path.read_bytes()
            if name in contents:
                raise ValueError(f"two static files are called {name}")
            contents[name] = content
    for name, folder_name in BUNDLES.items():
        contents[name] = _bundle(contents, folder_name)
    digest = hashlib.sha256()
    for name, content in contents.items():
        digest.update(f"{name} {len(content)} ".encode() + content)
    files = {name: _file(Path(name).suffix, content) for name, content in contents.items()}
    return Shelf(digest.hexdigest()[:HASH_LENGTH], files)


def _bundle(contents: dict[str, bytes], folder: str) -> bytes:
    """Join the files of a folder; those of JavaScript keep their names to themselves, but for what begins with `_`."""
    parts: list[bytes] = []
    for name in sorted(each for each in contents if each.startswith(f"{folder}/")):
        is_private = name.endswith(".js") and not name.startswith(f"{folder}/_")
        parts.append(b"{\n" + contents[name] + b"}\n" if is_private else contents[name])
    return b"".join(parts)


def _file(suffix: str, content: bytes) -> StaticFile:
    packed = gzip.compress(content, mtime=0) if len(content) >= WORTH_PACKING else b""
    return StaticFile(TYPES[suffix], content, packed if len(packed) < len(content) else b"")


def static_url(name: str) -> str:
    """Give the address of a static file; `KeyError` if there is none of this name."""
    files = shelf()
    if name not in files.files:
        raise KeyError(f"there is no static file {name}")
    return f"/static/{files.version}/{name}"


def static_file(request: HttpRequest, version: str, name: str) -> HttpResponse:
    """Send a static file. Under the hash of another version it is the present one, which the browser does not keep."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    files = shelf()
    found = files.files.get(name)
    if found is None:
        raise Http404(name)
    takes_packed = bool(found.packed) and takes_gzip(request)
    response = HttpResponse(found.packed if takes_packed else found.content, content_type=found.content_type)
    response["Cache-Control"] = FOR_EVER if version == files.version else ASK_AGAIN
    response["Vary"] = "Accept-Encoding"
    if takes_packed:
        response["Content-Encoding"] = "gzip"
    return response
