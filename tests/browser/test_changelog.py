"""The changelog in a real browser."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    "path",
    [
        "/nature/mountains/changelog",
        "/nature/high/lakes/changelog",
        "/nature/mountains/changelog?author=bob",
        "/empty-git/changelog",
    ],
)
def test_pages_have_no_fault(look: Any, path: str) -> None:
    look(path)
