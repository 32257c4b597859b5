"""A child on a leash: `python -m belvedere.cli.leash MODULE ARGUMENTS` runs a module that ends with its supervisor.

The supervisor holds the other end of standard input. However it ends, kill -9 included, the kernel closes that end;
the child reads the end of the file and takes its whole process group with it.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading

from belvedere.cli.failure import Failure


def main() -> None:
    """Fasten the leash, then become the module."""
    end = os.dup(0)  # its own number: code that closes or replaces standard input must not slip the leash
    os.set_inheritable(end, False)
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 a descriptor is wanted
        os.dup2(nothing.fileno(), 0)
    threading.Thread(target=watch, args=(end,), name="leash", daemon=True).start()
    sys.argv = sys.argv[1:]
    try:
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    except Failure as failure:
        sys.exit(f"belvedere: {failure}")


def watch(end: int) -> None:
    """Wait for the supervisor's end, then end the group."""
    while os.read(end, 1):
        pass
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
