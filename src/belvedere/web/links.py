"""Addresses of pages, with every name quoted as the bytes that are stored."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

from belvedere.errors import Invalid

SAFE = "/@:!$&'()*+,;=~-._"
_PLAIN = re.compile(rf"[A-Za-z0-9{re.escape(SAFE)}]*", re.ASCII)
"""What stays as it is: most names, so that nothing has to be done for them."""


def quoted(path: str) -> str:
    """Quote a path whose undecodable bytes stand as surrogates; slashes stay."""
    return path if _PLAIN.fullmatch(path) else quote(path.encode("utf-8", "surrogateescape"), safe=SAFE)


def address_of(*parts: str, **query: object) -> str:
    """Join parts of a path (each may hold slashes) and what follows the question mark; empty parts are left out.

    A value of None in the query is left out too.
    """
    path = "/" + quoted("/".join(filter(None, parts)))
    if not query:
        return path
    given = {name: value for name, value in query.items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path


def own_path(text: str) -> str:
    """Check where a form wants to go back to: a path of this server, or `Invalid`."""
    is_own = text.startswith("/") and not text.startswith(("//", "/\\"))
    if not is_own or any(not char.isprintable() or char == "\\" for char in text):
        raise Invalid("came_from is a path of this server")
    return text
