"""The top of the process tree: starts the children, keeps them running, and ends them in order."""

from __future__ import annotations

import logging
import select
import signal
import socket
import time
from collections.abc import Callable, Sequence

from belvedere.cli.child import Child
from belvedere.cli.failure import Failure

log = logging.getLogger(__name__)

STOPS = frozenset({signal.SIGTERM, signal.SIGINT})
SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_BETWEEN_KNOCKS = 0.03
DEATHS_BEFORE_READY = 3
LAST_SECONDS = 5.0


class Supervisor:
    """Runs the children until a signal says stop.

    They end in phases, as `phases` lists them: all of one phase are gone before the next is told, since the first
    ones still work with the later ones to finish what runs.
    """

    def __init__(self, phases: Sequence[Sequence[Child]], *, grace: float) -> None:
        self._phases = phases
        self._children = [child for phase in phases for child in phase]
        self._grace = grace
        self._wake, wake_writer = socket.socketpair()
        self._wake.setblocking(False)
        wake_writer.setblocking(False)
        self._writer = wake_writer
        for number in (*STOPS, signal.SIGCHLD):
            signal.signal(number, ignore)
        signal.set_wakeup_fd(wake_writer.fileno(), warn_on_full_buffer=False)

    def run(self, is_ready: Callable[[], bool], when_ready: Callable[[], None]) -> int:
        """Run until told to stop; gives the exit code."""
        for child in self._children:
            if not child.is_running:
                child.start()
        announced = False
        while True:
            if STOPS & self._signals(SECONDS_BETWEEN_LOOKS if announced else SECONDS_BETWEEN_KNOCKS):
                return self._stop()
            for child in self._children:
                child.tend()
            if not announced and is_ready():
                announced = True
                when_ready()
            elif not announced:
                self._give_up_if_hopeless()

    def _signals(self, seconds: float) -> frozenset[int]:
        """Wait for signals that long and give those that came."""
        if not select.select([self._wake], [], [], max(seconds, 0.0))[0]:
            return frozenset()
        return frozenset(self._wake.recv(4096))

    def _give_up_if_hopeless(self) -> None:
        for child in self._children:
            if child.deaths >= DEATHS_BEFORE_READY:
                self._kill(self._children)
                raise Failure(f"the {child.name} does not start; what it said stands above")

    def _stop(self) -> int:
        """End the children: one phase after the other within the grace, at once (and with 1) at the second signal."""
        log.info("stopping; a second signal stops at once")
        deadline = time.monotonic() + self._grace
        for phase in self._phases:
            for child in phase:
                child.signal(signal.SIGTERM)
            if self._is_told_again(phase, deadline):
                self._kill(self._children)
                return 1
            self._kill(phase)
            deadline = max(deadline, time.monotonic() + LAST_SECONDS)
        return 0

    def _is_told_again(self, phase: Sequence[Child], deadline: float) -> bool:
        """Wait until a phase is gone or its time is up; True as soon as a second signal comes."""
        while running := [child.name for child in phase if child.reap() is None]:
            left = deadline - time.monotonic()
            if left <= 0:
                log.warning("not finished after %.0f s: %s", self._grace, ", ".join(running))
                return False
            if STOPS & self._signals(min(left, SECONDS_BETWEEN_LOOKS)):
                return True
        return False

    def _kill(self, children: Sequence[Child]) -> None:
        for child in children:
            child.signal(signal.SIGKILL)
        for child in children:
            while child.reap() is None:
                self._signals(SECONDS_BETWEEN_KNOCKS)


def ignore(_number: int, _frame: object) -> None:
    """Do nothing: the wake-up descriptor tells of the signal."""
