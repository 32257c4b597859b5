"""Trees as archives that are the same bytes each time."""

from __future__ import annotations

import bz2
import gc
import gzip
import io
import tarfile
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from typing import IO, Any, Protocol

import zstandard
from mercurial import archival

from belvedere.vcs.errors import PathNotFound, named
from belvedere.vcs.hg.engine.names import to_path, to_prose
from belvedere.vcs.hg.engine.tree import Manifest
from belvedere.vcs.model import ArchiveFormat

METADATA = b".hg_archival.txt"
_OLDEST_ZIP = 315532800.0  # zip knows no time before 1980
Compressed = gzip.GzipFile | bz2.BZ2File | zstandard.ZstdCompressionWriter

_SWEPT_AFTER = 32 << 20  # bytes of files

_REGULAR, _LINK = 0o100644, 0o120777


class Archive(Protocol):
    """An archive being written."""

    def add(self, name: bytes, flags: bytes, content: bytes) -> None:
        """Add a file, a program (`x`) or a symbolic link (`l`)."""

    def close(self) -> None:
        """Write what stands at the end."""


class Tar:
    """A tar stream, compressed by what `compress` puts around the sink."""

    def __init__(self, sink: IO[bytes], date: float, compress: Callable[[IO[bytes]], Compressed] | None = None) -> None:
        self._date = max(int(date), 0)
        self._around = compress(sink) if compress else None
        self._tar = tarfile.open(mode="w|", fileobj=self._around or sink, format=tarfile.PAX_FORMAT)  # noqa: SIM115 -- closed by close()

    def add(self, name: bytes, flags: bytes, content: bytes) -> None:
        """Add a member that belongs to nobody."""
        member = tarfile.TarInfo(name.decode("utf-8", "surrogateescape"))
        member.mtime = self._date
        if flags == b"l":
            member.type, member.mode = tarfile.SYMTYPE, 0o777
            member.linkname = content.decode("utf-8", "surrogateescape")
            self._tar.addfile(member)
        else:
            member.mode, member.size = 0o755 if flags == b"x" else 0o644, len(content)
            self._tar.addfile(member, io.BytesIO(content))

    def close(self) -> None:
        """End the tar, then the compression around it."""
        self._tar.close()
        if self._around:
            self._around.close()


class Zip:
    """A zip stream; names that are not UTF-8 get U+FFFD, since zip has no other way."""

    def __init__(self, sink: IO[bytes], date: float) -> None:
        self._time = time.gmtime(max(date, _OLDEST_ZIP))[:6]
        self._zip = zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED)

    def add(self, name: bytes, flags: bytes, content: bytes) -> None:
        """Add a member with a Unix mode."""
        member = zipfile.ZipInfo(to_prose(name), self._time)
        member.compress_type, member.create_system = zipfile.ZIP_DEFLATED, 3
        mode = _LINK if flags == b"l" else _REGULAR | (0o111 if flags == b"x" else 0)
        member.external_attr = mode << 16
        self._zip.writestr(member, content)

    def close(self) -> None:
        """Write the directory at the end."""
        self._zip.close()


def _gzip(sink: IO[bytes]) -> Compressed:
    return gzip.GzipFile("", "wb", 6, sink, mtime=0)  # 9, the default, takes twice as long to save 1 %


def _bzip2(sink: IO[bytes]) -> Compressed:
    return bz2.BZ2File(sink, "wb")


def _zstandard(sink: IO[bytes]) -> Compressed:
    return zstandard.ZstdCompressor(level=9).stream_writer(sink, closefd=False)


FORMATS: dict[ArchiveFormat, Callable[[IO[bytes], float], Archive]] = {
    "zip": Zip,
    "tar": Tar,
    "tar.gz": lambda sink, date: Tar(sink, date, _gzip),
    "tar.bz2": lambda sink, date: Tar(sink, date, _bzip2),
    "tar.zst": lambda sink, date: Tar(sink, date, _zstandard),
}


def archive(repo: Any, number: int, archive_format: ArchiveFormat, prefix: str, path: str, sink: IO[bytes]) -> None:
    """Write the tree, or a directory of it, as `Repository.archive`; one file at a time is in memory."""
    ctx, directory = repo[number], to_path(path)
    manifest = Manifest(ctx)
    start, end = manifest.span(directory)
    if directory and start == end:
        raise PathNotFound(f"there is no directory {named(path)}")
    root = to_path(prefix) + b"/" if prefix else b""
    with closing(FORMATS[archive_format](sink, ctx.date()[0])) as target:
        if not directory:
            target.add(root + METADATA, b"", archival.buildmetadata(ctx))
        read = 0
        for name, node, flags in manifest.files(directory):
            content = repo.file(name).read(bytes.fromhex(node.decode("ascii")))
            target.add(root + name, flags, content)
            read += len(content)
            if read >= _SWEPT_AFTER:
                del content
                read = 0
                gc.collect()  # a file's revlog refers to itself, and keeps the text that it gave last
