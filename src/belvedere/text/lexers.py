"""Which language a file is in: told by its name, else by what its first and last lines say of it."""

from __future__ import annotations

import re
from functools import lru_cache

from pygments.lexer import Lexer
from pygments.lexers import find_lexer_class_by_name, find_lexer_class_for_filename
from pygments.lexers.special import TextLexer
from pygments.util import ClassNotFound

LOOKED_AT = 512  # characters at either end
_SHEBANG = re.compile(r"#!\s*(?:\S*/)?([\w.+-]+)(?:[ \t]+(?:-S\s+)?([\w.+-]+))?")
_MODELINE = re.compile(r"(?:-\*-(?:.*?mode:)?\s*([\w+#-]+)[\s;].*?-\*-|\bvim?:.*?\b(?:ft|filetype|syntax)=([\w+#-]+))")
_VERSION = re.compile(r"[\d.]+$")
_OTHER_NAMES = {"node": "javascript", "nodejs": "javascript", "dash": "sh", "ksh": "sh", "wish": "tcl", "el": "elisp"}
_BY_NAME = {
    ".gitconfig": "ini",
    ".gitmodules": "ini",
    ".hgrc": "ini",
    ".hgsub": "ini",
    "jenkinsfile": "groovy",
    "go.sum": "text",
}
_BY_SUFFIX = {"sql": "sql", "m": "objective-c", "pl": "perl", "ts": "typescript", "txt": "text"}
"""Where several languages share a name, the one that people mean."""

LexerClass = type[Lexer]


def lexer_class_of(path: str, text: str) -> LexerClass | None:
    """Give the class that reads the file's language, or None for plain text."""
    by_name = _by_file_name(path.rpartition("/")[2].lower()) or _by_file_name(path.rpartition("/")[2])
    found = by_name or _by_content(text[:LOOKED_AT], text[-LOOKED_AT:])
    return None if found is TextLexer else found


def lexer_class_named(name: str) -> LexerClass | None:
    """Give the class for a language as people call it, or None."""
    return _by_alias(name.lower())


@lru_cache(maxsize=2048)
def _by_file_name(name: str) -> LexerClass | None:
    alias = _BY_NAME.get(name) or _BY_SUFFIX.get(name.rpartition(".")[2])
    if alias is not None:
        return _by_alias(alias) or TextLexer
    try:
        return find_lexer_class_for_filename(name)
    except (ClassNotFound, ValueError):
        return None


@lru_cache(maxsize=512)
def _by_alias(name: str) -> LexerClass | None:
    try:
        found = find_lexer_class_by_name(_OTHER_NAMES.get(name, name))
    except ClassNotFound:
        return None
    return None if found is TextLexer else found


def _by_content(head: str, tail: str) -> LexerClass | None:
    shebang = _SHEBANG.match(head)
    if shebang:
        program = shebang[2] if shebang[1] == "env" and shebang[2] else shebang[1]
        return _by_alias(_VERSION.sub("", program).lower())
    if head.startswith("<?xml"):
        return _by_alias("xml")
    for line in (*head.split("\n")[:2], *tail.split("\n")[-5:]):
        modeline = _MODELINE.search(line)
        if modeline:
            return _by_alias((modeline[1] or modeline[2]).lower())
    return None
