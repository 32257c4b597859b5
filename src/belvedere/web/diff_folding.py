"""Files whose changes few want to read: told by their names, because a difference has nothing better."""

from __future__ import annotations

import re

HUGE = 1000
"""Changed lines from which a file is shown on request."""

LOCK_FILES = frozenset(
    {
        "bun.lock",
        "cargo.lock",
        "composer.lock",
        "flake.lock",
        "gemfile.lock",
        "go.sum",
        "mix.lock",
        "npm-shrinkwrap.json",
        "package-lock.json",
        "package.resolved",
        "packages.lock.json",
        "pdm.lock",
        "pipfile.lock",
        "pnpm-lock.yaml",
        "podfile.lock",
        "poetry.lock",
        "pubspec.lock",
        "uv.lock",
        "yarn.lock",
    }
)
GENERATED = re.compile(
    r"(?:\.min\.(?:js|css|mjs)|\.(?:js|css)\.map|_pb2(?:_grpc)?\.pyi?|\.pb\.(?:go|cc|h)|\.designer\.cs|\.g\.dart"
    r"|\.generated\.\w+|_generated\.\w+)\Z",
    re.IGNORECASE,
)
FOREIGN = re.compile(
    r"(?:\A|/)(?:node_modules|vendor|vendored|third[_-]party|bower_components|_vendor)/", re.IGNORECASE
)


def fold_of(path: str, changed_lines: int | None) -> str:
    """Say why a file is folded at first, or nothing."""
    name = path.rpartition("/")[2]
    if name.lower() in LOCK_FILES:
        return "A lock file, written by a program."
    if GENERATED.search(name):
        return "A generated file, as its name says."
    if FOREIGN.search(path):
        return "A copy of what others write, as its place says."
    if changed_lines is not None and changed_lines > HUGE:
        return f"A large difference: {changed_lines:,} lines changed."
    return ""
