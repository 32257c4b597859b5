"""How git repositories are recognised, created and opened."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

from belvedere.vcs.errors import RepositoryBroken
from belvedere.vcs.git import pulling
from belvedere.vcs.git.repository import GitRepository
from belvedere.vcs.remote import Remote

_HEAD = re.compile(rb"(ref: refs/[^\n]+|[0-9a-f]{40})\s*")
_FILES = {
    "HEAD": b"ref: refs/heads/main\n",
    "config": b"[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n",
    "description": b"",
}
_FOLDERS = ("objects", "objects/info", "objects/pack", "refs", "refs/heads", "refs/tags", "info")


class GitBackend:
    """Git."""

    @property
    def scheme(self) -> str:
        """Git's name."""
        return "git"

    @property
    def remote_transports(self) -> frozenset[str]:
        """What the program speaks, without what runs programs or reads this disk."""
        return pulling.TRANSPORTS

    def probe(self, remote: Remote) -> None:
        """List the other side's HEAD."""
        pulling.probe(remote)

    def is_repository(self, path: Path) -> bool:
        """Tell whether a bare repository lies here."""
        if not ((path / "objects").is_dir() and (path / "refs").is_dir()):
            return False
        try:
            with (path / "HEAD").open("rb") as head:
                return _HEAD.fullmatch(head.read(4096)) is not None
        except OSError:
            return False

    def create(self, path: Path) -> GitRepository:
        """Create an empty bare repository; a crash leaves all of it or nothing."""
        if os.path.lexists(path):
            raise FileExistsError(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{path.name[:100]}.", suffix=".new", dir=path.parent))
        try:
            _lay_out(beside)
            beside.rename(path)
        except OSError as error:
            shutil.rmtree(beside, ignore_errors=True)
            if os.path.lexists(path):
                raise FileExistsError(path) from error
            raise
        _flush(path.parent)
        return GitRepository(path)

    def open(self, path: Path) -> GitRepository:
        """Open a bare repository; `RepositoryBroken` if there is none."""
        if not self.is_repository(path):
            raise RepositoryBroken("not a git repository")
        return GitRepository(path)


def _lay_out(root: Path) -> None:
    root.chmod(0o750)
    for name in _FOLDERS:
        (root / name).mkdir()
    for name, content in _FILES.items():
        with (root / name).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    for name in (*reversed(_FOLDERS), "."):
        _flush(root / name)


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


BACKEND = GitBackend()
