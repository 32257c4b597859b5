"""Files in a real browser: directories, source, annotation, history, and finding one by typing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import People

GIT, HG = "/nature/mountains", "/nature/high/lakes"


@pytest.mark.parametrize(
    "path",
    [
        f"{GIT}/files",
        f"{GIT}/files/main?find=way",
        f"{HG}/files/default/src/way.py",
        f"{GIT}/files/main/docs/drawing.svg",
        f"{GIT}/files/main/data.bin",
        f"{HG}/annotate/default/src/way.py",
        f"{GIT}/history/main/src/way.py",
        f"{GIT}/authors/main",
        "/empty-git/files",
    ],
)
def test_pages_have_no_fault(look: Any, path: str) -> None:
    look(path)


def test_finding_a_file_with_the_keyboard(people: People) -> None:
    visit = people.visit("reader")
    page = visit.go(f"{GIT}/files/main")
    page.keyboard.press("t")
    page.keyboard.type("way src")
    page.get_by_role("option", name="src/way.py").wait_for()
    assert page.locator("[role=option][aria-selected=true] bdi").text_content() == "src/way.py"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{GIT}/files/main/src/way.py")
    page.keyboard.press("y")
    assert "/files/main/" not in page.url
    page.close()


def test_choosing_lines(people: People) -> None:
    visit = people.visit("reader")
    page = visit.go(f"{GIT}/files/main/src/way.py")
    page.locator(".source-lines #L2 > a").click()
    page.locator(".source-lines #L4 > a").click(modifiers=["Shift"])
    assert page.url.endswith("#L2-4")
    assert page.locator(".chosen").count() == 3
    page.reload()
    assert page.locator(".chosen").count() == 3
    assert page.locator(".last-change .said").text_content() == "Two metres more, and never down"
    page.close()


def test_pages_are_whole_without_javascript(people: People) -> None:
    visit = people.visit("reader", javascript=False)
    page = visit.go(f"{HG}/files/default/src/way.py")
    page.get_by_role("link", name="Show the last change").click()
    assert "Two metres more" in page.locator(".last-change").text_content()
    page.locator("#L3 > a").click()
    assert page.url.endswith("#L3")
    page = visit.go(f"{HG}/files/default")
    page.get_by_label("Find a file").fill("notes")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="docs/notes.txt").click()
    page.get_by_role("link", name="Annotate").click()
    assert page.get_by_role("link", name="Take notes on a branch").is_visible()
    page.close()
