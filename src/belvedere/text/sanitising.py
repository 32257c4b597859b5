"""HTML that people wrote, or that was made of what they wrote, made harmless: the one place that trusts none of it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from html import escape, unescape
from urllib.parse import unquote_to_bytes

import nh3
from django.utils.safestring import SafeString, mark_safe

from belvedere.text.characters import escaped
from belvedere.text.highlighting import HTML_CLASSES
from belvedere.text.messages import URL, link_to, without_ending

Resolve = Callable[[str, bool], str]
"""Gives the address for a path of the repository; the second argument tells whether it is shown as a picture."""

ID_PREFIX = "user-content-"
"""Stands before every id, so that no text takes the id of something else on the page."""

SCHEMES = {"http", "https", "mailto", "ftp", "irc", "ircs"}
_ALIGNED = {"align"}
_TAGS = frozenset(
    """
    a abbr aside b bdi blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure
    h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp section small span strong sub summary sup
    table tbody td tfoot th thead tr tt u ul var wbr
    """.split()  # noqa: SIM905 a list of them would fill a page
)
_ATTRIBUTES = {
    "*": {"id", "title", "dir", "lang"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "reversed"},
    "li": {"value"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan"},
    "details": {"open"},
    **dict.fromkeys(("p", "div", "h1", "h2", "h3", "h4", "h5", "h6"), _ALIGNED),
}
_ADMONITIONS = {
    *("admonition", "note", "tip", "hint", "important"),
    *("attention", "warning", "caution", "danger", "error"),
}
_CLASSES = {
    "span": set(HTML_CLASSES) | {"task", "done"},
    "pre": {"code"},
    "a": {"anchor"},
    "section": {"footnotes"},
    "div": _ADMONITIONS,
    "aside": _ADMONITIONS,
    "p": {"admonition-title"},
}
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_IGNORED_BY_BROWSERS = re.compile(r"[\x00-\x20]+")
_LINES = re.compile(r"L\d+(?:-L?\d+)?")
_SIZE = re.compile(r"\d{1,4}%?")
_TAG_OR_TEXT = re.compile(r'<(/?)([a-z0-9]+)((?: [a-z-]+="[^"]*")*)>|([^<]+)')
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_WEB = re.compile(URL)
_WITHOUT_LINKS = {"a", "code", "pre", "kbd", "samp", "tt"}


def sanitised(html: str, path: str, resolve: Resolve) -> SafeString:
    """Keep of HTML what formats text, with links and pictures that lead where they would in the repository.

    `path` is the file's: relative addresses start there, those with a slash before them at the root. Pictures of other
    hosts become links. Headings go one level down, as the page has a first one of its own; ids have a prefix.
    """

    def filtered(tag: str, name: str, value: str) -> str | None:
        if name in ("href", "src"):
            return _address(value, path, resolve, is_image=tag == "img")
        if name == "id":
            return ID_PREFIX + value
        if name in ("width", "height"):
            return value if _SIZE.fullmatch(value) else None
        return value

    clean = nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags={"script", "style", "template", "title", "textarea", "noscript", "iframe", "object"},
        attributes=_ATTRIBUTES,
        attribute_filter=filtered,
        allowed_classes=_CLASSES,
        url_schemes=SCHEMES,
        link_rel="nofollow noopener",
    )
    return mark_safe("".join(_Fitting(clean)))  # noqa: S308 only what was cleaned, and tags that are made here


def _address(value: str, path: str, resolve: Resolve, *, is_image: bool) -> str | None:
    """Give where an address leads, or None where it must lead nowhere."""
    given = _IGNORED_BY_BROWSERS.sub("", value).replace("\\", "/")
    scheme = _SCHEME.match(given)
    if scheme:
        return given if scheme[1].lower() in SCHEMES else None
    if given.startswith("//"):
        return f"https:{given}"
    before, mark, fragment = given.partition("#")
    if not before:
        return f"#{ID_PREFIX}{fragment}" if fragment and not is_image else (given or None)
    file = unquote_to_bytes(before.partition("?")[0]).decode("utf-8", "surrogateescape")
    above = "" if file.startswith("/") else posixpath.dirname(path)
    target = posixpath.normpath("/" + posixpath.join(above, file.lstrip("/"))).lstrip("/")
    if "\0" in target:
        return None
    prefix = "" if not fragment or _LINES.fullmatch(fragment) else ID_PREFIX
    return resolve(target, is_image) + mark + prefix + fragment


class _Fitting:
    """Clean HTML made to fit into a page, tag by tag.

    The serialiser escapes `<` in text and `"` in attributes, so that what looks like a tag is one.
    """

    def __init__(self, html: str) -> None:
        self._html = html
        self._inside: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for match in _TAG_OR_TEXT.finditer(self._html):
            closing, tag, attributes, text = match.groups()
            if text is not None:
                yield text if self._inside else _with_links(text)
            elif closing:
                yield self._end(tag)
            else:
                yield self._start(tag, attributes)

    def _start(self, tag: str, attributes: str) -> str:
        if tag in _WITHOUT_LINKS:
            self._inside.append(tag)
        if tag == "img":
            return self._image(dict(_ATTRIBUTE.findall(attributes)), attributes)
        if tag == "table":
            return f'<div class="wide" tabindex="0"><table{attributes}>'
        if tag == "pre":
            return f'<pre tabindex="0"{attributes}>'
        if tag == "a" and ' class="anchor"' in attributes:
            return f'<a tabindex="-1" aria-hidden="true"{attributes}>'
        return f"<{_fitting(tag)}{attributes}>"

    def _end(self, tag: str) -> str:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()
        return "</table></div>" if tag == "table" else f"</{_fitting(tag)}>"

    def _image(self, given: dict[str, str], attributes: str) -> str:
        source = unescape(given.get("src", ""))
        if source.startswith("/"):
            alternative = "" if "alt" in given else ' alt=""'
            return f'<img loading="lazy"{alternative}{attributes}>'
        label = unescape(given.get("alt", "")) or source or "picture"
        if "a" in self._inside or not source:
            return escaped(label)
        return link_to(source, label)


def _fitting(tag: str) -> str:
    """Put headings one level down, and let nothing be a landmark of the page."""
    if tag == "aside":
        return "div"
    return f"h{min(int(tag[1]) + 1, 6)}" if tag[0] == "h" and tag[1:].isdigit() else tag


def _with_links(text: str) -> str:
    """Link addresses in text that is escaped already."""
    parts: list[str] = []
    end = 0
    for match in _WEB.finditer(text):
        # An entity that ends the match belongs to the sentence as its character would: `&quot;`, `&gt;`.
        url = without_ending(unescape(match[0]).split('"')[0].split("<")[0].split(">")[0].split("\xa0")[0])
        written = escape(url, quote=False)
        if match[0].startswith(written):
            parts += (text[end : match.start()], link_to(url, url))
            end = match.start() + len(written)
    parts.append(text[end:])
    return "".join(parts)
