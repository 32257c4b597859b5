"""Markdown as people know it from forges, to HTML that is not safe yet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from belvedere.text.highlighting import highlighted_block

_NO_PART_OF_AN_ID = re.compile(r"[^\w\u4e00-\u9fff\- ]")
_ALERT = "markdown-alert"


def markdown_html(text: str) -> str:
    """Give the HTML of Markdown with tables, tasks, footnotes, alerts and ids of headings."""
    html: str = _parser().render(text)
    return html


class _Renderer(RendererHTML):
    """Writes tasks with a sign instead of a box that could not be ticked anyway."""

    def list_item_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:  # noqa: ARG002 as its base has it
        """Open an item."""
        meta = tokens[idx].meta
        if "checked" not in meta:
            return "<li>"
        return "<li>" + ('<span class="task done">☑</span> ' if meta["checked"] else '<span class="task">☐</span> ')


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "highlight": _code}, renderer_cls=_Renderer)
    parser.options["tasklists"] = True
    parser.options["alerts"] = True
    parser.options["strikethrough_single_tilde"] = True
    parser.enable(["table", "strikethrough"])
    parser.use(footnote_plugin, inline=False).use(front_matter_plugin)
    parser.core.ruler.push("fitting", _fit)
    return parser


def _code(text: str, language: str, _attributes: str) -> str:
    lines = "\n".join(highlighted_block(language, text))
    return f'<pre class="code"><code>{lines}\n</code></pre>'


def _fit(state: StateCore) -> None:
    """Give headings their ids, and say by attributes what else would need a style of its own."""
    counts: Counter[str] = Counter()
    for token, following in zip(state.tokens, state.tokens[1:], strict=False):
        if token.type == "heading_open":
            _name_heading(token, following, counts)
        elif token.type in ("td_open", "th_open") and "style" in token.attrs:
            token.attrs["align"] = str(token.attrs.pop("style")).rpartition(":")[2]
        elif _ALERT in str(token.attrs.get("class", "")):
            kind = "admonition-title" if token.tag == "p" else str(token.attrs["class"]).rpartition("-")[2]
            token.attrs["class"] = kind if token.tag == "p" else f"admonition {kind}"


def _name_heading(heading: Token, content: Token, counts: Counter[str]) -> None:
    """Give a heading the id that links to it have elsewhere, and a link to itself behind its text."""
    title = "".join(child.content for child in content.children or () if child.type in ("text", "code_inline"))
    slug = _NO_PART_OF_AN_ID.sub("", title.strip().lower()).replace(" ", "-") or "section"
    seen, counts[slug] = counts[slug], counts[slug] + 1
    heading.attrs["id"] = slug = f"{slug}-{seen}" if seen else slug
    link = [Token("link_open", "a", 1, {"class": "anchor", "href": f"#{slug}"}), Token("text", "", 0, content="#")]
    content.children = [*(content.children or ()), *link, Token("link_close", "a", -1)]
