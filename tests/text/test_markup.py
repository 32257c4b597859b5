"""READMEs and the like: formatted as their writers meant it, and harmless whoever wrote them."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belvedere.text.markup import is_markup, readme_of, rendered
from belvedere.text.sanitising import sanitised
from belvedere.web.links import address_of


def resolve(path: str, is_image: bool) -> str:
    return address_of("repo", "raw" if is_image else "files", "main", path)


def markdown(text: str, path: str = "README.md") -> str:
    return str(rendered(path, text, resolve))


def restructured(text: str) -> str:
    return str(rendered("docs/index.rst", text, resolve))


class Reading(HTMLParser):
    """Reads HTML as a browser would begin to, and complains about everything that could do harm."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag in (
            "script",
            "style",
            "svg",
            "math",
            "form",
            "input",
            "button",
            "iframe",
            "object",
            "embed",
            "base",
            "meta",
            "link",
        ):
            self.faults.append(tag)
        for name, attribute in attrs:
            value = attribute or ""
            target = re.sub(r"[\x00-\x20]", "", value).lower()
            if name.startswith("on") or name in ("style", "srcdoc", "action", "formaction", "target", "srcset"):
                self.faults.append(f"{tag} {name}")
            if name == "href" and not re.match(r"(https?|mailto|ftp|ircs?):|/(?!/)|#|$", target):
                self.faults.append(f"href {value}")
            if name == "src" and not re.match(r"/(?!/)", target):
                self.faults.append(f"src {value}")
            if name == "id" and not value.startswith("user-content-"):
                self.faults.append(f"id {value}")

    handle_startendtag = handle_starttag


ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
    '<svg onload=alert(1)><a xlink:href="javascript:alert(1)">x</a></svg>',
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<form action=/_admin/logout method=post><button>x</button><input name=a></form>",
    "<style>body{display:none}</style>",
    '<p style="position:fixed">x</p>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="java\nscript:alert(1)">x</a>',
    '<a href=" &#14; javascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:x">x</a>',
    '<a href="\\\\evil.example">x</a>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<base href="https://evil.example/"><meta http-equiv=refresh content="0;url=https://evil.example">',
    '<a id="content" class="button main unseen" href="#">x</a>',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<p title="<img src=x onerror=alert(1)>">x</p>',
    '<img alt="<script>alert(1)</script>" src="https://evil.example/x">',
    '<a title="&quot; onclick=&quot;alert(1)" href="x">x</a>',
    "<details open ontoggle=alert(1)>x</details>",
    "<img src='https://evil.example/?\"><script>alert(1)</script>'>",
    '<a href="https://x.org/<img/onerror=1>">a</a>',
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<xmp><script>alert(1)</script></xmp><plaintext>",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_html_of_others_does_nothing(attack: str) -> None:
    for html in (markdown(attack), markdown(f"text {attack} text"), sanitised(attack, "a", resolve)):
        assert Reading(html).faults == [], html


@pytest.mark.parametrize(
    "attack",
    [
        "[x](javascript:alert(1))",
        "[x](<java\tscript:alert(1)>)",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](javascript:alert(1))",
        "<javascript:alert(1)>",
        "[x]: javascript:alert(1)\n\n[x]",
        '[x](y "\\" onclick=alert(1) \\"")',
        '![\\"onerror=alert(1)](x)',
        '```"><script>alert(1)</script>\nx\n```',
        'https://x.org/"onmouseover=alert(1)',
        "https://x.org/<script>alert(1)</script>",
        "[^<script>]\n\n[^<script>]: <script>alert(1)</script>",
    ],
)
def test_markdown_of_others_does_nothing(attack: str) -> None:
    html = markdown(attack)
    assert Reading(html).faults == [], html


@pytest.mark.parametrize(
    "attack",
    [
        ".. raw:: html\n\n   <script>alert(1)</script>\n",
        ".. role:: raw-html(raw)\n   :format: html\n\n:raw-html:`<script>alert(1)</script>`",
        "`x <javascript:alert(1)>`_",
        ".. image:: javascript:alert(1)\n   :target: javascript:alert(2)\n",
        ".. image:: x.png\n   :class: button main\n   :name: content\n",
        ".. include:: /etc/passwd\n",
        ".. csv-table::\n   :file: /etc/passwd\n",
        ".. meta::\n   :http-equiv=refresh: 0;url=https://evil.example\n",
        ".. _content:\n\nTitle\n=====\n",
        ".. container:: unseen\n\n   x\n",
    ],
)
def test_restructured_text_of_others_does_nothing(attack: str) -> None:
    html = restructured(attack + "\n\nend\n")
    assert Reading(html).faults == [], html
    assert "root:" not in html
    assert "unseen" not in html
    assert "end" in html


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from([*ATTACKS, "[a](", "![", "](x)", "`", "\n\n", "> ", "- ", "<a href=", '"', ">", "|", "*"]),
        max_size=12,
    )
)
def test_pieces_of_attacks_do_nothing(pieces: list[str]) -> None:
    html = markdown("".join(pieces))
    assert Reading(html).faults == [], html


