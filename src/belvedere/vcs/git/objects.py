"""Raw objects and what is in them: tolerant of what libgit2's own parsers refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from belvedere.vcs.errors import RepositoryBroken
from belvedere.vcs.model import Changeset, EntryKind

COMMIT, TREE, BLOB, TAG = 1, 2, 3, 4
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
HEX_LENGTH = 40

_ENCODING = re.compile(
    rb"^(utf|iso|latin|windows|cp|koi8|gb|big5|euc|shift|sjis|us-?ascii|mac)[\w.-]{0,24}$", re.IGNORECASE
)
_STAMP = re.compile(rb"^(.*?)\s*(-?\d{1,19}) ([+-]\d{1,4})\s*$", re.DOTALL)
_FULL_ID = re.compile(r"[0-9a-f]{40}", re.IGNORECASE)
LAST_DATE = 1 << 53  # still exact as a float, and fits SQLite's integers
WORTH_REMEMBERING = 4096  # bytes: nearly all commits, and a bound on what is held
_MINUTE, _DAY = 60, 86_400


@dataclass(frozen=True, slots=True)
class RawCommit:
    """A commit's header and message as stored."""

    tree: str
    parents: tuple[str, ...]
    author: bytes
    committer: bytes
    encoding: bytes
    message: bytes


class RawEntry(NamedTuple):  # made by the thousand: a tuple costs a third of a frozen dataclass
    """One line of a tree: the mode's digits, the name and the 20 bytes of the id."""

    mode: bytes
    name: bytes
    id: bytes

    @property
    def kind(self) -> EntryKind:
        """What the mode says; unknown modes of old or hostile writers count as files, as in git itself."""
        return kind_of(self.mode)


def is_full_id(text: str) -> bool:
    """Tell whether this is a whole hash in hex."""
    return len(text) == HEX_LENGTH and _FULL_ID.fullmatch(text) is not None


@lru_cache(maxsize=64)
def kind_of(mode: bytes) -> EntryKind:
    """Translate a git file mode in octal digits."""
    number = int(mode, 8)
    kinds = {
        0o040000: EntryKind.DIRECTORY,
        0o120000: EntryKind.SYMLINK,
        0o160000: EntryKind.SUBREPOSITORY,
    }
    fallback = EntryKind.EXECUTABLE if number & 0o100 else EntryKind.FILE
    return kinds.get(number & 0o170000, fallback)


def parse_commit(data: bytes) -> RawCommit:
    """Take a commit apart; `RepositoryBroken` when it has no tree."""
    head, _, message = data.partition(b"\n\n")
    fields: dict[bytes, bytes] = {}
    parents: list[str] = []
    for line in head.split(b"\n"):
        key, _, value = line.partition(b" ")
        if key == b"parent":
            parents.append(value.decode("ascii", "replace"))
        else:
            fields.setdefault(key, value)  # continuation lines begin with a space: their key is empty
    tree = fields.get(b"tree", b"").decode("ascii", "replace")
    if not is_full_id(tree):
        raise RepositoryBroken("a commit without a tree")
    return RawCommit(
        tree,
        tuple(parents),
        fields.get(b"author", b""),
        fields.get(b"committer", b""),
        fields.get(b"encoding", b""),
        message,
    )


def changeset_from(raw_id: str, revision: int, data: bytes) -> Changeset:
    """Make a changeset of a commit's stored bytes; pages show the same ones again and again, so the last are kept."""
    return (_remembered if len(data) <= WORTH_REMEMBERING else _changeset_from)(raw_id, revision, data)


def _changeset_from(raw_id: str, revision: int, data: bytes) -> Changeset:
    commit = parse_commit(data)
    encoding = _encoding(commit.encoding)
    author, _, _ = parse_signature(commit.author)
    committer, date, offset = parse_signature(commit.committer)
    message = _decode(commit.message, encoding)
    return Changeset(
        raw_id=raw_id,
        revision=revision,
        parents=commit.parents,
        author=_decode(author, encoding),
        date=float(date),
        offset=offset,
        message=message.rstrip("\n"),
        committer=_decode(committer, encoding),
    )


_remembered = lru_cache(maxsize=4096)(_changeset_from)


def parse_signature(value: bytes) -> tuple[bytes, int, int]:
    """Split `Name <mail> seconds zone`; a stamp that makes no sense counts as 1970 in UTC."""
    match = _STAMP.match(value)
    if not match:
        return value.strip(), 0, 0
    who, seconds, zone = match.groups()
    date = max(-LAST_DATE, min(LAST_DATE, int(seconds)))
    hours, minutes = divmod(int(zone[1:]), 100)
    offset = (hours * 60 + minutes) * _MINUTE
    if offset >= _DAY:
        offset = 0
    return who, date, -offset if zone.startswith(b"-") else offset


def commit_date(data: bytes) -> int:
    """Give the committer's date in seconds, without decoding the rest."""
    return parse_signature(parse_commit(data).committer)[1]


def parse_tree(data: bytes) -> Iterator[RawEntry]:
    """Give a tree's lines in stored order; `RepositoryBroken` when they cannot be told apart."""
    position, end = 0, len(data)
    while position < end:
        space = data.find(b" ", position)
        zero = data.find(b"\0", space)
        if space < 0 or zero < 0 or zero + 21 > end:
            raise RepositoryBroken("a malformed tree")
        yield RawEntry(data[position:space], data[space + 1 : zero], data[zero + 1 : zero + 21])
        position = zero + 21


def find_entry(data: bytes, name: bytes) -> RawEntry | None:
    """Find a name in a tree; most misses cost one search over its bytes."""
    if b" " + name + b"\0" not in data:
        return None
    return next((entry for entry in parse_tree(data) if entry.name == name), None)


def _encoding(name: bytes) -> str:
    # Only encodings of text that people used in commits: Python also knows punycode, idna and such, slow by design.
    return name.decode("ascii") if _ENCODING.match(name) else "utf-8"


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding, "replace")
    except LookupError:
        return data.decode("utf-8", "replace")
