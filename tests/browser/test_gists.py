"""Gists and user groups, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import People, faults_of, keep
from tests.browser.world import World

PROGRAM = "import this\n\n\ndef way(metres: int) -> str:\n    return f'up {metres}'\n" + "# long " * 60 + "\n"
NOTES = "# Notes\n\nA **list**:\n\n* one\n* two\n\n<script>alert('no')</script>\n"


@pytest.fixture(scope="module")
def gist(world: World) -> str:
    """Give the address of a gist of the owner's with a program and notes."""
    files = {"way.py": {"content": PROGRAM, "lexer": None}, "notes.md": {"content": NOTES, "lexer": None}}
    made = world.api("owner", "create_gist", files=files, description="The way up, and notes " * 12)
    world.api("owner", "create_gist", files=files, gist_type="private", lifetime=600, description="שלום, privately")
    return f"/_admin/gists/{made['gist']['access_id']}"


@pytest.fixture(scope="module")
def walkers(world: World) -> str:
    return f"/_admin/user_groups/{world.api('owner', 'get_user_group', usergroupid='walkers')['users_group_id']}"


@pytest.mark.parametrize("page", ["", "/edit", "/delete"])
def test_pages_of_a_gist_have_no_fault(look: Any, gist: str, page: str) -> None:
    look(gist + page, "owner", f"gist{page.replace('/', '-')}")


@pytest.mark.parametrize("path", ["?public=1&private=1", "/new"])
def test_pages_of_gists_have_no_fault(look: Any, gist: str, path: str) -> None:
    look(f"/_admin/gists{path}", "owner", f"gists-{'list' if '?' in path else 'new'}")


@pytest.mark.parametrize("page", ["", "/edit", "/edit/members", "/edit/default_perms", "/edit/advanced"])
def test_pages_of_a_user_group_have_no_fault(look: Any, walkers: str, page: str) -> None:
    look(walkers + page, "administrator", f"user-group{page.replace('/', '-')}")


@pytest.mark.parametrize(("page", "role"), [("", "administrator"), ("", "owner"), ("/new", "administrator")])
def test_pages_of_user_groups_have_no_fault(look: Any, walkers: str, page: str, role: str) -> None:
    look(f"/_admin/user_groups{page}", role, f"user-groups{page.replace('/', '-')}-{role}")


@pytest.mark.parametrize("javascript", [True, False])
def test_making_a_gist_of_several_files(people: People, javascript: bool) -> None:
    visit = people.visit("writer", width=1286, javascript=javascript)
    page = visit.go("/_admin/gists/new")
    page.get_by_label("Description").fill("two files")
    page.get_by_label("Name of the file").fill("one.py")
    page.get_by_label("Text of the file").fill("import one\n")
    page.get_by_role("button", name="Add a file").click()
    page.get_by_label("Name of the file").nth(1).fill("two.txt")
    page.get_by_label("Text of the file").nth(1).fill("two\n")
    page.get_by_role("button", name="Create private gist").click()
    page.get_by_role("heading", name="two files").wait_for()
    assert page.locator(".gist-file h2").all_text_contents() == ["one.py", "two.txt"]
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Remove").nth(1).check()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("The gist is saved.").wait_for()
    assert page.locator(".gist-file h2").all_text_contents() == ["one.py"]
    assert visit.complaints == []
    page.close()


def test_adding_members_by_keyboard(people: People, walkers: str) -> None:
    visit = people.visit("owner", width=1287)
    page = visit.go(f"{walkers}/edit/members")
    field = page.get_by_role("combobox", name="Add people")
    field.type("rit")
    page.get_by_role("option", name="reader").wait_for()
    keep(page, "user-group-adding")
    assert faults_of(visit) == []
    page.keyboard.press("Enter")
    assert field.input_value() == "reader "
    field.type("outs")
    page.get_by_role("option", name="outsider").click()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved: 2 added.").wait_for()
    for name in ("reader", "outsider"):
        page.get_by_label(f"Remove {name}").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved: 2 removed.").wait_for()
    page.close()
