"""Real clients of both systems, as people use them, behind the few verbs that a story needs."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.mercurial import HG, hg

PUSH_TIMEOUT = 60

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "LC_ALL": "C.UTF-8",
    "HGRCPATH": "",
    "HGPLAIN": "1",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
}


@dataclass
class Done:
    """How a client ended, and all that its user read."""

    code: int
    text: str


def run(*command: str | Path, cwd: Path | None = None) -> Done:
    """Run a client to its end."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PUSH_TIMEOUT,
        check=False,
    )
    return Done(done.returncode, (done.stdout + done.stderr).decode(errors="replace"))


@dataclass
class Checkout:
    """A working copy in `place`."""

    scheme: str
    place: Path

    def client(self, *arguments: str) -> Done:
        """Run the system's own client here."""
        return run("git" if self.scheme == "git" else HG, *arguments, cwd=self.place)

    def here(self, *arguments: str) -> str:
        """Give what a command tells that reaches no further than this copy, or than this disk; it has to succeed."""
        if self.scheme == "git":
            return self.good(*arguments)
        done = hg(self.place, *arguments)
        assert done.code == 0, done.err
        return done.out

    def good(self, *arguments: str) -> str:
        """Run the client; it has to succeed."""
        done = self.client(*arguments)
        assert done.code == 0, done.text
        return done.text

    def commit(self, message: str, **files: str | None) -> str:
        """Write files (None removes one), commit, and give the hash."""
        for name, content in files.items():
            if content is None:
                (self.place / name).unlink()
            else:
                (self.place / name).write_text(content)
        if self.scheme == "git":
            self.good("add", "-A")
            self.good("commit", "-q", "-m", message)
            return self.good("rev-parse", "HEAD").strip()
        told = self.here("commit", "--debug", "-A", "-m", message, "-u", "Ada <ada@example.org>")
        return told.rpartition("committed changeset ")[2].split()[0].partition(":")[2]

    def push(self, url: str) -> Done:
        """Push all to an address."""
        return self.client("push", url, "HEAD:main") if self.scheme == "git" else self.client("push", "-f", url)

    def pull(self, url: str) -> Done:
        """Pull all from an address."""
        return self.client("fetch", url, "main") if self.scheme == "git" else self.client("pull", url)

    def hashes(self) -> list[str]:
        """Give every changeset here, oldest first, as the client tells."""
        if self.scheme == "git":
            return self.good("rev-list", "--reverse", "--topo-order", "--all").split()
        return self.here("log", "-r", "0:tip", "-T", "{node}\n").split()


def new_checkout(scheme: str, place: Path) -> Checkout:
    """Begin a history from nothing."""
    place.mkdir(parents=True)
    made = Checkout(scheme, place)
    made.here("init", *(("-q", "-b", "main") if scheme == "git" else ()))
    return made


def clone(scheme: str, url: str, place: Path, *options: str) -> Done:
    """Clone an address."""
    return run("git" if scheme == "git" else HG, "clone", *options, url, place)
