"""Nothing in the tree knows the machine that it was written on."""

from __future__ import annotations

import re

from tests.house.tree import ROOT, shown, texts

PRIVATE_PATH = re.compile(r"(?<![\w.$}/-])/(?:home|root|Users|work|opt/(?:pypi|wheels))/[\w.-]+")
REQUIREMENT = re.compile(r"^[a-z0-9][\w.-]*==[^ ]+(?: ; .*)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")


def test_no_path_of_a_machine() -> None:
    found = [
        f"{shown(path, number)}: {match.group()}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        for match in PRIVATE_PATH.finditer(line)
    ]
    assert found == []


def test_lock_files_hold_names_versions_and_hashes_only() -> None:
    for name in ("serve.txt", "dev.txt"):
        lines = (ROOT / "requirements" / name).read_text("utf-8").splitlines()
        strange = [line for line in lines if not (REQUIREMENT.match(line) or HASH.match(line))]
        assert lines
        assert strange == []


def test_what_serves_is_part_of_what_develops() -> None:
    """One environment holds both, so that a test runs what will serve."""
    serve, dev = (
        {line for line in (ROOT / "requirements" / name).read_text("utf-8").splitlines() if REQUIREMENT.match(line)}
        for name in ("serve.txt", "dev.txt")
    )
    assert serve <= dev
