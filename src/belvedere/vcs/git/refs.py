"""References as they lie on disk, read without git: names are bytes, and ten thousand cost milliseconds."""

from __future__ import annotations

import os
import re
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from belvedere.vcs.errors import RepositoryBroken

HEADS = b"refs/heads/"
TAGS = b"refs/tags/"

_ID = re.compile(rb"[0-9a-f]{40}")
_LENGTH = 40
_DEPTH = 5
_SETTLED = 1_000_000_000
"""Nanoseconds after which a directory's time surely tells of a later change (file systems tick in milliseconds)."""

_Stamp = tuple[int, int, int]
_packed_lock = threading.Lock()
_packed: OrderedDict[Path, tuple[_Stamp, dict[bytes, bytes]]] = OrderedDict()
_PACKED_KEPT = 64


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Branches and tags at one moment: full name to the id stored (tags not peeled), and what HEAD says.

    `head` is the full name of a branch that need not exist, or a hash when HEAD is detached.
    """

    head: bytes
    targets: dict[bytes, bytes]
    stamps: tuple[tuple[bytes, _Stamp], ...]
    is_settled: bool

    def is_current(self) -> bool:
        """Tell cheaply whether the files still are as they were when this was read."""
        return self.is_settled and all(_stamp(path) == stamp for path, stamp in self.stamps)


def is_ours(name: bytes) -> bool:
    """Tell whether a full name is a branch or tag: other references are neither listed nor numbered."""
    return name.startswith((HEADS, TAGS))


def read_snapshot(path: Path) -> Snapshot:
    """Read every branch and tag.

    Loose files are read before the packed ones: git writes a name to `packed-refs` before it removes the file.
    """
    root = os.fsencode(path)
    started = time.time_ns()
    stamps: list[tuple[bytes, _Stamp]] = [_stamped(root + b"/" + name) for name in (b"HEAD", b"packed-refs")]
    head = _head(root)
    loose: dict[bytes, bytes] = {}
    for prefix in (HEADS, TAGS):
        _read_loose(root, prefix.rstrip(b"/"), loose, stamps)
    targets = {**packed(path), **loose}
    for name, said in loose.items():  # packed ones are hashes already
        value = _follow(said, targets)
        if value is None:
            del targets[name]
        else:
            targets[name] = value
    newest = max((stamp[1] for _, stamp in stamps), default=0)
    return Snapshot(head, targets, tuple(stamps), is_settled=started - newest > _SETTLED)


def read_some(path: Path, names: tuple[bytes, ...]) -> dict[bytes, bytes | None]:
    """Read only these names; None for what does not exist."""
    root = os.fsencode(path)
    loose = {name: _content(root + b"/" + name) for name in names}
    behind = packed(path)
    everything = {**behind, **{name: value for name, value in loose.items() if value is not None}}
    return {name: _follow(everything.get(name), everything) for name in names}


def read_head(path: Path) -> bytes:
    """Give what HEAD says: the full name of a branch, or a hash."""
    return _head(os.fsencode(path))


def packed(path: Path) -> dict[bytes, bytes]:
    """Give the packed branches and tags; parsed once for each state of the file. Not to be changed."""
    file = os.fsencode(path) + b"/packed-refs"
    stamp = _stamp(file)
    with _packed_lock:
        known = _packed.get(path)
    if known is not None and known[0] == stamp:
        return known[1]
    parsed = _parse_packed(file)
    with _packed_lock:
        _packed[path] = (stamp, parsed)
        _packed.move_to_end(path)
        while len(_packed) > _PACKED_KEPT:
            _packed.popitem(last=False)
    return parsed


def _parse_packed(file: bytes) -> dict[bytes, bytes]:
    try:
        with open(file, "rb") as stream:  # noqa: PTH123 (paths are bytes here)
            data = stream.read()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise RepositoryBroken("references cannot be read") from error
    rows = (line.partition(b" ") for line in data.split(b"\n") if line[:1] not in (b"#", b"^"))
    return {name: raw_id for raw_id, _, name in rows if len(raw_id) == _LENGTH and name.startswith((HEADS, TAGS))}


def _head(root: bytes) -> bytes:
    value = _content(root + b"/HEAD")
    if value is None:
        raise RepositoryBroken("HEAD is missing or unreadable")
    target = value[5:].strip() if value.startswith(b"ref: ") else value
    if not target.startswith(b"refs/") and not _ID.fullmatch(target):
        raise RepositoryBroken("HEAD says neither a name nor a hash")
    return target


def _read_loose(root: bytes, folder: bytes, into: dict[bytes, bytes], stamps: list[tuple[bytes, _Stamp]]) -> None:
    full = root + b"/" + folder
    stamps.append(_stamped(full))  # before reading: a change in between is seen by the next look
    try:
        with os.scandir(full) as entries:
            found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    except FileNotFoundError:
        return  # git removes empty directories below refs/heads as it goes
    except OSError as error:
        raise RepositoryBroken("references cannot be read") from error
    for name, is_folder in found:
        below = folder + b"/" + name
        if is_folder:
            _read_loose(root, below, into, stamps)
        elif not name.endswith(b".lock"):
            value = _content(root + b"/" + below)
            if value is not None:
                into[below] = value


def _content(file: bytes) -> bytes | None:
    try:
        with open(file, "rb") as stream:  # noqa: PTH123 (paths are bytes here)
            return stream.read(4096).strip() or b"empty"  # a power cut can leave an empty file: broken, not absent
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise RepositoryBroken("references cannot be read") from error


def _follow(value: bytes | None, targets: dict[bytes, bytes]) -> bytes | None:
    """Follow symbolic references; what leads nowhere is skipped, as git does with a broken reference."""
    for _ in range(_DEPTH):
        if value is None or not value.startswith(b"ref: "):
            break
        value = targets.get(value[5:].strip())
    return value if value is not None and _ID.fullmatch(value) else None


def _stamped(path: bytes) -> tuple[bytes, _Stamp]:
    return path, _stamp(path)


def _stamp(path: bytes) -> _Stamp:
    try:
        status = os.stat(path)  # noqa: PTH116 (paths are bytes here)
    except OSError:
        return (0, 0, 0)
    return (status.st_ino, status.st_mtime_ns, status.st_size)
