"""A tree as one file, always with the same bytes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from belvedere.vcs.git.process import Git, chunks
from belvedere.vcs.model import ArchiveFormat
from belvedere.vcs.packing import packed

_NO_ZONE = {"TZ": "UTC"}  # zip has no zone: the same bytes must not depend on the server's


def archive(path: Path, raw_id: str, tree: str | None, date: int, kind: ArchiveFormat, prefix: str) -> Iterator[bytes]:
    """Stream a commit's tree, or with `tree` one of its directories, as of the commit's date."""
    if tree is None:
        yield from _written(path, raw_id, kind, prefix, _NO_ZONE)
        return
    # Git dates the archive of a bare tree with the present: give it a commit, kept apart from the repository.
    with tempfile.TemporaryDirectory(prefix="belvedere-archive-") as folder:
        env = _beside(path, folder, date)
        with Git(path).stream("commit-tree", tree, env=env) as output:
            made = output.read().decode("ascii").strip()
        yield from _written(path, made, kind, prefix, env)


def _beside(path: Path, folder: str, date: int) -> dict[str, str]:
    who = {"NAME": "Belvedere", "EMAIL": "belvedere@localhost", "DATE": f"@{max(date, 0)} +0000"}
    # The variable is a list with colons between: only in quotes a path may hold one.
    objects = str(path / "objects").replace("\\", "\\\\").replace('"', '\\"')
    return {
        **_NO_ZONE,
        "GIT_OBJECT_DIRECTORY": folder,
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": f'"{objects}"',
        **{f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in who.items()},
    }


def _written(path: Path, raw_id: str, kind: ArchiveFormat, prefix: str, env: dict[str, str]) -> Iterator[bytes]:
    container = "zip" if kind == "zip" else "tar"
    below = [b"--prefix=" + prefix.encode("utf-8", "surrogateescape") + b"/"] if prefix else []
    with Git(path).stream("archive", f"--format={container}", *below, "--end-of-options", raw_id, env=env) as output:
        yield from packed(chunks(output), kind)
