"""What is written for people can be followed."""

from __future__ import annotations

import re

from belvedere.api.registry import load
from tests.house.tree import ROOT, shown, texts, tracked

LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


def anchors(text: str) -> set[str]:
    """Give the anchors that the headings of a page make."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(text)}


def test_links_lead_somewhere() -> None:
    broken = []
    for path, text in texts():
        if path.suffix != ".md":
            continue
        for target in LINK.findall(CODE.sub("", text)):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            page = (path.parent / name).resolve() if name else path
            if not page.exists() or (anchor and anchor not in anchors(page.read_text("utf-8"))):
                broken.append(f"{shown(path)}: {target}")
    assert broken == []


def test_every_page_of_the_documentation_is_in_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text("utf-8")
    pages = [path for path in tracked() if path.is_relative_to(ROOT / "docs") and path.suffix == ".md"]
    missing = [
        shown(path) for path in pages if path.name != "README.md" and str(path.relative_to(ROOT / "docs")) not in index
    ]
    assert missing == []


def test_every_method_of_the_api_is_documented() -> None:
    silent = [name for name, method in load().items() if not method.documentation]
    assert silent == []
