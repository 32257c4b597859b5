"""Source code as lines of safe HTML, coloured by classes of what the words are."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b

from django.utils.safestring import SafeString, mark_safe
from pygments.token import Token, _TokenType

from belvedere.text.characters import escaped
from belvedere.text.kept import Kept
from belvedere.text.lexers import LexerClass, lexer_class_named, lexer_class_of

LARGEST = 1_000_000
"""Characters from which text stays plain."""
LONGEST_LINE = 5000
"""Characters of a line from which its whole text stays plain: nobody wrote that by hand."""
LONGEST_LEXING = 1.5
"""Seconds of work after which the rest stays plain."""
LOOKED_UP = 256
"""Words after which the clock is looked at."""
_MEGABYTE = 1 << 20

Lines = list[SafeString]

CLASSES = {
    Token.Keyword: "k",
    Token.Keyword.Type: "t",
    Token.Keyword.Constant: "n",
    Token.Name.Builtin: "b",
    Token.Name.Builtin.Pseudo: "b",
    Token.Name.Class: "t",
    Token.Name.Constant: "n",
    Token.Name.Decorator: "d",
    Token.Name.Entity: "n",
    Token.Name.Exception: "t",
    Token.Name.Function: "f",
    Token.Name.Attribute: "a",
    Token.Name.Tag: "k",
    Token.Name.Label: "d",
    Token.Name.Namespace: "t",
    Token.Name.Variable: "v",
    Token.Literal.String: "s",
    Token.Literal.String.Escape: "e",
    Token.Literal.String.Interpol: "e",
    Token.Literal.String.Regex: "e",
    Token.Literal.String.Symbol: "n",
    Token.Literal.String.Doc: "c",
    Token.Literal.Number: "n",
    Token.Literal.Date: "n",
    Token.Operator.Word: "k",
    Token.Comment: "c",
    Token.Comment.Preproc: "d",
    Token.Comment.PreprocFile: "s",
    Token.Generic.Deleted: "gd",
    Token.Generic.Inserted: "gi",
    Token.Generic.Heading: "gh",
    Token.Generic.Subheading: "gh",
    Token.Generic.Emph: "ge",
    Token.Generic.Strong: "gs",
    Token.Generic.Prompt: "c",
    Token.Generic.Output: "c",
}
"""Few classes, so that one palette serves all languages: what is not here, or below what is here, has none."""

HTML_CLASSES = frozenset(CLASSES.values()) | {"hides"}
"""Every class that the lines can have."""


def _weight(lines: Lines) -> int:
    return sum(map(len, lines)) + 80 * len(lines)


_kept: Kept[Lines] = Kept(_weight, most=32 * _MEGABYTE, largest=8 * _MEGABYTE)


def highlighted_lines(path: str, text: str) -> Lines:
    """Give each line of a file's text as HTML without its line end, every `span` closed within its line.

    There are as many as `lines_of(text)` gives: one for each LF, and one for what follows the last if anything does.
    The language is told by the name and the text. Plain where the text is long, where a line is, and from where it
    takes too long. Classes are those of `styles/code.css`, below an element with the class `code`.
    """
    return _lines(lexer_class_of(path, text), text)


def highlighted_block(language: str, text: str) -> Lines:
    """Give the same for text of a language as people call it (`py`, `c++`); plain where nobody knows it."""
    return _lines(lexer_class_named(language) if language else None, text)


def lines_of(text: str) -> list[str]:
    """Take text apart at LF, as both systems count lines; CR before LF belongs to the line end."""
    lines = text.replace("\r\n", "\n").split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def _lines(lexer_class: LexerClass | None, text: str) -> Lines:
    lines = lines_of(text)
    if lexer_class is None or len(text) > LARGEST or any(len(line) > LONGEST_LINE for line in lines):
        return _plain(lines)
    key = lexer_class.__name__, blake2b(text.encode("utf-8", "surrogatepass")).digest()
    return _kept.get(key, lambda: _coloured(lexer_class, lines))


def _plain(lines: list[str]) -> Lines:
    return [mark_safe(escaped(line)) for line in lines]  # noqa: S308 escaped


def _coloured(lexer_class: LexerClass, lines: list[str]) -> Lines:
    made: Lines = []
    parts: list[str] = []
    for css_class, value in _together(_tokens(lexer_class, "\n".join(lines) + "\n")):
        first, *others = value.split("\n")
        parts.append(_piece(css_class, first))
        for other in others:
            made.append(mark_safe("".join(parts)))  # noqa: S308 pieces are escaped, spans are ours
            parts = [_piece(css_class, other)]
    if len(made) != len(lines):  # a lexer that loses or makes up text: rather no colour than another text
        return _plain(lines)
    return made


def _piece(css_class: str, text: str) -> str:
    if not text:
        return ""
    return f'<span class="{css_class}">{escaped(text)}</span>' if css_class else escaped(text)


def _together(tokens: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Join neighbours of one class; blanks between them count as theirs."""
    known, parts = "", list[str]()
    for css_class, value in tokens:
        if css_class == known or value.isspace():
            parts.append(value)
            continue
        if parts:
            yield known, "".join(parts)
        known, parts = css_class, [value]
    if parts:
        yield known, "".join(parts)


def _tokens(lexer_class: LexerClass, text: str) -> Iterator[tuple[str, str]]:
    """Give class and text of each word, the whole text in its order: what the lexer leaves or repeats stays plain."""
    end, deadline = 0, time.thread_time() + LONGEST_LEXING
    for count, (start, token, value) in enumerate(lexer_class().get_tokens_unprocessed(text), start=1):
        if start != end or not text.startswith(value, start):
            break
        yield _class_of(token), value
        end = start + len(value)
        if count % LOOKED_UP == 0 and time.thread_time() > deadline:
            break
    if end < len(text):
        yield "", text[end:]


@lru_cache(maxsize=512)
def _class_of(token: _TokenType) -> str:
    kind: _TokenType | None = token
    while kind is not None and kind not in CLASSES:
        kind = kind.parent
    return CLASSES[kind] if kind is not None else ""
