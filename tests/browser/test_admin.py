"""The administration as an administrator sees it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import People
from tests.browser.world import World

USERS = "/_admin/users"


@pytest.mark.parametrize(
    "path",
    [
        "/_admin",
        "/_admin/repos",
        "/_admin/repo_groups",
        USERS,
        "/_admin/permissions",
        "/_admin/permissions/apply/repository",
        "/_admin/permissions/ips",
        "/_admin/defaults",
        "/_admin/settings/mapping",
        "/_admin/settings/system",
        "/_admin/settings",
    ],
)
def test_pages_of_the_administration(look: Any, path: str) -> None:
    look(path, "administrator")


@pytest.mark.parametrize(
    "tab",
    ["", "/password", "/api_keys", "/permissions", "/ips", "/advanced"],
)
def test_pages_about_a_user(look: Any, world: World, tab: str) -> None:
    pk = world.api("administrator", "get_user", userid="owner")["user_id"]
    look(f"{USERS}/{pk}/edit{tab}", "administrator", f"admin-user{tab.replace('/', '-')}")


def test_what_a_user_reaches(look: Any, world: World) -> None:
    pk = world.api("administrator", "get_user", userid="writer")["user_id"]
    look(f"{USERS}/{pk}/edit/permissions?kind=repositories", "administrator", "admin-user-reach")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_user_is_made_found_and_deleted(people: People, javascript: bool) -> None:
    visit = people.visit("administrator", javascript=javascript)
    name = f"visitor{int(javascript)}"
    page = visit.go(USERS)
    page.get_by_role("link", name="New user").click()
    page.get_by_label("Username").fill(name)
    page.get_by_role("button", name="Create the user").click()
    page.get_by_role("button", name="Show a link").click()
    assert "/_admin/password_reset_confirmation?token=" in page.get_by_label("Link to a new password").inner_text()
    page.get_by_role("link", name="Advanced").click()
    page.get_by_label(f"Type {name} to confirm").fill(name)
    page.get_by_role("button", name=f"Delete {name}").click()
    assert page.get_by_text(f"The user {name} is deleted.").is_visible()
    page.get_by_label("Username, name or e-mail").fill(name)
    page.get_by_label("Username, name or e-mail").press("Enter")
    assert page.get_by_text("No user fits.").is_visible()
    visit.page.close()


def test_an_administrator_is_asked_before_he_locks_himself_out(people: People) -> None:
    visit = people.visit("administrator")
    page = visit.go("/_admin/permissions/ips")
    page.get_by_label("Address or network").fill("192.0.2.0/24")
    page.get_by_role("button", name="Add").click()
    assert page.get_by_text("you would lock yourself out").is_visible()
    page.get_by_role("link", name="Leave it").click()
    assert page.get_by_text("People may come from anywhere.").is_visible()
    visit.page.close()
