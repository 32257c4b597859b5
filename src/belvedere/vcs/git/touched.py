"""Which paths commits touch: git's `--name-status -z` output made data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from belvedere.vcs.git.objects import HEX_LENGTH
from belvedere.vcs.model import ChangedPaths


@dataclass(slots=True)
class Touched:
    """Paths of one difference or several, as stored bytes."""

    added: set[bytes] = field(default_factory=set)
    changed: set[bytes] = field(default_factory=set)
    removed: set[bytes] = field(default_factory=set)

    def note(self, status: bytes, path: bytes) -> None:
        """File a path under its status letter; type changes count as changes."""
        {b"A": self.added, b"D": self.removed}.get(status[:1], self.changed).add(path)

    def paths(self, renamed: dict[str, str] | None = None) -> ChangedPaths:
        """Give the paths as the model has them; what one parent had and another not counts as changed."""
        return ChangedPaths(
            added=_listed(self.added - self.changed),
            changed=_listed(self.changed),
            removed=_listed(self.removed),
            renamed=renamed or {},
        )


def read_log(tokens: Iterable[bytes]) -> Iterator[tuple[bytes, list[tuple[bytes, bytes]]]]:
    """Read `log -z --name-status --format=%H` or `diff-tree --stdin -z --name-status`: (hex hash, [(status, path)]).

    A token is known by where it stands, so that no file name can be taken for a hash or a status.
    """
    raw_id, found, status = b"", [], b""
    for token in tokens:
        if status:
            found.append((status, token))
            status = b""
            continue
        word = token.lstrip(b"\n")
        if len(word) == HEX_LENGTH:
            if raw_id:
                yield raw_id, found
            raw_id, found = word, []
        else:
            status = word  # an empty token only ends a record
    if raw_id:
        yield raw_id, found


def _listed(paths: set[bytes]) -> tuple[str, ...]:
    return tuple(path.decode("utf-8", "surrogateescape") for path in sorted(paths))
