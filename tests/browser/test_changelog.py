"""The changelog and the names of changesets, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import People
from tests.browser.world import World


@pytest.mark.parametrize(
    "path",
    [
        "/nature/high/lakes/changelog",
        "/nature/mountains/changelog?author=bob",
        "/empty-git/changelog",
        "/nature/mountains/branches",
        "/nature/high/lakes/tags?q=absent",
    ],
)
def test_pages_have_no_fault(look: Any, path: str) -> None:
    look(path)


def test_older_changesets_come_by_themselves(people: People) -> None:
    visit = people.visit("reader")
    page = visit.go("/nature/mountains/changelog?size=2")
    page.locator(".further").wait_for(state="detached")
    assert page.locator(".change").count() == 8
    assert page.locator(".change").last.locator(".subject").inner_text() == "Begin with the peaks"
    assert visit.complaints == []
    page.close()


def test_older_changesets_come_without_javascript(people: People) -> None:
    visit = people.visit("reader", javascript=False)
    page = visit.go("/nature/mountains/changelog?size=3")
    page.get_by_role("link", name="Older changesets").click()
    assert page.locator(".change").count() == 3
    page.get_by_role("link", name="begin at the top").click()
    assert page.locator(".change .subject").first.inner_text() == "Two metres more, and never down"
    page.close()


def test_pointing_at_a_changeset_lights_what_it_is_built_upon(people: People, world: World) -> None:
    ids = world.changesets["nature/mountains"]
    visit = people.visit("reader")
    page = visit.go("/nature/mountains/changelog")
    dots = page.locator("circle.lit")
    page.locator(f'.change[data-id="{ids["stable"][:8]}"]').hover()
    assert dots.count() == 3
    page.locator(f'.change[data-id="{ids["merge"][:8]}"]').hover()
    assert dots.count() == 5
    page.locator("h1").hover()
    assert dots.count() == 0
    page.close()


def test_a_second_look_at_a_message(people: People, world: World) -> None:
    ids = world.changesets["nature/mountains"]
    visit = people.visit("reader")
    page = visit.go("/nature/mountains/changelog")
    row = page.locator(f'.change[data-id="{ids["first"][:8]}"]')
    row.locator("summary").click()
    row.get_by_role("link", name=ids["changed"][:12]).wait_for()
    assert "several lines." in row.inner_text()
    assert visit.complaints == []
    page.close()


def test_choosing_two_shows_all_between(people: People, world: World) -> None:
    ids = world.changesets["nature/mountains"]
    visit = people.visit("reader", javascript=False)
    page = visit.go("/nature/mountains/changelog")
    show = page.get_by_role("button", name="Show", exact=True)
    assert not show.is_visible()
    for name in ("tip", "nested"):
        page.get_by_label(f"Choose {ids[name][:12]}").check()
    show.click()
    assert page.url == f"{visit.server.url}/nature/mountains/changeset/{ids['nested']}...{ids['tip']}"
    page.close()


def test_the_menu_of_names_finds_what_is_typed(people: People) -> None:
    visit = people.visit("reader")
    page = visit.go("/nature/mountains/changelog")
    page.locator(".picker summary").click()
    page.keyboard.type("v1")
    link = page.locator(".picker .names").get_by_role("link", name="v1.0")
    page.locator(".picker .names a").nth(1).wait_for(state="detached")
    page.keyboard.press("ArrowDown")
    assert link.evaluate("each => each === document.activeElement")
    page.keyboard.press("Enter")
    page.wait_for_url("**/changelog?branch=v1.0")
    assert page.locator(".picker summary").inner_text().endswith("v1.0")
    assert page.locator(".change").first.locator(".subject").inner_text() == "Merge the notes"
    assert visit.complaints == []
    page.close()


def test_branches_tell_how_far_they_are(people: People) -> None:
    visit = people.visit("reader")
    page = visit.go("/nature/mountains/branches")
    page.get_by_text("behind").first.wait_for()
    page.get_by_label("Filter by name").fill("stab")
    page.locator(".refs > li").nth(1).wait_for(state="detached")
    assert page.locator(".refs .name").inner_text() == "stable"
    page.get_by_text("behind").first.wait_for()
    assert visit.complaints == []
    page.close()
