"""The history that the contract reads: merges, renames, links, modes and names that are no UTF-8."""

from __future__ import annotations

from dataclasses import dataclass

from belvedere.vcs.repository import Repository
from tests.vcs.scribe import ANN, BOB, START, Scribe

LATIN = "caf\udce9.txt"
ZONE = 5 * 3600 + 1800


@dataclass
class History:
    """The hashes in the order they were made; see `write_history` for what each does."""

    repository: Repository
    ids: list[str]
    default_branch: str

    first, second, third, feature, fourth, merge, last = range(7)


def write_history(scribe: Scribe, repository: Repository) -> History:
    """Write seven changesets on two branches."""
    ids = []
    scribe.write("README", "one\ntwo\nthree\n").write("src/a.c", "int a;\n").write("src/deep/b.c", "int b;\n")
    ids.append(scribe.commit("first: say hello", author=ANN, date=START, offset=ZONE))
    scribe.write("README", "one\n2\nthree\nfour\n").write("run.sh", "#!/bin/sh\n").make_executable("run.sh")
    ids.append(scribe.commit("second\n\nwith a body about Penguins", author=BOB))
    scribe.write(LATIN, b"\xff\xfe\x00binary\n").link("link", "README").write("empty", b"")
    ids.append(scribe.commit("third: Grüße, 世界"))
    scribe.branch("feature/x").write("src/feature.c", "int f;\n")
    ids.append(scribe.commit("on the side", author=BOB))
    scribe.switch(scribe.default_branch).rename("src/a.c", "src/moved.c").remove("empty")
    ids.append(scribe.commit("fourth: move a file"))
    ids.append(scribe.merge("feature/x", "merge the side"))
    scribe.write("src/moved.c", "int a;\nint more;\n").write("no-newline", "x")
    ids.append(scribe.commit("last"))
    scribe.push(repository.path)
    repository.catch_up()
    return History(repository, ids, scribe.default_branch)
