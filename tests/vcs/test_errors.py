"""How errors quote what somebody named."""

from __future__ import annotations

import pytest

from belvedere.vcs.errors import named


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ("src/way.py", "`src/way.py`"),
        ("שלום", "`שלום`"),
        (b"caf\xe9", "`caf\\udce9`"),
        ("a`b\nc", "`a'b\\nc`"),
        ("\u202egnp.exe", "`\\u202egnp.exe`"),
        ("x" * 300, "`" + "x" * 200 + "…`"),
        (7, "`7`"),
    ],
)
def test_a_name_stays_readable_and_on_its_line(name: object, quoted: str) -> None:
    assert named(name) == quoted
