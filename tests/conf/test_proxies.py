"""Whose word is believed about who asks."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest

from belvedere.conf.proxies import NEAREST, believe_proxies

TRUSTED = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("::1/128"))


@pytest.mark.parametrize(
    ("near", "chain", "address"),
    [
        ("10.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("10.0.0.1", "198.51.100.66, 203.0.113.5", "203.0.113.5"),  # the first was written by the client himself
        ("10.0.0.1", "203.0.113.5, 10.0.0.2", "203.0.113.5"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "203.0.113.5, nonsense", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("::ffff:10.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("::1", "2001:db8::5", "2001:db8::5"),
        ("203.0.113.9", "10.0.0.1", "203.0.113.9"),
        ("", "203.0.113.5", ""),
    ],
)
def test_the_address_is_the_last_one_that_a_proxy_of_ours_saw(near: str, chain: str, address: str) -> None:
    environ: dict[str, Any] = {"REMOTE_ADDR": near, "HTTP_X_FORWARDED_FOR": chain}
    believe_proxies(environ, TRUSTED)
    assert environ == {"REMOTE_ADDR": address, NEAREST: environ[NEAREST]}


@pytest.mark.parametrize(
    ("near", "said", "scheme"),
    [("10.0.0.1", "https", "https"), ("10.0.0.1", "gopher", "http"), ("203.0.113.9", "https", "http")],
)
def test_the_scheme_comes_from_a_proxy_of_ours_only(near: str, said: str, scheme: str) -> None:
    environ: dict[str, Any] = {"REMOTE_ADDR": near, "HTTP_X_FORWARDED_PROTO": said, "wsgi.url_scheme": "http"}
    believe_proxies(environ, TRUSTED)
    assert environ == {"REMOTE_ADDR": near, "wsgi.url_scheme": scheme, NEAREST: environ[NEAREST]}


def test_other_headers_of_proxies_reach_nobody() -> None:
    environ: dict[str, Any] = {
        "REMOTE_ADDR": "10.0.0.1",
        "HTTP_X_FORWARDED_HOST": "evil.example",
        "HTTP_X_REAL_IP": "1.2.3.4",
    }
    believe_proxies(environ, TRUSTED)
    assert environ == {"REMOTE_ADDR": "10.0.0.1", NEAREST: ("10.0.0.1", True, False)}


def test_it_is_kept_who_spoke_and_whether_he_was_believed() -> None:
    environ: dict[str, Any] = {"REMOTE_ADDR": "203.0.113.9", "HTTP_X_FORWARDED_FOR": "198.51.100.7"}
    believe_proxies(environ, TRUSTED)
    assert environ[NEAREST] == ("203.0.113.9", False, True)
    assert environ["REMOTE_ADDR"] == "203.0.113.9"
