"""The first page and the switcher, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import People, faults_of, keep


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("/", "owner"),
        ("/?all=1&sort=changed", "administrator"),
        ("/nature", "owner"),
        ("/?q=nothing+has+this", None),
        ("/about", None),
    ],
)
def test_pages_have_no_fault(look: Any, path: str, role: str | None) -> None:
    look(path, role, f"home-{role}-{path.strip('/?').replace('&', '-') or 'top'}")


def test_a_list_narrows_while_one_types(people: People) -> None:
    visit = people.visit("owner", width=1283)
    page = visit.go("/?all=1")
    page.get_by_label("Filter by name or description").type("lak")
    page.wait_for_url("**/?all=1&q=lak")
    assert page.locator("#listing .entry a").all_text_contents() == ["nature/high/lakes"]
    assert page.locator("[data-count]").text_content() == "1 entry"
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


def test_the_switcher_by_keyboard(people: People) -> None:
    visit = people.visit("owner", width=1284)
    page = visit.go("/about")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Find a repository or group")
    assert field.get_attribute("aria-expanded") == "false"
    page.keyboard.type("mount")
    option = page.get_by_role("option", name="nature/mountains")
    option.wait_for()
    assert field.get_attribute("aria-activedescendant") == option.get_attribute("id")
    assert page.locator(".find [role=status]").text_content() == "1 result"
    page.keyboard.press("Escape")
    assert not option.is_visible()
    assert field.input_value() == "mount"
    page.keyboard.press("ArrowDown")
    option.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/nature/mountains")
    visit.go("/about")
    page.keyboard.press("Control+k")
    page.get_by_role("option", name="nature/mountains").wait_for()
    page.keyboard.type("empty")
    page.get_by_role("option", name="empty-hg").wait_for()
    page.keyboard.press("ArrowDown")
    assert page.locator("[role=option][aria-selected=true] .name").text_content() == "empty-git"
    keep(page, "switcher-open")
    assert faults_of(visit) == []
    page.keyboard.press("Control+a")
    page.keyboard.type("nothing like that")
    page.get_by_text("Nothing has that in its name").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=nothing+like+that")
    page.close()


def test_recent_places_go_with_their_user(people: People) -> None:
    visit = people.visit("reader", width=1285)
    page = visit.go("/nature/mountains")
    page.context.clear_cookies()
    visit.go("/about")
    assert page.evaluate("Object.keys(localStorage)") == []
    page.close()
