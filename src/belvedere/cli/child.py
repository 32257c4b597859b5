"""A program that the supervisor keeps running."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

log = logging.getLogger(__name__)

FIRST_DELAY = 0.25
LONGEST_DELAY = 30.0
HEALTHY_AFTER = 60.0


class Child:
    """One Python module run as a process group of its own, and restarted when it dies.

    On the leash it and its group end at once with this process, and the group when the module dies. Off the leash
    the module sees to that itself, and may finish what runs.
    """

    def __init__(
        self, name: str, arguments: Sequence[str], *, environment: Mapping[str, str], keep: int = -1, leash: bool = True
    ) -> None:
        self.name = name
        self.deaths = 0
        self._leash = leash
        self._command = [sys.executable, "-m", *(["belvedere.cli.leash"] if leash else []), *arguments]
        self._environment = dict(environment)
        self._kept = () if keep < 0 else (keep,)
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._delay = FIRST_DELAY
        self._due = 0.0

    @property
    def is_running(self) -> bool:
        """Tell whether there is a process, as far as `tend` has seen."""
        return self._process is not None

    def start(self) -> None:
        """Start the process: in a session of its own, so that Ctrl-C reaches the supervisor alone."""
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE if self._leash else subprocess.DEVNULL,  # the leash is never written to
            env=self._environment,
            pass_fds=self._kept,
            start_new_session=True,
        )
        self._started = time.monotonic()

    def tend(self) -> None:
        """Notice a death and start again, sooner after a long life than after a short one."""
        now = time.monotonic()
        if self._process is not None:
            status = self.reap()
            if status is None:
                return
            self.deaths += 1
            young = self.deaths > 1 and now - self._started < HEALTHY_AFTER
            self._delay = min(2 * self._delay, LONGEST_DELAY) if young else FIRST_DELAY
            self._due = now + self._delay
            log.error("%s ended (%s); starting it again in %.2f s", self.name, told(status), self._delay)
        elif now >= self._due:
            self.start()

    def reap(self) -> int | None:
        """Give the exit status of a process that ended, after clearing away what it left behind; None if it runs."""
        process = self._process
        if process is None:
            return 0
        if os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return None
        if self._leash:
            self.signal(signal.SIGKILL)  # before the wait: until then the number cannot be another group's
        status = process.wait()
        if process.stdin is not None:
            process.stdin.close()
        self._process = None
        return status

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process, or SIGKILL to its whole group."""
        if self._process is None:
            return
        with suppress(ProcessLookupError, PermissionError):  # macOS: EPERM for a group of zombies
            if number is signal.SIGKILL:
                os.killpg(self._process.pid, number)
            else:
                os.kill(self._process.pid, number)


def told(status: int) -> str:
    """Say how a process ended."""
    return f"exit {status}" if status >= 0 else signal.Signals(-status).name
