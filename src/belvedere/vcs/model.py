"""What a repository holds, as plain frozen values that say the same thing for Mercurial and Git.

Paths are `str` decoded as UTF-8 with `surrogateescape`, so that `path.encode("utf-8", "surrogateescape")` gives the
stored bytes back. Content is `bytes`. Authors and messages are for people: they are decoded once, with U+FFFD for what
does not decode, and never used to find anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import parseaddr
from enum import StrEnum
from typing import Literal

RevisionLike = str | int | None
"""What a person or program may call a changeset by: see `Repository.resolve`."""

SHORT_ID_LENGTH = 12


class Capability(StrEnum):
    """What a backend can do that not every backend can; ask for it instead of the backend's name."""

    BOOKMARKS = "bookmarks"
    NAMED_BRANCHES = "named-branches"
    PHASES = "phases"
    OBSOLESCENCE = "obsolescence"
    ANNOTATED_TAGS = "annotated-tags"
    FORCE_PUSH = "force-push"


class RefKind(StrEnum):
    """The kinds of name that a changeset can have."""

    BRANCH = "branch"
    BOOKMARK = "bookmark"
    TAG = "tag"


class EntryKind(StrEnum):
    """What a name in a directory stands for; `SUBREPOSITORY` is a git submodule or a Mercurial subrepository."""

    FILE = "file"
    EXECUTABLE = "executable"
    SYMLINK = "symlink"
    DIRECTORY = "dir"
    SUBREPOSITORY = "subrepository"


class Phase(StrEnum):
    """Mercurial's phases; every git commit that a ref reaches is public."""

    PUBLIC = "public"
    DRAFT = "draft"
    SECRET = "secret"  # noqa: S105 the phase, no password


@dataclass(frozen=True, slots=True)
class ChangedPaths:
    """Paths that a changeset touches, each list sorted by the stored bytes.

    A rename is one path in `removed` and one in `added`; `renamed` maps such a new path to its old one where the
    system records it (hg) or similarity shows it (git), and is empty when it was not asked for.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Changeset:
    """One revision of the whole tree.

    `revision` is a number that is never given to another changeset of this repository (gaps are possible). `date` is
    in seconds since the epoch (the committer's in git), `offset` the zone's distance east of UTC in seconds. `branch`
    is the named branch in hg and None in git. `topic` is the one that a Mercurial client gave it, until it is public.
    `instabilities` are hg's words for what its rewritten ancestors and rivals make of it: `orphan`,
    `content-divergent`, `phase-divergent`. `files` is None unless it was asked for.
    """

    raw_id: str
    revision: int
    parents: tuple[str, ...]
    author: str
    date: float
    offset: int
    message: str
    branch: str | None = None
    phase: Phase = Phase.PUBLIC
    is_obsolete: bool = False
    closes_branch: bool = False
    committer: str | None = None
    topic: str | None = None
    instabilities: tuple[str, ...] = ()
    files: ChangedPaths | None = None

    @property
    def short_id(self) -> str:
        """The first twelve digits of the hash, as both systems' users know it."""
        return self.raw_id[:SHORT_ID_LENGTH]

    @property
    def author_name(self) -> str:
        """The author without the e-mail address, or the address's local part when there is no name."""
        name, address = split_author(self.author)
        return name or address.partition("@")[0]

    @property
    def author_email(self) -> str:
        """The author's e-mail address, or an empty string."""
        return split_author(self.author)[1]


def split_author(author: str) -> tuple[str, str]:
    """Take `Name <mail>` apart; a bare address has no name, and a bare name no address."""
    head, bracket, tail = author.partition("<")
    if bracket:
        return head.strip().strip('"'), tail.partition(">")[0].strip()
    address = parseaddr(author)[1] if "@" in author and " " not in author.strip() else ""
    return ("", address) if address else (author.strip(), "")


class Kinship(StrEnum):
    """How one changeset belongs to another that is neither its parent nor its child."""

    GRAFTED = "grafted"
    TRANSPLANTED = "transplanted"
    REBASED = "rebased"
    PICKED = "cherry-picked"
    PREDECESSOR = "predecessor"
    SUCCESSOR = "successor"


@dataclass(frozen=True, slots=True)
class Kin:
    """A relative: where a changeset was taken from, what it replaces, or what replaces it.

    Its hash is as it was written down; there need not be such a changeset here, and it need not be visible.
    """

    kinship: Kinship
    raw_id: str


@dataclass(frozen=True, slots=True)
class Lineage:
    """What a changeset knows of itself beside its parents; the date is the author's own, as in `Changeset`."""

    date: float
    offset: int
    kin: tuple[Kin, ...] = ()


@dataclass(frozen=True, slots=True)
class Refs:
    """Every name in a repository with the full hash it stands for, each map in byte order of its names.

    `branches` holds the open ones (for hg the tip-most open head of each), `closed_branches` hg's closed ones. Tags
    are peeled to changesets; `tip` is not among them. `default` is the branch that a clone checks out. `heads` are
    the changesets without visible children (hg), or what any ref stands for (git), newest first. `topics` are hg's,
    each with its newest changeset.
    """

    branches: dict[str, str] = field(default_factory=dict)
    closed_branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    bookmarks: dict[str, str] = field(default_factory=dict)
    default: str | None = None
    heads: tuple[str, ...] = ()
    topics: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChangesetQuery:
    """Which changesets, and in what order; every filter narrows further.

    `start` and `end` are inclusive; `since` and `until` are inclusive seconds since the epoch. `branch` means
    reachable from it in git and on the named branch in hg. `heads` keeps what any of them reaches, themselves too.
    `numbers` is the lowest and the highest number; unlike `start` and `end` they need not exist. `path` is a file or
    directory that the changeset touches. `author` and `text` are looked for without regard to case. `limit` keeps the
    newest after leaving out the newest `skip`. Oldest first unless `newest_first`. `files` fills `Changeset.files`.
    """

    start: RevisionLike = None
    end: RevisionLike = None
    since: float | None = None
    until: float | None = None
    branch: str | None = None
    heads: tuple[RevisionLike, ...] | None = None
    numbers: tuple[int, int] | None = None
    path: str | None = None
    author: str | None = None
    text: str | None = None
    limit: int | None = None
    skip: int = 0
    newest_first: bool = False
    files: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in a tree: `path` from the root, `id` the content's hash (or the pinned revision of a subrepository).

    `size` is in bytes, None for directories, subrepositories and wherever it was not asked for.
    """

    path: str
    kind: EntryKind
    id: str
    size: int | None = None

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class AnnotatedBlock:
    """Adjacent lines that came with one changeset: `count` lines from `line`, which stood at `origin_line` there.

    Line numbers start at 1. `lines` are the contents with their line ends.
    """

    raw_id: str
    line: int
    origin_path: str
    origin_line: int
    lines: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class RefChange:
    """One name that moved: `old` is None when it is new, `new` when it is gone."""

    kind: RefKind
    name: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Movement:
    """What changed in a repository between two looks.

    New changesets have the numbers `first_revision` to `last_revision`; both are None when there are none.
    """

    refs: tuple[RefChange, ...] = ()
    first_revision: int | None = None
    last_revision: int | None = None

    @property
    def count(self) -> int:
        """How many changesets are new."""
        if self.first_revision is None or self.last_revision is None:
            return 0
        return self.last_revision - self.first_revision + 1

    def __bool__(self) -> bool:
        return bool(self.refs) or self.first_revision is not None


ArchiveFormat = Literal["zip", "tar", "tar.gz", "tar.bz2", "tar.zst"]
