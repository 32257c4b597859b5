"""From a changelog entry to a `Changeset`, without Mercurial's slower context objects."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

from mercurial import changelog as changelogmod
from mercurial import obsolete, phases

from belvedere.vcs.hg.engine import changes
from belvedere.vcs.hg.engine.names import to_prose, to_text
from belvedere.vcs.model import ChangedPaths, Changeset, Phase

PHASES = {phases.public: Phase.PUBLIC, phases.draft: Phase.DRAFT}
INSTABILITIES = (
    (b"orphan", "orphan"),
    (b"contentdivergent", "content-divergent"),
    (b"phasedivergent", "phase-divergent"),
)
_REMEMBERED = 4096
_LARGE = 4096
_FEW = 100
_T = TypeVar("_T")


class Described(NamedTuple):
    """What a changeset's hash fixes for ever; `files` are the stored names that its entry lists."""

    manifest: bytes
    author: str
    date: float
    offset: int
    message: str
    branch: str
    closes_branch: bool
    topic: str | None
    files: tuple[bytes, ...]


def describe(text: bytes) -> Described:
    r"""Take a changelog entry apart.

    Its form is `manifest\nuser\ntime zone[ extra]\n` then one file a line, an empty line, and the message.
    """
    head, _, message = text.partition(b"\n\n")
    manifest, author, stamp, *files = head.split(b"\n")
    seconds, zone, *extra = stamp.split(b" ", 2)
    # `close`, `branch` and `topic` are all that is wanted here; most changesets have no extra at all.
    known = changelogmod.decodeextra(extra[0]) if extra else {}
    return Described(
        manifest=bytes.fromhex(manifest.decode("ascii")),
        author=to_prose(author),
        date=float(seconds),
        offset=-_zone(zone),  # Mercurial counts westwards
        message=to_prose(message),
        branch=to_text(known.get(b"branch", b"default")),
        closes_branch=b"close" in known,
        topic=to_text(known[b"topic"]) if known.get(b"topic") else None,
        files=tuple(files),
    )


def _zone(stored: bytes) -> int:
    try:
        return int(stored)
    except ValueError:  # "various tools did silly things with the timezone", says Mercurial's own reader
        return 0


class Reader:
    """Reads the changesets of one repository as it is now."""

    # Shared by all repositories of the process: a hash means the same text in every fork.
    _described: dict[bytes, Described] = {}
    _sorted: dict[bytes, ChangedPaths] = {}

    def __init__(self, repo: Any) -> None:
        self._repo = repo
        self._log = repo.unfiltered().changelog
        self._phase = repo._phasecache.phase  # noqa: SLF001 -- contexts, the public way, cost far more
        self._has_markers = bool(repo.obsstore)
        self._obsolete = obsolete.getrevs(repo, b"obsolete") if self._has_markers else frozenset()

    def describe(self, number: int) -> Described:
        """Give the part of a changeset that never changes."""
        node = self._log.node(number)
        found = self._described.get(node)
        if found is None:
            text = self._log.revision(number)
            found = describe(text)
            if len(text) <= _LARGE:
                _remember(self._described, node, found)
        return found

    def changeset(self, number: int, *, files: bool = False, renames: bool = False) -> Changeset:
        """Give a changeset, with its files (and the renames among them) if wanted."""
        described, log = self.describe(number), self._log
        phase = PHASES.get(self._phase(self._repo, number), Phase.SECRET)
        return Changeset(
            raw_id=log.node(number).hex(),
            revision=number,
            parents=tuple(log.node(parent).hex() for parent in log.parentrevs(number) if parent >= 0),
            author=described.author,
            date=described.date,
            offset=described.offset,
            message=described.message,
            branch=described.branch,
            phase=phase,
            is_obsolete=number in self._obsolete,
            closes_branch=described.closes_branch,
            topic=None if phase is Phase.PUBLIC else described.topic,
            instabilities=self._instabilities(number) if self._has_markers and phase is not Phase.PUBLIC else (),
            files=self._files(number, described, renames=renames) if files else None,
        )

    def _instabilities(self, number: int) -> tuple[str, ...]:
        return tuple(word for name, word in INSTABILITIES if number in obsolete.getrevs(self._repo, name))

    def _files(self, number: int, described: Described, *, renames: bool) -> ChangedPaths:
        if renames:
            return changes.listed(self._repo, number, described.files, renames=True)
        node = self._log.node(number)
        found = self._sorted.get(node)
        if found is None:
            found = changes.listed(self._repo, number, described.files, renames=False)
            if len(found.added) + len(found.changed) + len(found.removed) <= _FEW:
                _remember(self._sorted, node, found)
        return found


def _remember(memory: dict[bytes, _T], node: bytes, value: _T) -> None:
    """Keep what is small and never changes; start over when there is too much, which costs less than counting uses."""
    if len(memory) >= _REMEMBERED:
        memory.clear()
    memory[node] = value


def changeset(repo: Any, number: int, *, files: bool) -> Changeset:
    """Give one changeset; its files come with renames."""
    return Reader(repo).changeset(number, files=files, renames=files)
