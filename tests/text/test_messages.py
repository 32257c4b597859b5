"""Messages as HTML: links, and nothing else that is not text."""

from __future__ import annotations

import pytest

from belvedere.text.messages import message_html


def changeset(digits: str) -> str | None:
    return None if digits.startswith("0") else f"/repo/changeset/{digits}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a <b> & 'c'", "a &lt;b&gt; &amp; 'c'"),
        ("see #12", "see #12"),
        (
            "see (https://x.org/a_(b)).",
            'see (<a href="https://x.org/a_(b)" rel="nofollow noopener">https://x.org/a_(b)</a>).',
        ),
        (
            "https://x.org/?a=1&b=<i>",
            '<a href="https://x.org/?a=1&amp;b=" rel="nofollow noopener">https://x.org/?a=1&amp;b=</a>&lt;i&gt;',
        ),
        ("javascript:alert(1) data:x", "javascript:alert(1) data:x"),
        (
            "back out 12:a1b2c3d4e5f6.",
            'back out 12:<a class="hash" href="/repo/changeset/a1b2c3d4e5f6">a1b2c3d4e5f6</a>.',
        ),
        ("0a1b2c3d is none", "0a1b2c3d is none"),
        ("defaced 1234567 #a1b2c3d 12ab34cd-0000", "defaced 1234567 #a1b2c3d 12ab34cd-0000"),
        (
            "https://x.org/a1b2c3d4e5f6",
            '<a href="https://x.org/a1b2c3d4e5f6" rel="nofollow noopener">https://x.org/a1b2c3d4e5f6</a>',
        ),
        ("one\n\ttwo", "one\n\ttwo"),
        ("a\u202eb", 'a<span class="hides">U+202E</span>b'),
    ],
)
def test_messages(text: str, expected: str) -> None:
    assert message_html(text, changeset) == expected


def test_hashes_stay_text_without_addresses() -> None:
    assert message_html("a1b2c3d4e5f6") == "a1b2c3d4e5f6"


def test_an_address_cannot_leave_its_link() -> None:
    html = message_html('https://x.org/"onclick="alert(1) https://x.org/\'><script>')
    assert "onclick=" in html
    assert '"onclick' not in html.replace('nofollow noopener">', "").replace('</a>"onclick', "")
    assert "<script" not in html
