"""The first page of a repository, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import People


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("/nature/mountains", "owner"),
        ("/nature/high/lakes", None),
        ("/empty-git", "owner"),
        ("/empty-hg", "reader"),
    ],
)
def test_pages_have_no_fault(look: Any, path: str, role: str | None) -> None:
    look(path, role, f"summary{path.replace('/', '-')}")


def test_what_is_counted_comes_after_the_page(people: People) -> None:
    visit = people.visit("reader", width=1283)
    page = visit.go("/nature/mountains")
    page.locator("aside .legend li", has_text="Python").wait_for()
    assert "B" in page.locator("aside .figures dd").inner_text()
    assert visit.complaints == []
    page.close()


def test_ways_to_clone_and_archives_are_chosen_without_javascript(people: People) -> None:
    visit = people.visit("reader", width=1284, javascript=False)
    page = visit.go("/nature/mountains")
    commands = page.locator(".clone code")
    assert commands.first.is_visible()
    assert not commands.last.is_visible()
    page.get_by_role("radio", name="HTTP by id").check(force=True)
    assert not commands.first.is_visible()
    assert "/_" in commands.last.inner_text()
    page.locator(".downloads summary").click()
    page.get_by_label("Another revision").select_option(label="v1.0")
    page.get_by_label("Format").select_option("tar.zst")
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download").click()
    assert coming.value.suggested_filename.startswith("nature_mountains-")
    assert coming.value.suggested_filename.endswith(".tar.zst")
    page.close()
