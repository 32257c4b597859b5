"""Repositories on servers elsewhere: real ones on loopback, under a name that only the check of addresses knows."""

from __future__ import annotations

import dataclasses
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from belvedere.vcs.backends import backend
from tests.vcs.elsewhere import Elsewhere, elsewhere
from tests.vcs.scribe import SCRIBES, Scribe

NAME = "code.example.test"


def allow_loopback(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let loopback be pulled from, by whatever name it is called."""
    settings.BELVEDERE = dataclasses.replace(settings.BELVEDERE, allow_private_remotes=True)
    monkeypatch.setattr(
        "belvedere.repos.addresses.socket.getaddrinfo",
        lambda _host, port, **_: [(socket.AF_INET, 1, 6, "", ("127.0.0.1", port))],
    )


@pytest.fixture(params=["hg", "git"])
def scheme(request: Any) -> str:
    return str(request.param)


@pytest.fixture
def scribe(scheme: str, tmp_path: Path) -> Scribe:
    return SCRIBES[scheme](tmp_path / "work")


@pytest.fixture
def source(scheme: str, tmp_path: Path, scribe: Scribe) -> Any:
    """A repository elsewhere with one changeset."""
    made = backend(scheme).create(tmp_path / "elsewhere" / "source")
    scribe.write("a", "1\n").commit("first")
    scribe.push(made.path)
    made.catch_up()
    return made


@pytest.fixture
def other(scheme: str, source: Any) -> Iterator[Elsewhere]:
    with elsewhere(scheme, source.path.parent) as running:
        yield running


@pytest.fixture
def private_allowed(settings: Any, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A site on which `allow_loopback` was done."""
    allow_loopback(settings, monkeypatch)
