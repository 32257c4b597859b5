"""Archives made of others: compression, and several tar streams as one archive in flat memory."""

from __future__ import annotations

import bz2
import io
import re
import tarfile
import time
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import IO, Protocol, cast

import zstandard

from belvedere.vcs.model import ArchiveFormat

BLOCK = 512
CHUNK = 1 << 16
_GZIP_LEVEL, _BZIP2_LEVEL, _ZSTANDARD_LEVEL = 6, 9, 9
_EXTENDED = b"x"
_LARGEST_EXTENSION = 1 << 20
_SIZE = re.compile(rb"\d+ size=(\d+)\n")
_OLDEST_ZIP = 315_532_800  # zip knows no time before 1980
_REGULAR, _LINK = 0o100000, 0o120777


class _Compressor(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...
    def flush(self) -> bytes: ...


def packed(content: Iterable[bytes], kind: ArchiveFormat) -> Iterator[bytes]:
    """Compress a tar stream as the format says, or give it as it is."""
    compressor = _compressor(kind)
    if compressor is None:
        yield from content
        return
    for chunk in content:
        if found := compressor.compress(chunk):
            yield found
    yield compressor.flush()


def joined(streams: Iterable[Iterator[bytes]], kind: ArchiveFormat) -> Iterator[bytes]:
    """Make one archive of several tar streams, each of which is begun when the one before has ended."""
    return _zipped(streams) if kind == "zip" else packed(_tarred(streams), kind)


def _compressor(kind: ArchiveFormat) -> _Compressor | None:
    if kind == "tar.gz":
        return zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)  # a gzip header without time or name
    if kind == "tar.zst":
        return zstandard.ZstdCompressor(level=_ZSTANDARD_LEVEL).compressobj()
    return bz2.BZ2Compressor(_BZIP2_LEVEL) if kind == "tar.bz2" else None


def _tarred(streams: Iterable[Iterator[bytes]]) -> Iterator[bytes]:
    for stream in streams:
        yield from _members(_Reader(stream))
    yield bytes(2 * BLOCK)


def _members(reader: _Reader) -> Iterator[bytes]:
    """Give a tar stream without what stands at its end."""
    size_to_come: int | None = None
    while (header := reader.read(BLOCK)) and header.strip(b"\0"):
        yield header
        size = tarfile.nti(header[124:136]) if size_to_come is None else size_to_come  # type: ignore[attr-defined]  # not in the stubs
        size_to_come = None
        left = -(-size // BLOCK) * BLOCK
        if header[156:157] == _EXTENDED and size <= _LARGEST_EXTENSION:
            extension = reader.read(left)
            yield extension
            # What is too large for a number of eleven digits stands here, and as 0 in the header that follows.
            size_to_come = int(found[1]) if (found := _SIZE.search(extension[:size])) else None
            continue
        while left:
            chunk = reader.read(min(left, CHUNK))
            if not chunk:
                raise EOFError("a tar stream ends within a file")
            left -= len(chunk)
            yield chunk
    reader.drain()


def _zipped(streams: Iterable[Iterator[bytes]]) -> Iterator[bytes]:
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for stream in streams:
            reader = _Reader(stream)
            with tarfile.open(fileobj=cast("IO[bytes]", reader), mode="r|") as tar:
                for member in tar:
                    tar.members = []  # type: ignore[attr-defined]  # not in the stubs  # it would remember every one
                    if not (member.isfile() or member.issym()):
                        continue
                    is_large = member.size >= zipfile.ZIP64_LIMIT
                    with archive.open(_entry(member), "w", force_zip64=is_large) as target:
                        for chunk in _content(tar, member):
                            target.write(chunk)
                            yield sink.taken()
            reader.drain()
    yield sink.taken()


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Iterator[bytes]:
    if member.issym():
        yield member.linkname.encode("utf-8", "surrogateescape")
    elif (file := tar.extractfile(member)) is not None:
        while chunk := file.read(CHUNK):
            yield chunk


def _entry(member: tarfile.TarInfo) -> zipfile.ZipInfo:
    name = member.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    entry = zipfile.ZipInfo(name, time.gmtime(max(int(member.mtime), _OLDEST_ZIP))[:6])
    entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
    entry.external_attr = (_LINK if member.issym() else _REGULAR | member.mode) << 16
    return entry


class _Reader:
    """A stream of pieces as a file that is read forwards."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def read(self, size: int) -> bytes:
        """Give just so many bytes, fewer only at the end."""
        parts, missing = [self._rest[:size]], size - len(self._rest[:size])
        self._rest = self._rest[size:]
        while missing and (piece := next(self._pieces, b"")):
            parts.append(piece[:missing])
            self._rest = piece[missing:]
            missing -= len(parts[-1])
        return b"".join(parts)

    def drain(self) -> None:
        """Let whoever writes come to an end."""
        for _ in self._pieces:
            pass


class _Sink(io.RawIOBase):
    """Keeps what is written until somebody takes it."""

    def __init__(self) -> None:
        super().__init__()
        self._written = bytearray()

    def writable(self) -> bool:
        """Say so."""
        return True

    def write(self, content: bytes, /) -> int:  # type: ignore[override]  # bytes are all that is written here
        """Keep bytes."""
        self._written += content
        return len(content)

    def taken(self) -> bytes:
        """Give what was written since the last time."""
        found = bytes(self._written)
        self._written.clear()
        return found
