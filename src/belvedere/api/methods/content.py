"""Methods about what a repository holds: files, differences and names."""

import base64
from collections.abc import Iterator
from itertools import islice
from typing import Any, Literal

from belvedere.access.actor import Actor
from belvedere.api.arguments import Revision, Text
from belvedere.api.paging import checked_page
from belvedere.api.registry import method
from belvedere.errors import Invalid, NotFound
from belvedere.repos.fetch import Readable
from belvedere.repos.storage import open_repository
from belvedere.text.paths import shown
from belvedere.vcs.diffs import FileDiff, Hunk, Line, parse_diff
from belvedere.vcs.errors import PathNotFound, RevisionNotFound
from belvedere.vcs.model import EntryKind

MOST_FILE_BYTES = 16 << 20
MOST_DIFF_LINES = 20_000
MOST_FILE_DIFF_BYTES = 2 << 20
MOST_PAGE_BYTES = 8 << 20
"""Where a page of a difference ends early: what is given at once fits into memory, whatever the files are."""
MOST_CONTEXT = 1000
REVISION = {"revision": ("commit_id", "raw_id")}
WITH_CONTENT = (EntryKind.FILE, EntryKind.EXECUTABLE, EntryKind.SYMLINK)


@method(spellings={**REVISION, "f_path": ("file_path", "path"), "max_bytes": ("max_file_bytes",)})
def get_repo_file(
    actor: Actor,
    repoid: Readable,
    revision: Revision,
    f_path: Text,
    max_bytes: int = 1 << 20,
    details: Literal["minimal", "basic", "full"] = "full",
) -> dict[str, Any]:
    """Give a file of a changeset: as text where it is UTF-8, else in base64, as `encoding` says.

    Content is left out (`content` null, `is_truncated` true) where it is longer than `max_bytes`, at most 16 MiB, and
    with `details` `minimal` or `basic`. The content of a symlink is its target.
    """
    if not 0 <= max_bytes <= MOST_FILE_BYTES:
        raise Invalid(f"invalid value of argument `max_bytes`: must be 0 to {MOST_FILE_BYTES}")
    opened = open_repository(repoid)
    try:
        raw_id = opened.resolve(revision)
        entry = opened.entry(raw_id, f_path.strip("/"))
        if entry.kind not in WITH_CONTENT:
            raise NotFound(f"`{f_path}` is no file but a {entry.kind}")
        is_wanted = details == "full" and (entry.size or 0) <= max_bytes
        content = opened.read(raw_id, entry.path) if is_wanted else None
    except (RevisionNotFound, PathNotFound) as error:
        raise NotFound(f"failed to get file of repo `{repoid.name}`: {error}") from error
    return {
        "path": shown(entry.path),
        "name": shown(entry.name),
        "type": "symlink" if entry.kind is EntryKind.SYMLINK else "file",
        "is_executable": entry.kind is EntryKind.EXECUTABLE,
        "id": entry.id,
        "revision": raw_id,
        "size": entry.size,
        "is_truncated": details == "full" and content is None,
        **_encoded(content),
    }


@method
def get_repo_refs(actor: Actor, repoid: Readable) -> dict[str, Any]:
    """Give every branch, closed branch, tag and bookmark with the hash that it stands for, and the default branch."""
    refs = open_repository(repoid).refs()
    return {
        "branches": dict(refs.branches),
        "branches_closed": dict(refs.closed_branches),
        "tags": dict(refs.tags),
        "bookmarks": dict(refs.bookmarks),
        "default": refs.default,
    }


@method(spellings={"revision": ("commit_id", "raw_id", "new"), "base": ("old",)})
def get_diff(
    actor: Actor,
    repoid: Readable,
    revision: Revision,
    base: Revision | None = None,
    f_path: Text = "",
    context: int = 3,
    ignore_whitespace: bool = False,
    offset: int = 0,
    limit: int = 50,
) -> dict[str, Any]:
    """Give what differs between `base` and `revision`, file by file, in hunks of lines.

    Without `base` it is what the changeset `revision` changed (of a merge: against its first parent). `f_path` narrows
    to a file or directory. After the first `offset` files at most `limit` are given, fewer where they are large;
    `next_offset` is null with the last. A line is `[mark, old number, new number, text]` with the mark ` `, `+` or
    `-`. Of each file at most 20,000 lines and 2 MiB are given; `is_truncated` says so.
    """
    checked_page(offset, limit)
    if not 0 <= context <= MOST_CONTEXT:
        raise Invalid(f"invalid value of argument `context`: must be 0 to {MOST_CONTEXT}")
    opened = open_repository(repoid)
    new = opened.resolve(revision)
    old = None if base is None else opened.resolve(base)
    paths = (f_path.strip("/"),) if f_path.strip("/") else ()
    pieces = opened.diff(old, new, paths=paths, context=context, ignore_whitespace=ignore_whitespace)
    parsed = parse_diff(pieces, most_lines=MOST_DIFF_LINES, most_bytes=MOST_FILE_DIFF_BYTES)
    files, is_last = _page(islice(parsed, offset, None), limit)
    return {
        "old": old,
        "new": new,
        "offset": offset,
        "next_offset": None if is_last else offset + len(files),
        "files": [_file(each) for each in files],
    }


def _page(files: Iterator[FileDiff], limit: int) -> tuple[list[FileDiff], bool]:
    """Give the files of a page, at least one if there are any, and whether none come after them."""
    taken: list[FileDiff] = []
    size = 0
    for each in files:
        size += sum(len(line.content) for hunk in each.hunks for line in hunk.lines)
        if len(taken) == limit or (taken and size > MOST_PAGE_BYTES):
            return taken, False
        taken.append(each)
    return taken, True


def _file(given: FileDiff) -> dict[str, Any]:
    return {
        "path": shown(given.path),
        "old_path": None if given.old_path is None else shown(given.old_path),
        "new_path": None if given.new_path is None else shown(given.new_path),
        "kind": str(given.kind),
        "old_mode": given.old_mode,
        "new_mode": given.new_mode,
        "old_id": given.old_id,
        "new_id": given.new_id,
        "is_binary": given.is_binary,
        "is_truncated": given.is_truncated,
        "added": given.added,
        "removed": given.removed,
        "hunks": [_hunk(each) for each in given.hunks],
    }


def _hunk(given: Hunk) -> dict[str, Any]:
    return {
        "old_start": given.old_start,
        "old_count": given.old_count,
        "new_start": given.new_start,
        "new_count": given.new_count,
        "heading": given.heading.decode("utf-8", "replace"),
        "lines": [_line(each) for each in given.lines],
    }


def _line(given: Line) -> list[Any]:
    return [str(given.kind), given.old, given.new, given.content.decode("utf-8", "replace")]


def _encoded(content: bytes | None) -> dict[str, Any]:
    """Give content as text if it is some: UTF-8 without NUL."""
    if content is None:
        return {"encoding": None, "is_binary": None, "content": None}
    try:
        if b"\0" not in content:
            return {"encoding": "utf-8", "is_binary": False, "content": content.decode("utf-8")}
    except UnicodeDecodeError:
        pass
    return {"encoding": "base64", "is_binary": True, "content": base64.b64encode(content).decode("ascii")}