def test_links_lead_where_they_would_in_the_repository() -> None:
    html = markdown(
        "[a](b.md) [c](../d/e%20f.txt#L3) [g](/top.md#part-one) [h](#here) [i](https://x.org) ![j](k.png) "
        "[l](../../..)",
        "docs/deep/README.md",
    )
    for expected in (
        'href="/repo/files/main/docs/deep/b.md"',
        'href="/repo/files/main/docs/d/e%20f.txt#L3"',
        'href="/repo/files/main/top.md#user-content-part-one"',
        'href="#user-content-here"',
        'href="https://x.org" rel="nofollow noopener"',
        'src="/repo/raw/main/docs/deep/k.png"',
        'href="/repo/files/main"',
    ):
        assert expected in html


def test_pictures_of_other_hosts_are_links() -> None:
    html = markdown(
        "![a peak](https://x.org/a.png) [![badge](https://x.org/b.svg)](https://ci.example) <img src=//x.org/c>"
    )
    assert "img" not in Reading(html).tags
    assert '<a href="https://x.org/a.png" rel="nofollow noopener">a peak</a>' in html
    assert '<a href="https://ci.example" rel="nofollow noopener">badge</a>' in html
    assert 'href="https://x.org/c"' in html


def test_markdown_is_what_people_expect() -> None:
    html = markdown(
        "---\ntitle: covered\n---\n# One\n## Two `x`\n## Two `x`\n\n|a|b|\n|-|-:|\n|1|2|\n\n- [x] done\n- [ ] open\n\n"
        "~~gone~~ https://x.org/a_(b)?c=1&d=2. note[^1]\n\n> [!WARNING]\n> steep\n\n```py\nif x:\n```\n\n"
        "[^1]: the note\n"
    )
    for expected in (
        '<h2 id="user-content-one">',
        '<h3 id="user-content-two-x">',
        '<h3 id="user-content-two-x-1">',
        '<td align="right">2</td>',
        '<span class="task done">☑</span> done',
        '<span class="task">☐</span> open',
        "<s>gone</s>",
        '<a href="https://x.org/a_(b)?c=1&amp;d=2" rel="nofollow noopener">https://x.org/a_(b)?c=1&amp;d=2</a>.',
        '<div class="admonition warning">',
        '<span class="k">if </span>x:',
        'href="#user-content-fn1"',
        'id="user-content-fn1"',
    ):
        assert expected in html
    assert "covered" not in html


def test_restructured_text_is_what_people_expect() -> None:
    html = restructured(
        "Title\n=====\n\nPart\n----\n\n*em* :ref:`unknown` `Title`_ `other <b.rst>`_\n\n.. toctree::\n\n   b\n\n"
        ".. note:: mind\n\n.. code-block:: python\n\n   if x: pass\n"
    )
    for expected in (
        "<h2>Title</h2>",
        "<h3>Part</h3>",
        "<em>em</em>",
        "unknown",
        'href="/repo/files/main/docs/b.rst"',
        '<div class="admonition note">',
        '<span class="k">if </span>x: <span class="k">pass</span>',
        'href="#user-content-title"',
    ):
        assert expected in html
    assert "System Message" not in html


def test_a_document_leaves_no_role_behind() -> None:
    assert "<strong>" not in restructured(".. role:: strong(code)\n\n:strong:`a`")
    assert "<strong>b</strong>" in restructured(":strong:`b`")


def test_what_cannot_be_formatted_is_none(monkeypatch: Any, caplog: Any) -> None:
    assert rendered("a.md", "x" * 300_000, resolve) is None
    monkeypatch.setattr("belvedere.text.markup._READERS", {"markdown": lambda _text: 1 / 0})
    assert rendered("a.md", "stumble", resolve) is None
    assert "could not be formatted" in caplog.text


@pytest.mark.parametrize(
    "piece", ["[", "![", "- a\n", "--\n", "a:", "[^a", "_*", "http://", "|a|\n|-|\n", "<b>", "x\n==\n"]
)
def test_hostile_length_takes_seconds_at_most(piece: str) -> None:
    begun = time.thread_time()
    markdown(piece * (20_000 // len(piece)))
    assert time.thread_time() - begun < 3


def test_plain_text_keeps_its_lines() -> None:
    html = str(rendered("README", "a <b>\nhttps://x.org\n", resolve))
    assert (
        html
        == '<pre tabindex="0">a &lt;b&gt;\n<a href="https://x.org" rel="nofollow noopener">https://x.org</a>\n</pre>'
    )


def test_the_readme_is_found() -> None:
    assert readme_of(["a.md", "readme.txt", "ReadMe.MD", "README.rst"]) == "ReadMe.MD"
    assert readme_of(["README.de.md", "README.md"]) == "README.md"
    assert readme_of(["README", "README.pdf"]) == "README"
    assert readme_of(["README.pdf", "src", "unreadme.md", "README\n.md"]) is None
    assert is_markup("a/B.MD")
    assert not is_markup("md")
