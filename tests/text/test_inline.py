"""Sentences of ours with what somebody typed in them."""

from __future__ import annotations

from django.utils.html import format_html

from belvedere.text.inline import inline


def test_what_is_named_stands_as_code_and_nothing_else_is_markup() -> None:
    assert inline("Repository `absent` does not exist.") == "Repository <code>absent</code> does not exist."
    assert inline("No `<b>` & `") == "No <code>&lt;b&gt;</code> &amp; `"
    assert inline("`a``b`") == "<code>a</code><code>b</code>"


def test_what_is_markup_already_stays_so() -> None:
    assert inline(format_html("Open <b>{}</b>", "<i>")) == "Open <b>&lt;i&gt;</b>"
