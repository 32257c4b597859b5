"""A pool for one process that nobody gave one: commands, tests, and whoever uses the package alone."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass

_STOP_AFTER = 15.0


@dataclass(slots=True)
class _Pool:
    directory: str
    process: subprocess.Popen[bytes]


_lock = threading.Lock()
_pool: _Pool | None = None


def directory() -> str:
    """Give the directory of this process's pool; started at the first call, and again if it died."""
    global _pool  # noqa: PLW0603 -- one for each process is the point
    with _lock:
        if _pool is None or _pool.process.poll() is not None:
            _discard()
            _pool = _start()
        return _pool.directory


def _start() -> _Pool:
    place = tempfile.mkdtemp(prefix="belvedere-hg-")
    # The pool watches its parent process (not a thread of it), so it ends even if this one is killed.
    command = [sys.executable, "-m", "belvedere.vcs.hg.pool", "--directory", place, "--parent", str(os.getpid())]
    return _Pool(place, subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL))


def _discard() -> None:
    if _pool is not None:
        shutil.rmtree(_pool.directory, ignore_errors=True)


def stop() -> None:
    """End the pool of this process, if there is one."""
    global _pool  # noqa: PLW0603 -- see directory()
    with _lock:
        if _pool is None:
            return
        _pool.process.terminate()
        try:
            _pool.process.wait(_STOP_AFTER)
        except subprocess.TimeoutExpired:
            _pool.process.kill()
            _pool.process.wait()
        _discard()
        _pool = None


def _forget() -> None:
    """Leave the parent's pool to the parent: a forked child gets one of its own."""
    global _lock, _pool  # noqa: PLW0603 -- see directory()
    _lock = threading.Lock()  # the parent's may have been held
    if _pool is not None:
        _pool.process.returncode = 0  # not ours to wait for
    _pool = None


atexit.register(stop)
os.register_at_fork(after_in_child=_forget)
