"""Which addresses a repository may be pulled from."""

from __future__ import annotations

import dataclasses
import socket
from typing import Any

import pytest

from belvedere.errors import Invalid
from belvedere.repos.addresses import address_from, pinned

PUBLIC = "93.184.216.34"


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Say what names resolve to: each call takes the next answer, the last one stays."""
    asked: list[str] = []
    answers: list[list[str]] = []

    def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [(socket.AF_INET6 if ":" in each else socket.AF_INET, 1, 6, "", (each, port)) for each in found]

    monkeypatch.setattr("belvedere.repos.addresses.socket.getaddrinfo", getaddrinfo)
    return lambda *given: (answers.extend(given), asked)[1]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://code.example.org/a/b", "https://code.example.org/a/b"),
        ("https://Code.Example.org:443/a", "https://code.example.org/a"),
        ("http://code.example.org:8080", "http://code.example.org:8080/"),
        ("https://ann:secret@code.example.org/a", "https://ann@code.example.org/a"),
        ("https://token@code.example.org/a", "https://code.example.org/a"),
        ("https://token:x-oauth-basic@code.example.org/a", "https://code.example.org/a"),
        ("https://ann:p%40ss%3a@code.example.org/a%20b", "https://ann@code.example.org/a%20b"),
        ("ssh://git@code.example.org:2222/a", "ssh://git@code.example.org:2222/a"),
        ("git@code.example.org:a/b.git", "git@code.example.org:a/b.git"),
        ("git://code.example.org/a", "git://code.example.org/a"),
        ("http://[2001:DB8::1]/a", "http://[2001:db8::1]/a"),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    address = address_from(text)
    assert address.shown == shown
    assert "secret" not in repr(address)
    assert "token" not in repr(address)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/etc",
        "repositories/a",
        "../a",
        "file:///etc",
        "file://localhost/etc",
        "ext::sh -c touch% /tmp/x",
        "ext::x",
        "fd::17/a",
        "static-http://code.example.org/a",
        "ftp://code.example.org/a",
        "svn+https://code.example.org/a",
        "-oProxyCommand=x:a",
        "ssh://-oProxyCommand=x/a",
        "ssh://-x@code.example.org/a",
        "ssh://ann:geheim@code.example.org/a",
        "ssh://code.example.org/-x",
        "git@code.example.org:-x",
        "git://ann@code.example.org/a",
        "http://",
        "http:///a",
        "http://code.example.org:0/a",
        "http://code.example.org:99999/a",
        "http://code.example.org:port/a",
        "http://code example.org/a",
        "http://code.example.org/a\nb",
        "http://code.example.org\\@10.0.0.1/a",
        "http://code.example.org/a?token=1",
        "http://code.example.org/a#stable",
        "http://code..example.org/a",
        "http://2130706433/a",
        "http://0x7f000001/a",
        "http://0177.0.0.1/a",
        "http://127.1/a",
        "http://127.0.0.0x1/a",
        "http://[fe80::1%25eth0]/a",
        "http://[::1/a",
        "http://ann:a%0ab@code.example.org/a",
        "http://pücher.example/a",
        "http://$(id).example.org/a",
        "http://`id`/a",
    ],
)
def test_what_is_refused_by_its_form(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        address_from(text)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",  # noqa: S104 -- the point
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "100.100.100.200",
        "169.254.169.254",
        "168.63.129.16",
        "192.0.0.192",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::10.0.0.1",
        "2002:7f00:1::",
        "2001:0:7f00:1::1",
        "fe80::1",
        "fec0::1",
        "fd00:ec2::254",
        "ff02::1",
    ],
)
def test_where_a_server_is_not_led(address: str, resolver: Any) -> None:
    resolver([address])
    with pytest.raises(Invalid, match="private"):
        pinned(address_from("https://code.example.org/a"))


@pytest.mark.parametrize("address", [PUBLIC, "2606:4700::1111", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"])
def test_public_addresses(address: str, resolver: Any) -> None:
    resolver([address])
    assert pinned(address_from("https://code.example.org/a")).addresses == (address,)


def test_one_private_address_among_public_ones_is_enough(resolver: Any) -> None:
    resolver([PUBLIC, "10.0.0.1"])
    with pytest.raises(Invalid):
        pinned(address_from("https://code.example.org/a"))


def test_a_name_is_resolved_once_and_that_is_connected_to(resolver: Any) -> None:
    """A name that means something else a moment later changes nothing any more."""
    asked = resolver([PUBLIC], ["127.0.0.1"])
    remote = pinned(address_from("https://ann:word@rebinding.example.org/a"))
    assert (remote.host, remote.addresses, asked) == ("rebinding.example.org", (PUBLIC,), ["rebinding.example.org"])
    assert (remote.username, remote.password) == ("ann", "word")
    assert "word" not in repr(remote) + remote.url


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "::1"])
def test_private_ones_with_the_setting(address: str, resolver: Any, settings: Any) -> None:
    settings.BELVEDERE = dataclasses.replace(settings.BELVEDERE, allow_private_remotes=True)
    resolver([address])
    assert pinned(address_from("https://code.example.org/a")).addresses == (address,)


@pytest.mark.parametrize("address", ["169.254.169.254", "fe80::1", "224.0.0.1", "0.0.0.0", "168.63.129.16"])  # noqa: S104 -- the point
def test_what_no_setting_allows(address: str, resolver: Any, settings: Any) -> None:
    settings.BELVEDERE = dataclasses.replace(settings.BELVEDERE, allow_private_remotes=True)
    resolver([address])
    with pytest.raises(Invalid):
        pinned(address_from("https://code.example.org/a"))


def test_a_name_that_nobody_knows() -> None:
    with pytest.raises(Invalid, match="not known"):
        pinned(address_from("https://no-such-host.invalid/a"))
