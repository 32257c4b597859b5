"""reStructuredText to HTML that is not safe yet; nothing is read from files or the network, nothing is run."""

from __future__ import annotations

import threading
from typing import Any

from docutils import nodes
from docutils.core import publish_parts
from docutils.parsers.rst import roles as _roles_module
from docutils.writers import html5_polyglot

from belvedere.text.highlighting import highlighted_block

_SETTINGS: dict[str, Any] = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "_disable_config": True,
    "report_level": 5,
    "halt_level": 5,
    "doctitle_xform": False,
    "syntax_highlight": "none",
    "math_output": "LaTeX",
    "embed_stylesheet": False,
    "stylesheet_path": None,
    "initial_header_level": 1,
    "line_length_limit": 5000,
    "smart_quotes": False,
    "traceback": True,
}

# A document may define roles of its own, and docutils keeps these for the process: each starts without any.
_roles: dict[str, Any] = vars(_roles_module)["_roles"]
_one_at_a_time = threading.Lock()


def restructured_html(text: str) -> str:
    """Give the HTML of reStructuredText; what is not understood is left out or shown as it is written."""
    with _one_at_a_time:
        known = dict(_roles)
        try:
            parts = publish_parts(text, writer=_Writer(), settings_overrides=_SETTINGS)
        finally:
            _roles.clear()
            _roles.update(known)
    body: str = parts["body"]
    return body


class _Translator(html5_polyglot.HTMLTranslator):
    """Writes code in our colours."""

    def visit_literal_block(self, node: nodes.literal_block) -> None:
        """Write a block of code and leave out what the base class does with it."""
        classes: list[str] = node.get("classes", [])
        language = classes[1] if len(classes) > 1 and classes[0] == "code" else ""
        lines = "\n".join(highlighted_block(language, node.astext()))
        self.body.append(f'<pre class="code"><code>{lines}\n</code></pre>\n')
        raise nodes.SkipNode


class _Writer(html5_polyglot.Writer):
    def __init__(self) -> None:
        super().__init__()
        self.translator_class = _Translator
