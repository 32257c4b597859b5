"""How a client program ends, and how it prints what came."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

from belvedere.cli.failure import Failure

INTERRUPTED = 130


def run(name: str, program: Callable[[list[str]], int], arguments: list[str] | None) -> int:
    """Run a program and give its exit code; what goes wrong is one line on standard error, never a traceback."""
    try:
        code = program(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()
    except Failure as failure:
        sys.stdout.flush()
        print(f"{name}: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader has seen enough; Python would complain when it closes the stream
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def pretty(value: Any) -> str:
    """Write JSON for people."""
    return json.dumps(value, indent=4, sort_keys=True)


def compact(value: Any) -> str:
    """Write JSON for programs, on one line."""
    return json.dumps(value, separators=(",", ":"))
