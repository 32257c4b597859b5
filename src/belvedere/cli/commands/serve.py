"""Serve a home directory."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from django.conf import settings

from belvedere.cli.child import Child
from belvedere.cli.command import command
from belvedere.cli.listening import is_ready, listen, url_of
from belvedere.cli.setting_up import bring_up, make_directory, take_home
from belvedere.cli.supervisor import Supervisor
from belvedere.cli.telling import tell_administrator, tell_ready
from belvedere.jobs import LONG

LONGEST_SOCKET_DIRECTORY = 80
"""A socket's whole path must stay under 104 bytes (macOS; Linux: 108)."""

ALLOCATOR = {"MALLOC_ARENA_MAX": "2"}
"""glibc else makes an arena a thread, and a worker of 16 threads keeps many times what it needs."""

LEAST_STREAMS = 16
FOR_THE_FIRST_START = ("BELVEDERE_ADMIN_PASSWORD", "BELVEDERE_ADMIN_API_KEY")
"""Variables that no child has a use for; the environment of a process is easily shown."""


@command
def serve(
    *,
    host: Annotated[str | None, "address to listen on; wins over the settings"] = None,
    port: Annotated[int | None, "port to listen on, 0 for a free one; wins over the settings"] = None,
) -> int:
    """Serve the home directory until Ctrl-C or SIGTERM; an empty one is set up first."""
    for name, value in (("BELVEDERE_HOST", host), ("BELVEDERE_PORT", port)):
        if value is not None:
            os.environ[name] = str(value)
    _lock = take_home()
    config = settings.BELVEDERE
    listening = listen(config.host, config.port)
    url = f"{config.base_url}/" if config.base_url else url_of(listening)
    with socket_directory(config.home) as sockets:
        phases = children(listening, sockets)
        phases[-1][0].start()  # the pool needs no database: it starts while that is seen to
        credentials = bring_up(url)

        def when_ready() -> None:
            if credentials is not None:
                tell_administrator(credentials, config.home)
            tell_ready(url, config.home)

        return Supervisor(phases, grace=config.shutdown_grace).run(lambda: is_ready(listening), when_ready)


def children(listening: socket.socket, sockets: Path) -> list[list[Child]]:
    """Name the processes of a server, in the phases in which they end."""
    environment = {name: value for name, value in os.environ.items() if name not in FOR_THE_FIRST_START}
    environment = ALLOCATOR | environment | {"BELVEDERE_HG_POOL": str(sockets)}
    descriptor = listening.fileno()
    web = ["belvedere.cli.web", "--descriptor", str(descriptor)]
    jobs = ["belvedere.cli.main", "jobs", "run"]
    config = settings.BELVEDERE
    pool = ["belvedere.vcs.hg.pool", "--directory", str(sockets), "--workers", str(config.hg_workers)]
    pool += ["--parent", str(os.getpid())]  # said, for this process may be gone before the pool could ask
    # A transfer that waits for a slow client costs little, and must not keep the others out.
    pool += ["--streams", str(max(LEAST_STREAMS, config.max_transfers * config.web_workers))]
    return [
        [
            Child("web server", web, environment=environment, keep=descriptor),
            Child("job worker", jobs, environment=environment),
            Child("worker for long jobs", [*jobs, "--queue", LONG], environment=environment),
        ],
        [Child("Mercurial pool", pool, environment=environment, leash=False)],
    ]


@contextmanager
def socket_directory(home: Path) -> Iterator[Path]:
    """Give a place for sockets: below the home unless its path is too long for one."""
    inside = home / "run"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_DIRECTORY:
        make_directory(inside)
        yield inside
        return
    with tempfile.TemporaryDirectory(prefix="belvedere-") as outside:
        yield Path(outside)
