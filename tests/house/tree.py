"""The tree of files as the house tests see it."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "belvedere"


@cache
def modules() -> dict[Path, ast.Module]:
    """Give every module of the product, parsed; migrations are written by Django and left out."""
    paths = sorted(path for path in SOURCE.rglob("*.py") if path.parent.name != "migrations")
    return {path: ast.parse(path.read_text("utf-8"), str(path)) for path in paths}


@cache
def tracked() -> tuple[Path, ...]:
    """Give every file that is under version control here."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    return tuple(ROOT / name for name in listing.decode().split("\0") if name and (ROOT / name).is_file())


def texts() -> Iterator[tuple[Path, str]]:
    """Give the tracked files that are text, but for the licence, which is not ours to change."""
    for path in tracked():
        content = path.read_bytes()
        if path.name != "LICENSE" and b"\0" not in content:
            yield path, content.decode("utf-8", "replace")


def shown(path: Path, node: ast.stmt | ast.expr | int | None = None) -> str:
    """Write a place as an editor understands it."""
    line = node if isinstance(node, int) else getattr(node, "lineno", None)
    name = str(path.relative_to(ROOT))
    return name if line is None else f"{name}:{line}"
