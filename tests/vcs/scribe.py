"""Writes the same history with the real programs of either system."""

from __future__ import annotations

import os
import subprocess
from abc import ABC, abstractmethod
from pathlib import Path

from tests.mercurial import hg

ANN = "Ann Example <ann@example.org>"
BOB = "Bob Example <bob@example.org>"
START = 1_700_000_000


class Scribe(ABC):
    """A working copy; each commit comes an hour after the one before unless told otherwise."""

    scheme: str
    default_branch: str

    def __init__(self, root: Path) -> None:
        self.root = root
        self.clock = START
        root.mkdir(parents=True)

    def write(self, path: str, content: bytes | str) -> Scribe:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return self

    def link(self, path: str, target: str) -> Scribe:
        (self.root / path).symlink_to(target)
        return self

    def make_executable(self, path: str) -> Scribe:
        (self.root / path).chmod(0o755)
        return self

    def remove(self, path: str) -> Scribe:
        (self.root / path).unlink()
        return self

    def tick(self, date: int | None) -> int:
        self.clock = self.clock + 3600 if date is None else date
        return self.clock

    @abstractmethod
    def rename(self, old: str, new: str) -> Scribe: ...

    @abstractmethod
    def commit(self, message: str, *, author: str = ANN, date: int | None = None, offset: int = 0) -> str: ...

    @abstractmethod
    def branch(self, name: str) -> Scribe: ...

    @abstractmethod
    def switch(self, revision: str) -> Scribe: ...

    @abstractmethod
    def merge(self, revision: str, message: str) -> str: ...

    @abstractmethod
    def push(self, repository: Path) -> None: ...


class GitScribe(Scribe):
    scheme = "git"
    default_branch = "main"

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self("init", "-q", "-b", self.default_branch)

    def __call__(self, *arguments: str | bytes, stdin: bytes = b"", check: bool = True, **env: str) -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            env={**os.environ, **GIT_ENVIRONMENT, **env},
            input=stdin,
            capture_output=True,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"git {arguments}: {done.stderr.decode(errors='replace')}")
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    def rename(self, old: str, new: str) -> Scribe:
        (self.root / new).parent.mkdir(parents=True, exist_ok=True)
        (self.root / old).rename(self.root / new)
        return self

    def commit(self, message: str, *, author: str = ANN, date: int | None = None, offset: int = 0) -> str:
        self("add", "-A")
        return self._record(message, author, date, offset)

    def _record(self, message: str, author: str, date: int | None, offset: int) -> str:
        name, _, mail = author.partition(" <")
        hours, minutes = divmod(abs(offset) // 60, 60)
        stamp = f"@{self.tick(date)} {'-' if offset < 0 else '+'}{hours:02d}{minutes:02d}"
        who = {
            f"GIT_{role}_{key}": value
            for role in ("AUTHOR", "COMMITTER")
            for key, value in (("NAME", name), ("EMAIL", mail.rstrip(">")), ("DATE", stamp))
        }
        self("commit", "-q", "--allow-empty", "-m", message, **who)
        return self("rev-parse", "HEAD")

    def branch(self, name: str) -> Scribe:
        self("checkout", "-q", "-b", name)
        return self

    def switch(self, revision: str) -> Scribe:
        self("checkout", "-q", revision)
        return self

    def merge(self, revision: str, message: str) -> str:
        self("merge", "-q", "--no-ff", "--no-commit", revision)
        return self._record(message, ANN, None, 0)

    def push(self, repository: Path) -> None:
        self("push", "-q", "--force", "--all", str(repository))
        self("push", "-q", "--force", "--tags", str(repository))


class HgScribe(Scribe):
    scheme = "hg"
    default_branch = "default"

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self("init")

    def __call__(self, *arguments: str) -> str:
        done = hg(self.root, *arguments)
        if done.code:
            raise AssertionError(f"hg {arguments}: {done.err}")
        return done.out.strip()

    def rename(self, old: str, new: str) -> Scribe:
        self("rename", "-q", str(self.root / old), str(self.root / new))
        return self

    def commit(self, message: str, *, author: str = ANN, date: int | None = None, offset: int = 0) -> str:
        self("addremove", "-q", "--similarity", "0")
        return self._record(message, author, date, offset)

    def _record(self, message: str, author: str, date: int | None, offset: int) -> str:
        self("commit", "-q", "-m", message, "-u", author, "-d", f"{self.tick(date)} {-offset}")
        return self("log", "-r", ".", "-T", "{node}")

    def branch(self, name: str) -> Scribe:
        self("branch", "-q", name)
        return self

    def switch(self, revision: str) -> Scribe:
        self("update", "-q", "-r", revision)
        return self

    def merge(self, revision: str, message: str) -> str:
        self("merge", "-q", "-r", revision)
        return self._record(message, ANN, None, 0)

    def push(self, repository: Path) -> None:
        try:
            self("push", "-q", "--force", "--new-branch", str(repository))
        except AssertionError as error:
            if "hg ('push'" not in str(error) or str(error).partition(": ")[2]:
                raise  # exit 1 without a word means that there was nothing to push


GIT_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_AUTHOR_NAME": "Ann Example",
    "GIT_AUTHOR_EMAIL": "ann@example.org",
    "GIT_COMMITTER_NAME": "Ann Example",
    "GIT_COMMITTER_EMAIL": "ann@example.org",
}

SCRIBES: dict[str, type[Scribe]] = {"git": GitScribe, "hg": HgScribe}
