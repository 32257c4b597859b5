"""Rewritten changesets know what they replace."""

from __future__ import annotations

from pathlib import Path

from belvedere.vcs.hg import BACKEND
from belvedere.vcs.model import Kin, Kinship
from tests.vcs.scribe import HgScribe


def test_what_was_amended_names_its_predecessor(tmp_path: Path) -> None:
    scribe = HgScribe(tmp_path / "work")
    scribe.write("a", "a\n")
    first = scribe.commit("first")
    scribe.write("a", "b\n")
    scribe("commit", "--amend", "-m", "better", "-u", "ann", "--config", "experimental.evolution=all")
    second = scribe("log", "-r", ".", "-T", "{node}")
    repository = BACKEND.open(scribe.root)
    assert Kin(Kinship.PREDECESSOR, first) in repository.lineage(second).kin
