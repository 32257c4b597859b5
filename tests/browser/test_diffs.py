"""Differences as people read them: at every width and colour, by keyboard, and without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.world import World


@pytest.mark.parametrize("view", ["unified", "split"])
def test_a_changeset_can_be_read_everywhere(look: Any, world: World, view: str) -> None:
    raw_id = world.changesets["nature/mountains"]["renamed" if view == "split" else "changed"]
    look(f"/nature/mountains/changeset/{raw_id}?view={view}", name=f"changeset-{view}")
