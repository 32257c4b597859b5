"""How commits lie to each other: what is built upon one, and how far two have gone apart."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from belvedere.vcs.errors import BackendUnavailable
from belvedere.vcs.git.index import Row
from belvedere.vcs.git.movement import range_of
from belvedere.vcs.git.objects import HEX_LENGTH
from belvedere.vcs.git.process import Git, chunks
from belvedere.vcs.git.store import store_at


def children(path: Path, row: Row) -> list[str]:
    """Give the living commits that have this one as a parent, by their numbers."""
    index = store_at(path).index
    wanted, parent = range_of(index.tips(), [row.id]), row.id.hex().encode("ascii")
    with Git(path).stream("rev-list", "--parents", "--stdin", stdin=wanted) as output:
        found = [bytes.fromhex(line[:HEX_LENGTH].decode("ascii")) for line in _lines_with(output, parent)]
    numbers = index.standing(found)
    return [raw_id.hex() for raw_id in sorted(numbers, key=lambda raw_id: numbers[raw_id][0])]


def _lines_with(output: IO[bytes], wanted: bytes) -> Iterator[bytes]:
    """Give the few lines that hold something: a piece of the stream without it is not even cut into lines."""
    rest = b""
    for piece in chunks(output):
        whole, _, rest = (rest + piece).rpartition(b"\n")
        if wanted in whole:
            yield from (line for line in whole.split(b"\n") if wanted in line)
    if wanted in rest:
        yield rest


def distances(path: Path, base: str, heads: Iterable[str], seconds: float) -> dict[str, tuple[int, int]]:
    """Count what each head has beyond the base, and the base beyond it, for as long as there is time."""
    deadline = time.monotonic() + seconds
    found: dict[str, tuple[int, int]] = {}
    for head in heads:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        wanted = ("rev-list", "--count", "--left-right", "--end-of-options", f"{base}...{head}")
        try:
            output = Git(path).run(*wanted, timeout=left)[1]
        except BackendUnavailable:
            break
        behind, ahead = output.split()
        found[head] = (int(ahead), int(behind))
    return found
