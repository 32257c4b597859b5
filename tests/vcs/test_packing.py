"""Several tar streams as one archive."""

from __future__ import annotations

import io
import random
import tarfile
import zipfile
from collections.abc import Iterator
from typing import Literal

import pytest

from belvedere.vcs.packing import joined

LATIN = "caf\udce9.txt"


def tar_of(files: dict[str, bytes], *, linked: str = "", size: int = 700) -> Iterator[bytes]:
    """Give a tar in pieces of an odd size."""
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mtime, member.mode = len(content), 1_700_000_000, 0o755
            tar.addfile(member, io.BytesIO(content))
        if linked:
            member = tarfile.TarInfo(linked)
            member.type, member.linkname = tarfile.SYMTYPE, "a"
            tar.addfile(member)
    content = whole.getvalue()
    return (content[start : start + size] for start in range(0, len(content), size))


FILES = {
    "x/a": b"one\n",
    "x/empty": b"",
    f"x/{LATIN}": b"\xff" * 512,
    "x/" + "deep/" * 40 + "b": random.Random(1).randbytes(200_000),
}


@pytest.mark.parametrize("kind", ["tar", "tar.gz", "zip"])
def test_everything_is_there_once(kind: Literal["tar", "tar.gz", "zip"]) -> None:
    packed = b"".join(joined([tar_of(FILES, linked="x/link"), tar_of({"x/sub/c": b"three\n"}), tar_of({})], kind))
    again = b"".join(joined([tar_of(FILES, linked="x/link"), tar_of({"x/sub/c": b"three\n"}, size=77)], kind))
    assert packed == again
    if kind == "zip":
        archive = zipfile.ZipFile(io.BytesIO(packed))
        assert archive.testzip() is None
        found = {each.filename: archive.read(each) for each in archive.infolist()}
        assert found.pop("x/link") == b"a"
        assert archive.getinfo("x/link").external_attr >> 16 == 0o120777
        assert archive.getinfo("x/a").external_attr >> 16 == 0o100755
        assert found == {name.replace("\udce9", "\ufffd"): content for name, content in FILES.items()} | {
            "x/sub/c": b"three\n"
        }
        return
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        names = [each.name for each in tar.getmembers()]
        assert names == [*FILES, "x/link", "x/sub/c"]
        for name, content in FILES.items():
            file = tar.extractfile(name)
            assert file is not None
            assert file.read() == content


def test_the_size_of_a_huge_file_stands_before_its_header() -> None:
    member = tarfile.TarInfo("huge")
    member.pax_headers = {"size": str(3 << 20)}  # as it is written where eleven digits do not hold it
    content = b"x" * (3 << 20)
    stream = iter([member.tobuf(tarfile.PAX_FORMAT), content, bytes(1024)])
    packed = b"".join(joined([stream, tar_of({"after": b"x"})], "tar"))
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        assert [(each.name, each.size) for each in tar.getmembers()] == [("huge", 3 << 20), ("after", 1)]


def test_a_stream_that_breaks_off_is_no_archive() -> None:
    whole = b"".join(tar_of({"a": b"x" * 5000}))
    with pytest.raises(EOFError):
        list(joined([iter([whole[:2000]])], "tar"))
