"""Rewritten changesets know what they replace."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from belvedere.vcs.hg import BACKEND
from belvedere.vcs.model import Kin, Kinship
from tests.vcs.scribe import HgScribe


def test_what_was_amended_names_its_predecessor(tmp_path: Path) -> None:
    scribe = HgScribe(tmp_path / "work")
    try:
        scribe.write("a", "a\n")
        first = scribe.commit("first")
        scribe.write("a", "b\n")
        command = [Path(sys.executable).with_name("hg"), "commit", "--amend", "-m", "better", "-u", "ann"]
        environment = {**os.environ, "HGRCPATH": "", "HGPLAIN": "1"}
        subprocess.run(
            [*command, "--config", "experimental.evolution=all"], cwd=scribe.root, env=environment, check=True
        )
        second = scribe("log", "-r", ".", "-T", "{node}")
        repository = BACKEND.open(scribe.root)
        assert Kin(Kinship.PREDECESSOR, first) in repository.lineage(second).kin
    finally:
        scribe.close()
