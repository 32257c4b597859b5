"""The first page and the switcher, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import People


@pytest.mark.parametrize(
    ("path", "role"),
    [("/", "owner"), ("/?all=1&sort=changed", "administrator"), ("/nature", "owner"), ("/?q=nothing+has+this", None)],
)
def test_pages_have_no_fault(look: Any, path: str, role: str | None) -> None:
    look(path, role, f"home-{role}-{path.strip('/?').replace('&', '-') or 'top'}")


def test_a_list_narrows_while_one_types(people: People) -> None:
    visit = people.visit("owner", width=1283)
    page = visit.go("/?all=1")
    page.get_by_label("Filter by name or description").type("lak")
    page.wait_for_url("**/?all=1&q=lak")
    assert page.locator("#listing .entry a").all_text_contents() == ["nature/high/lakes"]
    assert page.get_by_role("status").text_content() == "1 entry"
    page.reload()
    assert page.locator("#listing .entry a").all_text_contents() == ["nature/high/lakes"]
    assert visit.complaints == []
    page.close()


def test_filtering_without_javascript(people: People) -> None:
    page = people.visit("owner", javascript=False).go("/")
    page.get_by_label("Filter by name or description").fill("lak")
    page.get_by_role("button", name="Filter").click()
    assert page.locator("#listing .entry a").all_text_contents() == ["nature/high/lakes"]
    page.close()
