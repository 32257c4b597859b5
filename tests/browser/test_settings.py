"""Settings of repositories and groups, creating and forking, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import People, faults_of
from tests.browser.world import World

MOUNTAINS = "/nature/mountains/settings"
NATURE = "/_admin/repo_groups/nature/edit"


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("/_admin/create_repository?parent_group=nature", "owner"),
        ("/_admin/repo_groups/new", "owner"),
        ("/nature/mountains/fork", "reader"),
        ("/nature/mountains/forks", "reader"),
        ("/nature/mountains/followers", None),
        (MOUNTAINS, "owner"),
        (f"{MOUNTAINS}/remote", "owner"),
        (NATURE, "owner"),
        (f"{NATURE}/permissions", "owner"),
        (f"{NATURE}/advanced", "owner"),
        ("/_admin/recycle_bin", "administrator"),
    ],
)
def test_pages_have_no_fault(look: Any, path: str, role: str | None) -> None:
    look(path, role)


@pytest.fixture(scope="module")
def own(world: World) -> str:
    """A repository of this module's own, with long names on it, a fork, an extra field and a watcher."""
    name = "settings-of-its-own-with-a-name-" + "that-never-ends-" * 4
    world.server.api("create_repo", repo_name=name, repo_type="git", owner="owner", description="רכס " * 40)
    world.server.api("create_user_group", group_name="people " + "of-the-long-name-" * 9, owner="owner")
    world.server.api("create_user_group", group_name="climbers", owner="owner")
    world.server.api("add_user_to_user_group", usergroupid="climbers", userid="reader")
    world.api("owner", "grant_user_group_permission", repoid=name, usersgroupid="climbers", perm="repository.write")
    world.api(
        "owner",
        "grant_user_group_permission",
        repoid=name,
        usersgroupid="people " + "of-the-long-name-" * 9,
        perm="repository.read",
    )
    world.server.api("grant_user_permission", repoid=name, userid="reader", perm="repository.read")
    world.server.api("add_field_to_repo", repoid=name, key="tickets", label="Tickets", description="Where they are")
    world.api("reader", "fork_repo", repoid=name, fork_name="fork-of-reader")
    return name


@pytest.mark.parametrize(
    ("page", "role"),
    [("settings/permissions", "owner"), ("settings/fields", "owner"), ("settings/advanced", "administrator")],
)
def test_long_names_break_nothing(look: Any, own: str, page: str, role: str) -> None:
    look(f"/{own}/{page}", role, f"long-{page.replace('/', '-')}")


def test_somebody_is_found_and_granted_with_the_keyboard(people: People, own: str) -> None:
    visit = people.visit("owner", width=1283)
    page = visit.go(f"/{own}/settings/permissions")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("ott")
    page.get_by_role("option", name="outsider").wait_for()
    page.keyboard.press("ArrowDown")
    assert faults_of(visit) == []
    page.keyboard.press("Enter")
    assert page.get_by_label("Name", exact=True).input_value() == "outsider"
    assert "1 change not saved yet" in page.locator("form.grants").inner_text()
    page.get_by_role("button", name="Add another").click()
    page.keyboard.type("walk")
    page.get_by_role("option", name="walkers").click()
    assert page.get_by_label("Kind").nth(1).input_value() == "group"
    page.get_by_label("Level of reader").select_option("Admin")
    assert "3 changes not saved yet" in page.locator("form.grants").inner_text()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved: 3 changes.").wait_for()
    assert page.get_by_label("Level of outsider").input_value() == "1"
    assert page.get_by_label("Level of walkers").input_value() == "1"
    page.close()


def test_permissions_are_changed_without_javascript(people: People, own: str) -> None:
    visit = people.visit("owner", javascript=False)
    page = visit.go(f"/{own}/settings/permissions")
    page.get_by_label("Name", exact=True).fill("nobody")
    page.get_by_role("button", name="Save").click()
    assert page.get_by_text("There is no user called nobody.").is_visible()
    assert page.get_by_label("Name", exact=True).input_value() == "nobody"
    page.get_by_label("Name", exact=True).fill("writer")
    page.get_by_role("button", name="Save").click()
    assert page.get_by_text("Saved: 1 change.").is_visible()
    page.get_by_label("Remove writer").check()
    page.get_by_role("button", name="Save").click()
    assert page.get_by_label("Level of writer").count() == 0
    page.close()


def test_what_is_inside_a_group_is_shown_before_it_is_done(people: People, world: World) -> None:
    world.server.api("create_repo_group", group_name="inside", owner="owner")
    for name in ("one", "two"):
        world.server.api("create_repo", repo_name=f"inside/{name}", owner="owner")
    visit = people.visit("owner")
    page = visit.go("/_admin/repo_groups/inside/edit/permissions")
    page.get_by_label("Name", exact=True).fill("writer")
    page.get_by_label("Level", exact=True).select_option("Write")
    page.get_by_label("This group, and all repositories and groups inside").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="What would change inside").wait_for()
    assert faults_of(visit) == []
    assert page.get_by_role("row").filter(has_text="inside/two").inner_text().count("writer") == 1
    page.get_by_role("button", name="Back").click()
    assert page.get_by_label("Name", exact=True).input_value() == "writer"
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Do it").click()
    page.get_by_text("Saved, with 2 objects inside.").wait_for()
    page.close()


def test_a_repository_is_created_moved_and_deleted(people: People) -> None:
    visit = people.visit("owner")
    page = visit.go("/_admin/create_repository")
    page.get_by_label("Name").fill("to-be-moved")
    page.get_by_label("Git").check()
    page.get_by_role("button", name="Create repository").click()
    page.wait_for_url("**/to-be-moved")
    visit.go("/to-be-moved/settings")
    page.get_by_label("Name", exact=True).fill("moved")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("It is now moved").wait_for()
    visit.go("/moved/settings/advanced")
    page.get_by_role("button", name="Delete repository").click()
    page.get_by_label("Type moved to confirm").fill("moved")
    page.get_by_role("button", name="Delete repository").click()
    page.get_by_text("Deleted moved.").wait_for()
    page.close()
    visit = people.visit("administrator")
    page = visit.go("/_admin/recycle_bin")
    page.get_by_role("link", name="moved").first.click()
    page.get_by_role("heading", name="Bring it back").wait_for()
    assert faults_of(visit) == []
    page.get_by_role("button", name="Bring back").click()
    page.get_by_text("moved is back").wait_for()
    page.close()


def test_a_repository_is_watched_in_place(people: People, own: str) -> None:
    visit = people.visit("writer")
    page = visit.go(f"/{own}/forks")
    page.get_by_role("button", name="Watch").click()
    page.get_by_role("button", name="Watching").wait_for()
    page.get_by_role("button", name="Watching").click()
    page.get_by_role("button", name="Watch", exact=True).wait_for()
    assert page.url.endswith("/forks")
    page.close()
