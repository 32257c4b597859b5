"""The one place that starts the `git` program: what it may see, how it is fed, and how it ends."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from belvedere.vcs.errors import BackendUnavailable, RepositoryBroken

log = logging.getLogger(__name__)

CHUNK = 1 << 16
TIMEOUT = 600.0
"""Seconds that a command without streamed output may take."""
PATIENCE = 2.0
NICENESS = 5
"""Children that walk history or move packs give way to the processes that answer requests."""

_CONFIG = {
    # What lies inside a repository is never trusted: these keys name programs, or reach outside of it.
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.sshCommand": "false",
    "core.attributesFile": os.devnull,
    "core.excludesFile": os.devnull,
    "credential.helper": "",
    "protocol.allow": "never",
    "log.showSignature": "false",
    "log.mailmap": "false",
    "diff.noprefix": "false",
    "diff.mnemonicPrefix": "false",
    "diff.renameLimit": "1000",
    "core.quotePath": "false",
    "core.logAllRefUpdates": "false",
    "tar.umask": "0022",
    # The server's own user owns the repositories, or an administrator's import did.
    "safe.directory": "*",
    "safe.bareRepository": "all",
    # Maintenance is a job of ours: git must not start its own after a push.
    "gc.auto": "0",
    "maintenance.auto": "false",
    "receive.autogc": "false",
    # A push that was acknowledged survives a power cut: git alone would not flush references.
    "core.fsync": "committed,reference",
    "core.fsyncMethod": "batch",
}


def environment(extra_config: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give the whole environment of a git process: no system or user configuration, ours above the repository's."""
    config = {**_CONFIG, **(extra_config or {})}
    result = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.devnull,
        "LC_ALL": "C.UTF-8",  # English messages, and case folding beyond ASCII in searches
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",  # refs/replace can be pushed, and would show other content than libgit2 reads
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_CONFIG_COUNT": str(len(config)),
    }
    for number, (key, value) in enumerate(config.items()):
        result[f"GIT_CONFIG_KEY_{number}"] = key
        result[f"GIT_CONFIG_VALUE_{number}"] = value
    return result


def start(
    arguments: list[str | bytes],
    *,
    env: Mapping[str, str],
    stdin: int | IO[bytes] = subprocess.DEVNULL,
    stderr: int | IO[bytes] = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start git in a process group of its own, niced; the caller ends it with `stop`."""
    try:
        process = subprocess.Popen(
            ["git", *arguments],
            env=env,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=stderr,
            cwd="/",
            bufsize=0,
            process_group=0,
        )
    except FileNotFoundError as error:
        raise BackendUnavailable("the git program is not installed") from error
    except OSError as error:  # no more processes or memory
        raise BackendUnavailable("the git program cannot be started") from error
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
    return process


def stop(process: subprocess.Popen[bytes], *, is_gentle: bool = False) -> int:
    """End the whole process group (git starts children of its own) unless it has ended, and reap it.

    Gently, git has a moment to remove what it has half written.
    """
    if is_gentle and process.poll() is None:
        interrupt(process)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)
    if process.poll() is None:
        _signal(process, signal.SIGKILL)
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    return process.wait()


def interrupt(process: subprocess.Popen[bytes]) -> None:
    """Ask the process group to end, from any thread: whoever reads from it sees the end of its output."""
    if process.returncode is None:
        _signal(process, signal.SIGTERM)


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


class Git:
    """Run commands on one repository; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def output(self, *arguments: str | bytes, stdin: bytes = b"", allowed: tuple[int, ...] = (0,)) -> bytes:
        """Run to the end and give what it wrote; `RepositoryBroken` for an exit code that is not `allowed`."""
        return self.run(*arguments, stdin=stdin, allowed=allowed)[1]

    def run(
        self, *arguments: str | bytes, stdin: bytes = b"", allowed: tuple[int, ...] = (0,), timeout: float = TIMEOUT
    ) -> tuple[int, bytes]:
        """Run to the end and give the exit code and the output."""
        with _spool(stdin) as source, tempfile.TemporaryFile() as complaints:
            process = start(list(arguments), env=self._environment(), stdin=source, stderr=complaints)
            try:
                output, _ = process.communicate(timeout=timeout)
            except subprocess.TimeoutExpired as error:
                raise BackendUnavailable("git did not answer in time") from error
            finally:
                code = stop(process)
            if code not in allowed:
                raise self._broken(arguments, code, complaints)
            return code, output

    @contextlib.contextmanager
    def stream(
        self, *arguments: str | bytes, stdin: bytes = b"", env: Mapping[str, str] | None = None
    ) -> Iterator[IO[bytes]]:
        """Give the output as it comes; leaving the block early kills the command, else its failure is raised.

        The input is spooled to a file first, so no command can block on a reader that waits for it.
        """
        with _spool(stdin) as source, tempfile.TemporaryFile() as complaints:
            full = {**self._environment(), **(env or {})}
            process = start(list(arguments), env=full, stdin=source, stderr=complaints)
            output = process.stdout
            assert output is not None
            try:
                yield output
                # Only who read to the end is told of a failure; who has enough kills the command by leaving.
                is_complete = not output.read(1)
                code = process.wait() if is_complete else 0
            finally:
                stop(process)
            if code != 0:
                raise self._broken(arguments, code, complaints)

    @contextlib.contextmanager
    def merged(self, *arguments: str) -> Iterator[IO[bytes]]:
        """Give output and complaints as one stream, whatever the exit code: for commands that report by it."""
        process = start(list(arguments), env=self._environment(), stderr=subprocess.STDOUT)
        assert process.stdout is not None
        try:
            yield process.stdout
        finally:
            stop(process)

    def _environment(self) -> dict[str, str]:
        return {**environment(), "GIT_DIR": str(self._path)}

    def _broken(self, arguments: tuple[str | bytes, ...], code: int, complaints: IO[bytes]) -> RepositoryBroken:
        complaints.seek(0)
        text = complaints.read(2000).decode("utf-8", "replace").strip()
        log.warning("git %s in %s ended with %s: %s", arguments[0], self._path, code, text)
        return RepositoryBroken(f"git {_text(arguments[0])} failed on this repository")


def lines(output: IO[bytes], separator: bytes = b"\n") -> Iterator[bytes]:
    """Cut a stream into parts without the separator; the last part need not end with one. Flat memory."""
    rest = b""
    while chunk := output.read(CHUNK):
        parts = (rest + chunk).split(separator)
        rest = parts.pop()
        yield from parts
    if rest:
        yield rest


def chunks(output: IO[bytes]) -> Iterator[bytes]:
    """Give a stream in pieces, each as soon as it is there."""
    while chunk := output.read(CHUNK):
        yield chunk


@contextlib.contextmanager
def _spool(data: bytes) -> Iterator[int | IO[bytes]]:
    if not data:
        yield subprocess.DEVNULL
        return
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        yield file


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("utf-8", "replace")
