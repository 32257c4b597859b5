"""The frame of every page, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import PASSWORD, People


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("/", None),
        ("/", "owner"),
        ("/_admin/login", None),
        ("/_admin/logout", "reader"),
        ("/absent", None),
        ("/nature/mountains", "owner"),
        ("/nature/high", "reader"),
    ],
)
def test_pages_have_no_fault(look: Any, path: str, role: str | None) -> None:
    look(path, role, None if role is None or path != "/" else f"home-{role}")


def test_signing_in_with_the_keyboard_alone(people: People) -> None:
    visit = people.visit(width=1281)
    page = visit.go("/_admin/login?came_from=/nature/mountains")
    page.keyboard.type("reader")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{visit.server.url}/nature/mountains")
    visit.go("/nature/mountains")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    summary = page.locator("nav.site details.menu summary")
    summary.focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("link", name="My account").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("link", name="My account").is_visible()
    page.close()


def test_colours_are_chosen_with_and_without_javascript(people: People) -> None:
    for javascript in (True, False):
        visit = people.visit(width=1282, javascript=javascript)
        page = visit.go("/")
        page.get_by_role("button", name="Dark").click()
        page.wait_for_load_state("networkidle")
        assert page.locator("html").get_attribute("data-theme") == "dark"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 20, 22)"
        visit.go("/_admin/login")
        assert page.locator("html").get_attribute("data-theme") == "dark"
        page.close()
