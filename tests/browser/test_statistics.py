"""Pictures of a history, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import People


@pytest.mark.parametrize(
    ("path", "role"),
    [("/nature/mountains/statistics", "owner"), ("/empty-git/statistics", None)],
)
def test_pages_have_no_fault(look: Any, path: str, role: str | None) -> None:
    look(path, role)


def test_one_persons_part_is_shown(people: People) -> None:
    visit = people.visit(width=1285, javascript=False)
    page = visit.go("/nature/high/lakes/statistics")
    page.get_by_role("link", name="Bob Example").click()
    assert page.locator("#over-time").inner_text() == "Changesets of Bob Example"
    page.get_by_text("Numbers", exact=True).first.click()
    assert page.get_by_role("row", name="November 2023 3").is_visible()
    page.close()
