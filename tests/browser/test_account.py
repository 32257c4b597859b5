"""The pages of one's account, and those that lead to one, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import People, faults_of, keep
from tests.browser.world import World

PLACE = "/_admin/my_account"


@pytest.fixture(scope="module", autouse=True)
def _account_with_something_in_it(world: World) -> None:
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBGXLcYjf1kKn0kHLVwbx1wKpUzRZ6d2nZBqLb5Fq4m1 olga@laptop"
    world.api("owner", "add_ssh_key", public_key=key)
    world.api("owner", "create_api_key", description="continuous integration")
    world.api(
        "owner",
        "create_api_key",
        description="a robot with a long name " * 8,
        access="read",
        methods=["vcs", "pages", "changesets"],
        repositories=["nature/mountains"],
        lifetime=60,
    )


@pytest.mark.parametrize(
    ("path", "role"),
    [
        (PLACE, "owner"),
        (f"{PLACE}/password", "owner"),
        (f"{PLACE}/emails", "owner"),
        (f"{PLACE}/sessions", "owner"),
        (f"{PLACE}/api_keys", "owner"),
        (f"{PLACE}/api_keys/reset", "owner"),
        (f"{PLACE}/ssh_keys", "owner"),
        (f"{PLACE}/repos", "owner"),
        (f"{PLACE}/perms", "writer"),
        (f"{PLACE}/perms?kind=repositories", "writer"),
        ("/_admin/register", None),
        ("/_admin/register/waiting?for=approval", None),
        ("/_admin/password_reset", None),
        ("/_admin/confirm_address?token=x", None),
    ],
)
def test_pages_have_no_fault(look: Any, path: str, role: str | None) -> None:
    look(path, role)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_key_is_made_shown_and_deleted(people: People, javascript: bool) -> None:
    visit = people.visit("writer", javascript=javascript)
    page = visit.go(f"{PLACE}/api_keys")
    secret = page.get_by_role("group", name="Automatic API key")
    assert not secret.is_visible()
    page.get_by_text("Show the automatic key").click()
    assert secret.is_visible()
    page.get_by_label("Description").fill("a robot")
    page.get_by_text("Narrow what it may do").click()
    page.get_by_label("Access").select_option("Read only")
    page.get_by_label("Pulling and pushing").check()
    page.get_by_label("Only these repositories").fill("nature/mountains\nabsent")
    page.get_by_role("button", name="Make the key").click()
    assert page.get_by_role("alert").inner_text() == "Repository absent does not exist"
    assert page.get_by_label("Pulling and pushing").is_checked()
    page.get_by_label("Only these repositories").fill("nature/mountains")
    page.get_by_role("button", name="Make the key").click()
    assert len(page.get_by_role("group", name="New API key").inner_text()) == 40
    assert page.get_by_text("Only in nature/mountains").is_visible()
    page.get_by_text("Delete", exact=False).first.click()
    page.get_by_role("button", name="Delete a robot").click()
    assert page.get_by_text("There are no further keys yet").is_visible()
    assert visit.complaints == []
    page.close()


def test_a_present_page_is_in_sight_on_a_telephone(people: People) -> None:
    page = people.visit("writer", width=390).go(f"{PLACE}/perms")
    link = page.get_by_role("navigation", name="My account").get_by_role("link", name="Permissions")
    box = link.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    page.close()


def test_what_is_unfolded_has_no_fault(people: People) -> None:
    visit = people.visit("owner", width=390)
    page = visit.go(f"{PLACE}/api_keys")
    for words in ("Show the automatic key", "Narrow what it may do", "Delete"):
        page.get_by_text(words).first.click()
    keep(page, "account-keys-unfolded")
    assert faults_of(visit) == []
    page.close()
