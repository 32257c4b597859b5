"""JSON and docstrings written for people: laid out, coloured, marked up."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from belvedere.text.inline import inline

WIDTH = 52
TOKEN = re.compile(r'("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?')


def plain(documentation: str) -> str:
    """Join the lines of each paragraph."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in documentation.split("\n\n"))


def laid_out(value: Any, indent: str = "", width: int = WIDTH) -> str:
    """Write JSON with whatever is short on one line."""
    short = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or len(indent) + len(short) <= width:
        return short
    deeper = indent + "  "
    if isinstance(value, dict):
        rows = [f"{json.dumps(key)}: {laid_out(each, deeper, width)}" for key, each in value.items()]
    else:
        rows = [laid_out(each, deeper, width) for each in value]
    inside = f",\n{deeper}".join(rows)
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f"{opening}\n{deeper}{inside}\n{indent}{closing}"


def coloured(text: str) -> SafeString:
    """Mark keys, texts and words in JSON."""
    parts: list[str] = []
    end = 0
    for match in TOKEN.finditer(text):
        parts.append(escape(text[end : match.start()]))
        parts.append(_marked(match))
        end = match.end()
    parts.append(escape(text[end:]))
    return mark_safe("".join(parts))  # noqa: S308 every part is escaped


def _marked(match: re.Match[str]) -> str:
    quoted, colon, word = match.groups()
    if colon is not None:
        return f'<span class="key">{escape(quoted)}</span>{colon}'
    kind = "text" if quoted is not None else "word" if word is not None else "number"
    return f'<span class="{kind}">{escape(match.group())}</span>'


def breakable(name: str) -> SafeString:
    """Let a long name be broken behind its underscores."""
    return mark_safe(escape(name).replace("_", "_<wbr>"))  # noqa: S308 escaped before


def prose(text: str) -> SafeString:
    """Mark up paragraphs, and what stands between backticks as code."""
    paragraphs = (f"<p>{inline(each)}</p>" for each in text.split("\n\n") if each)
    return mark_safe("\n".join(paragraphs))  # noqa: S308 escaped by inline


FILTERS: dict[str, Callable[[str], SafeString]] = {
    "breakable": breakable,
    "coloured": coloured,
    "prose": prose,
}
"""What templates may do with texts."""
