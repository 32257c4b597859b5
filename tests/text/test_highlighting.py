"""Source code as coloured lines: safe whatever it is, and never another text than the file's."""

from __future__ import annotations

import html
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belvedere.text import highlighting
from belvedere.text.highlighting import HTML_CLASSES, highlighted_block, highlighted_lines, lines_of
from tests.house.tree import ROOT

TAG = re.compile(r'<span class="(\w+)">|</span>')
STYLES = (ROOT / "src/belvedere/web/static/styles/code.css").read_text("utf-8")
TOKENS = (ROOT / "src/belvedere/web/static/styles/_tokens.css").read_text("utf-8")


def plain(line: str) -> str:
    return html.unescape(TAG.sub("", line))


def assert_whole(line: str) -> None:
    """Assert that every span of a line is closed within it and that nothing else is markup."""
    depth = 0
    for match in TAG.finditer(line):
        depth += -1 if match[0] == "</span>" else 1
        assert depth >= 0
        assert match[1] is None or match[1] in HTML_CLASSES
    assert depth == 0
    assert "<" not in TAG.sub("", line)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.py", "x = 1", 'x = <span class="n">1</span>'),
        ("docs/Makefile", "all:", '<span class="f">all</span>:'),
        ("run", "#!/usr/bin/env python3\nNone", '<span class="n">None</span>'),
        ("run", "#!/bin/sh\nif x", '<span class="k">if </span>x'),
        ("x", "# vim: set ft=ruby :\nend", '<span class="k">end</span>'),
        ("x", "; -*- mode: lisp -*-\n; a", '<span class="c">; a</span>'),
        ("a.txt", "if x: return 1", "if x: return 1"),
        ("LICENSE", "class of people", "class of people"),
    ],
)
def test_the_language_is_told_by_name_or_content(path: str, text: str, expected: str) -> None:
    assert highlighted_lines(path, text)[-1] == expected


def test_spans_are_closed_at_the_end_of_each_line() -> None:
    lines = highlighted_lines("a.c", "/* one\n two <b>\n*/ int x;\n\n// \u202eend\n")
    assert len(lines) == 5
    for line in lines:
        assert_whole(line)
    assert lines[1] == '<span class="c"> two &lt;b&gt;</span>'
    assert lines[3] == ""
    assert "\u202e" not in lines[4]
    assert "U+202E" in lines[4]


SNIPPETS = st.sampled_from(
    [
        "<script>",
        "'",
        '"',
        "/*",
        "*/",
        "\n",
        "\r\n",
        "\r",
        "\0",
        "\u202e",
        "<?php ",
        "?>",
        "{{",
        "}}",
        "`",
        "<!--",
        "&amp;",
        "#",
        "\ud800",
    ]
)


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(["a.html", "a.php", "a.js", "a.py", "a.md", "a.rst", "a.yaml", "a.diff", "a.pl", "a.tex", "x"]),
    st.lists(SNIPPETS | st.text(max_size=6), max_size=30).map("".join),
)
def test_hostile_text_stays_itself(path: str, text: str) -> None:
    lines = highlighted_lines(path, text)
    originals = lines_of(text)
    assert len(lines) == len(originals)
    for line, original in zip(lines, originals, strict=True):
        assert_whole(line)
        shown = re.sub(r'<span class="hides">U\+([0-9A-F]+)</span>', lambda found: chr(int(found[1], 16)), line)
        assert plain(shown) == original


def test_what_is_long_stays_plain() -> None:
    assert "<span" not in highlighted_lines("a.py", "x = 1\n" * 170_000)[0]
    assert "<span" not in highlighted_lines("a.js", "var a;\n" + "a=1;" * 2000)[0]


def test_what_takes_long_is_coloured_as_far_as_it_went(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(highlighting, "LONGEST_LEXING", 0)
    text = "x = 1  # slow\n" * 500
    lines = highlighted_lines("a.py", text)
    assert [plain(line) for line in lines] == lines_of(text)
    assert "<span" in lines[0]
    assert "<span" not in lines[-1]


def test_the_second_time_is_quick() -> None:
    text = "def f(x):\n    return x + 1\n" * 2000
    first = highlighted_lines("a.py", text)
    begun = time.perf_counter()
    assert highlighted_lines("b/c.py", text) == first
    assert time.perf_counter() - begun < 0.05


def test_a_language_is_found_by_what_people_call_it() -> None:
    assert highlighted_block("C++", "int x;")[0] == '<span class="t">int </span>x;'
    assert highlighted_block("no such thing", "<b>")[0] == "&lt;b&gt;"


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_colour_can_be_read_on_every_ground() -> None:
    grounds = ("surface", "sunken", "added", "removed", "added-strong", "removed-strong")
    declared = dict(re.findall(r"--([\w-]+): light-dark\((#\w{6}, #\w{6})\)", TOKENS + STYLES))
    words = [name for name in declared if name.startswith("code-")]
    assert len(words) == 8
    for word in words:
        for ground in grounds:
            if word == "code-comment" and ground.endswith("strong"):
                continue  # there a comment has the colour of text
            for own, behind in zip(declared[word].split(", "), declared[ground].split(", "), strict=True):
                light, dark = sorted((luminance(own), luminance(behind)), reverse=True)
                assert (light + 0.05) / (dark + 0.05) >= 4.5, (word, ground)
