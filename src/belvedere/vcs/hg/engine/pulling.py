"""Pulling from another repository, elsewhere or on this disk; only in a process of its own."""

from __future__ import annotations

import http.client
import logging
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mercurial import error, exchange, httppeer, sshpeer, url
from mercurial.utils import urlutil

from belvedere.vcs.errors import RemoteUnusable, VcsError
from belvedere.vcs.hg.engine import movement
from belvedere.vcs.hg.engine.configuration import base_ui
from belvedere.vcs.hg.engine.confinement import confine
from belvedere.vcs.hg.engine.copying import copy_store
from belvedere.vcs.hg.engine.creation import make_durable
from belvedere.vcs.hg.engine.faults import is_of_this_machine
from belvedere.vcs.hg.engine.opening import open_repository
from belvedere.vcs.hg.engine.progress import Tell, Telling
from belvedere.vcs.hg.engine.writing import recover
from belvedere.vcs.remote import Remote

log = logging.getLogger(__name__)

SILENCE = b"60"
"""Seconds after which a silent server is given up."""

_CREDENTIALS = "it wants other credentials"
_SAID = {401: _CREDENTIALS, 403: _CREDENTIALS, 404: "no mercurial repository answers there"}


def pull(path: str, source: Remote | str, tell: Tell) -> str | None:
    """Bring in everything, under the lock that lets nobody else move anything; give the token of what moved.

    Bookmarks that both have then stand where they stand in the source.
    """
    repo = open_repository(path)
    recover(repo)
    was_empty = not len(repo.changelog)
    telling = Telling(tell)
    if was_empty and isinstance(source, str) and copy_store(open_repository(source), repo, telling.copied):
        repo = open_repository(path)
    telling.listen_to(repo.ui)
    with repo.wlock(), repo.lock():
        if isinstance(source, Remote):
            with _faults_said(), _connected(source) as peer:
                _pull_from(repo, peer)
        else:
            _pull_from(repo, open_repository(source).filtered(b"served").peer())
        telling.recording()
        # A fresh repository: this one's caches are of the time before.
        measured = movement.measure(open_repository(path))
    if was_empty:
        make_durable(Path(path))
    return measured[0] if measured else None


def probe(remote: Remote) -> None:
    """Shake hands and ask for the heads."""
    with _faults_said(), _connected(remote) as peer, peer.commandexecutor() as executor:
        executor.callcommand(b"heads", {}).result()


def _pull_from(repo: Any, peer: Any) -> None:
    with peer.commandexecutor() as executor:
        marks = executor.callcommand(b"listkeys", {b"namespace": b"bookmarks"}).result()
    # No bundles elsewhere, and no stream, which is a copy of files that nobody checks.
    repo.ui.setconfig(b"ui", b"clonebundles", b"no", b"belvedere")
    exchange.pull(repo, peer, bookmarks=sorted(marks), streamclonerequested=False, force=True)


@contextmanager
def _connected(remote: Remote) -> Iterator[Any]:
    """Give the other side as a peer of Mercurial; what authenticates is never part of an address."""
    confine(remote)
    ui = base_ui().copy()
    ui.setconfig(b"http", b"timeout", SILENCE, b"belvedere")
    if remote.transport == "ssh":
        ui.setconfig(b"ui", b"ssh", remote.ssh_command.encode(), b"belvedere")
        peer = sshpeer.make_peer(ui, _place(ui, remote), False)
    else:
        opener = url.opener(ui)
        if remote.authorization:  # beside the address, and in any script: Mercurial's own way knows ASCII only
            opener.addheaders.append(("Authorization", remote.authorization))
        # Not the public function: it goes on to read an unknown answer as files of a repository.
        peer = httppeer._make_peer(ui, _place(ui, remote), opener)  # noqa: SLF001 -- see above
    try:
        yield peer
    finally:
        peer.close()


def _place(ui: Any, remote: Remote) -> Any:
    return urlutil.path(ui, None, rawloc=remote.url.encode())


@contextmanager
def _faults_said() -> Iterator[None]:
    """Say what is wrong with the other side in our own words: it could say anything."""
    try:
        yield
    except VcsError:
        raise
    except Exception as fault:
        if isinstance(fault, (error.LockError, MemoryError)) or is_of_this_machine(fault):
            raise
        log.info("a pull failed: %s: %s", type(fault).__name__, fault)
        raise RemoteUnusable(_reason(fault)) from fault


def _reason(fault: Exception) -> str:
    if isinstance(fault, urllib.error.HTTPError):
        leads_away = "the address leads elsewhere: give the one that it redirects to"
        said = leads_away if fault.code // 100 == 3 else f"it answers with status {fault.code}"  # noqa: PLR2004 -- HTTP
        return _SAID.get(fault.code, said)
    if isinstance(fault, error.SecurityError) or "CERTIFICATE" in str(fault):
        return "its certificate cannot be trusted"
    if isinstance(fault, error.Abort) and b"authorization" in fault.format():
        return _CREDENTIALS
    if isinstance(fault, (error.RepoError, error.OutOfBandError)):
        return "no mercurial repository answers there"
    if isinstance(fault, (OSError, http.client.HTTPException)):
        return "the server does not answer"
    return "what it sends is damaged or incomplete"
