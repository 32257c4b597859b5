"""What never reaches a log."""

from __future__ import annotations

import logging
import sys

import pytest

from belvedere.conf.logs import Discreet


@pytest.mark.parametrize(
    ("message", "written"),
    [
        ("GET /x?api_key=0123abc&y=1 failed", "GET /x?api_key=***&y=1 failed"),
        ("pull from https://ann:hunter2@host/x", "pull from https://ann:***@host/x"),
        ("pull from https://host:8080/x@y", "pull from https://host:8080/x@y"),
    ],
)
def test_keys_and_passwords_in_addresses_are_blotted_out(message: str, written: str) -> None:
    record = logging.LogRecord("x", logging.ERROR, "x", 1, "%s", (message,), None)
    assert Discreet("%(message)s").format(record) == written


def test_tracebacks_too() -> None:
    try:
        raise ValueError("bad address /x?api_key=0123abc")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "x", 1, "failed", (), sys.exc_info())
    assert "0123abc" not in Discreet("%(message)s").format(record)
