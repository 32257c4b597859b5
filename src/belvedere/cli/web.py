"""The web server: Granian around the WSGI application, on a socket that the supervisor bound.

The only module that knows which server it is.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import threading
from collections.abc import Callable
from importlib import import_module
from multiprocessing import parent_process
from multiprocessing.connection import wait
from typing import Any

from django.conf import settings
from django.db import connections
from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

APPLICATION = "belvedere.conf.wsgi:application"
BACKLOG = 1024
CONNECTIONS = 1024
HEADER_MILLISECONDS = 10_000
"""What a client gets to send the head of a request; one that stops half-way holds up the end for that long."""


class InheritedSocketServer(MPServer):
    """Granian, except that it serves on a socket which is open already.

    Its own way on Linux, a socket a worker with SO_REUSEPORT, would let two servers share a port unnoticed and lose
    the connections that wait at a worker which ends.
    """

    def __init__(self, listening: socket.socket, **options: Any) -> None:
        super().__init__(APPLICATION, **options)
        self._listening = listening

    def _init_shared_socket(self) -> None:
        self._sso: Any = self._listening
        self._sfd: Any = self._listening.fileno()
        self._shd: Any = SocketHolder(self._sfd, False, BACKLOG)  # type: ignore[call-arg]  # missing in Granian's stub
        self._ssp: Any = None


def load_in_worker(target: str) -> Callable[..., Any]:
    """Give the application to a worker, and end the worker when the server's main process is gone."""
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=end_with, args=(parent.sentinel,), name="leash", daemon=True).start()
    return load(target)


def load(target: str) -> Callable[..., Any]:
    """Import the application; in a forked worker it is there already."""
    module, _, name = target.partition(":")
    application: Callable[..., Any] = getattr(import_module(module), name)
    return application


def end_with(sentinel: int) -> None:
    """End this process at once when the sentinel's process is gone."""
    wait([sentinel])
    os.kill(os.getpid(), signal.SIGKILL)


def serve(listening: socket.socket) -> None:
    """Serve until told to stop, then let running requests finish."""
    config = settings.BELVEDERE
    server = InheritedSocketServer(
        listening,
        interface=Interfaces.WSGI,
        workers=config.web_workers,
        blocking_threads=config.web_threads,
        blocking_threads_idle_timeout=600,  # a thread keeps its database connection
        backpressure=CONNECTIONS,  # counts idle connections too: must be far above the number of threads
        http=HTTPModes.http1,  # nothing speaks HTTP/2 in clear text; a proxy in front ends TLS
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
        websockets=False,
        log_level=LogLevels.error,  # what is worth a line is said by the supervisor
        log_dictconfig=settings.LOGGING,
        respawn_failed_workers=True,
        workers_kill_timeout=config.shutdown_grace + 5,  # the supervisor counts; this is for when it is gone
    )
    load(APPLICATION)  # before the workers fork, so that they share its memory and its time
    connections.close_all()
    server.serve(target_loader=load_in_worker)


def main() -> None:
    """Serve on the socket of the given descriptor."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--descriptor", type=int, required=True)
    serve(socket.socket(fileno=parser.parse_args().descriptor))


if __name__ == "__main__":
    main()
