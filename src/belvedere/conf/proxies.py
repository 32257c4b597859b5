"""Who really asks, behind reverse proxies: said once to the environment of a request, for every door."""

from __future__ import annotations

import ipaddress
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlsplit

from belvedere.conf.config import Network

FORWARDED_FOR = "HTTP_X_FORWARDED_FOR"
FORWARDED_PROTO = "HTTP_X_FORWARDED_PROTO"
OTHERS = ("HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT", "HTTP_X_REAL_IP", "HTTP_FORWARDED")

NEAREST = "belvedere.nearest"
"""Where a request keeps who connected: the address, whether that is a trusted proxy, and if it spoke for others."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def believe_proxies(environ: MutableMapping[str, Any], trusted: tuple[Network, ...]) -> None:
    """Set address and scheme to what trusted proxies say, and take their headers out.

    Anyone can send these headers. So the chain is read from its end, each address believed only as far as the one
    before was a trusted proxy, and nothing further in ever sees a header that was not believed.
    """
    chain = environ.pop(FORWARDED_FOR, "")
    scheme = environ.pop(FORWARDED_PROTO, "").strip().lower()
    for name in OTHERS:
        environ.pop(name, None)
    near = parsed(environ.get("REMOTE_ADDR", ""))
    is_believed = near is not None and is_trusted(near, trusted)
    environ[NEAREST] = (str(near or ""), is_believed, bool(chain or scheme))
    if near is None or not is_believed:
        return
    environ["REMOTE_ADDR"] = str(client_of(near, chain, trusted))
    if scheme in {"http", "https"}:
        environ["wsgi.url_scheme"] = scheme


def client_of(near: Address, chain: str, trusted: tuple[Network, ...]) -> Address:
    """Walk the chain back from the nearest proxy to the first address that is no trusted one."""
    for text in reversed(chain.split(",")):
        if not is_trusted(near, trusted):
            break
        further = parsed(text.strip())
        if further is None:
            break
        near = further
    return near


def is_trusted(address: Address, trusted: tuple[Network, ...]) -> bool:
    """Tell whether an address is a proxy of ours."""
    return any(address in network for network in trusted)


def parsed(text: str) -> Address | None:
    """Read an address, an IPv4 one inside IPv6 as what it is; None for anything else."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def origin_of(url: str) -> str:
    """Give scheme, host and port of an address, as browsers name where a form came from."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
