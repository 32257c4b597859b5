"""Pieces of long texts: together they are the whole, whatever its lines are."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from belvedere.text.decoding import Decoded, decoded
from belvedere.text.highlighting import lines_of
from belvedere.web import source_view
from belvedere.web.source_view import piece_with, source_of

TAGS = re.compile(r"<[^>]+>")


@pytest.mark.parametrize(
    "text", ["", "a", "a\n", "\n\n\n", "a\n\n\nb\n\n", "x = 1\n" * 29 + "\n", "a\r\nb\r\n" * 9, "\n" * 40]
)
def test_pieces_together_are_the_text(text: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(source_view, "PIECE", 4)
    found: list[str] = []
    at: int | None = 1
    while at is not None:
        source = source_of("a.py", Decoded(text, "UTF-8"), at)
        assert source.first == at
        found += [unescape(TAGS.sub("", line)) for line in source.lines]
        assert source.html.count('<div id="L') == len(source.lines)
        at = source.after
    assert found == lines_of(text)


def test_a_line_is_in_the_piece_that_is_given_for_it(monkeypatch: Any) -> None:
    monkeypatch.setattr(source_view, "PIECE", 4)
    monkeypatch.setattr(source_view, "MOST_CHARACTERS", 12)
    text = Decoded("12345678\n" * 30, "UTF-8")
    for line in (1, 3, 4, 5, 17, 30, 31, 9999):
        source = source_of("a.txt", text, piece_with(text, line))
        assert source.first <= min(line, 30) <= source.last


def test_a_long_line_is_cut_off() -> None:
    source = source_of("a.min.js", Decoded("var a;" * 10_000, "UTF-8"))
    assert len(source.lines[0]) < 30_000
    assert "and 40,000 characters more" in source.lines[0]


def test_what_misleads_is_told() -> None:
    assert source_of("a.py", Decoded("a = '\u202e'\n", "UTF-8")).misleads
    assert not source_of("a.py", Decoded("שלום\n", "UTF-8")).misleads


@pytest.mark.parametrize(
    ("content", "text", "encoding"),
    [
        (b"caf\xc3\xa9", "café", "UTF-8"),
        (b"\xef\xbb\xbfcaf\xc3\xa9", "café", "UTF-8"),
        (b"caf\xe9 au lait", "café au lait", "Windows-1252"),
        ("café".encode("utf-16"), "café", "UTF-16-LE"),
        (b"caf\xc3", "caf", "UTF-8"),
        (b"", "", "UTF-8"),
    ],
)
def test_encodings(content: bytes, text: str, encoding: str) -> None:
    found = decoded(content)
    assert found is not None
    assert (found.text, found.encoding) == (text, encoding)


def test_what_is_no_text() -> None:
    assert decoded(b"\x7fELF\0\1") is None
