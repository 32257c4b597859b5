"""The pages of one's account, and those that lead to one, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import People
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
