"""The files of a gist: as somebody gives them, and as they are kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from belvedere.errors import Invalid
from belvedere.gists.models import Gist
from belvedere.repos.storage import root
from belvedere.text.paths import shown
from belvedere.vcs.backends import backend
from belvedere.vcs.model import EntryKind
from belvedere.vcs.repository import Repository

SCHEME = "hg"
MOST_FILES = 100
MOST_FILE_BYTES = 4 << 20
MOST_BYTES = 8 << 20
NAME_BYTES = 255
LEXER_LENGTH = 64
KEYS = {"content", "lexer"}


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that somebody gives; without a lexer its name tells how to highlight it."""

    name: str
    content: bytes
    lexer: str | None = None


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of a gist; bytes that are no text became U+FFFD in `content`, `size` counts the stored ones."""

    name: str
    content: str
    size: int
    lexer: str | None


def files_from(given: Any) -> list[NewFile]:
    """Read `{name: {content, lexer}}`; `Invalid` tells what is wrong with which file."""
    if not isinstance(given, dict) or not given:
        raise Invalid("must be an object of at least one file: its name, and an object with `content`")
    if len(given) > MOST_FILES:
        raise Invalid(f"a gist has at most {MOST_FILES} files")
    files = [_file(name, told) for name, told in given.items()]
    if sum(len(file.content) for file in files) > MOST_BYTES:
        raise Invalid(f"the files of a gist have at most {MOST_BYTES:,} bytes together")
    return files


def file_at(row: Gist, revision: str, name: str) -> bytes:
    """Give the stored content of one file at a revision."""
    return opened(row).read(revision, name, limit=MOST_FILE_BYTES)


def contents_at(row: Gist, revision: str) -> dict[str, bytes]:
    """Give the stored content of all files at a revision, by name."""
    repository = opened(row)
    return {
        entry.path: repository.read(revision, entry.path, limit=MOST_FILE_BYTES)
        for entry in repository.tree(revision, recursive=True)
        if entry.kind in (EntryKind.FILE, EntryKind.EXECUTABLE)
    }


def names_at(row: Gist, revision: str) -> set[str]:
    """Give the names of all files at a revision."""
    return {entry.path for entry in opened(row).tree(revision, recursive=True)}


def opened(row: Gist) -> Repository:
    """Give the repository that keeps the files."""
    return backend(SCHEME).open(root() / row.storage)


def kept_files(row: Gist, revision: str = "tip") -> Iterator[KeptFile]:
    """Give the state of all files at a revision, by name; how to highlight them is known of the newest names."""
    repository = opened(row)
    head = repository.resolve(revision)
    for entry in repository.tree(head, recursive=True, sizes=True):
        if entry.kind in (EntryKind.FILE, EntryKind.EXECUTABLE):
            content = repository.read(head, entry.path, limit=MOST_FILE_BYTES)
            name = shown(entry.path)
            yield KeptFile(name, content.decode("utf-8", "replace"), entry.size or 0, row.lexers.get(name))


def _file(name: str, told: Any) -> NewFile:
    _check_name(name)
    if not isinstance(told, dict) or not isinstance(told.get("content"), str):
        raise Invalid(f"the file `{name}` must be an object with `content`, which is text")
    unknown = sorted(set(told) - KEYS)
    if unknown:
        raise Invalid(f"the file `{name}` has `{unknown[0]}` beside `content` and `lexer`")
    lexer = told.get("lexer") or None
    if lexer is not None and not (isinstance(lexer, str) and len(lexer) <= LEXER_LENGTH):
        raise Invalid(f"the lexer of `{name}` must be a name of at most {LEXER_LENGTH} characters")
    content = told["content"].encode()
    if len(content) > MOST_FILE_BYTES:
        raise Invalid(f"the file `{name}` has more than {MOST_FILE_BYTES:,} bytes")
    return NewFile(name, content, lexer)


def _check_name(name: str) -> None:
    """Refuse what cannot be a file's name everywhere; what systems keep for themselves is refused by the commit."""
    if not name or len(name.encode()) > NAME_BYTES:
        raise Invalid(f"a file's name has 1 to {NAME_BYTES} bytes")
    if "/" in name or "\\" in name or name in {".", ".."}:
        raise Invalid(f"`{name}` is no name of a file: a gist has no directories")
    if not name.isprintable() or name != name.strip():
        raise Invalid(f"the name `{name}` has blanks at its ends, or characters that cannot be shown")
