"""Pulling: objects first, then all names in one transaction, with no configuration but ours."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import IO

from belvedere.vcs.errors import BackendUnavailable, RemoteUnusable, RepositoryBroken
from belvedere.vcs.git import refs as disk
from belvedere.vcs.git.movement import catch_up
from belvedere.vcs.git.process import Git, environment, start, stop
from belvedere.vcs.git.progress import SHOWN, watched
from belvedere.vcs.git.store import store_at
from belvedere.vcs.model import Movement
from belvedere.vcs.progress import Progress, Step, Watch, unwatched
from belvedere.vcs.remote import Remote, bracketed

log = logging.getLogger(__name__)

TRANSPORTS = frozenset({"http", "https", "git", "ssh"})
LONGEST = 2 * 3600.0
"""Seconds that a pull may take altogether."""
LONGEST_PROBE = 60.0

_NOTHING = b"0" * 40
_REFSPECS = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
_FETCH = ("fetch", SHOWN, "--atomic", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head")
_STORE = ("index-pack", "--stdin", "-v")
_PACK = ("pack-objects", "--revs", "--stdout", "--delta-base-offset", "--quiet")
_TAKEN = {
    "http.followRedirects": "false",
    "http.proxy": "",
    "http.sslVerify": "true",
    # A server that sends less than this for so many seconds is given up.
    "http.lowSpeedLimit": "100",
    "http.lowSpeedTime": "60",
    "fetch.fsckObjects": "true",
    "fetch.unpackLimit": "1",  # a pack is flushed with one call
    # Flaws that old tools left in many honest histories, and that harm no reader.
    **{
        f"fetch.fsck.{flaw}": "ignore"
        for flaw in ("badTimezone", "missingSpaceBeforeDate", "missingSpaceBeforeEmail", "zeroPaddedFilemode")
    },
}
_REASONS = (
    (r"error: 30\d|from redirection", "the address leads elsewhere: give the one that it redirects to"),
    (
        r"Authentication failed|could not read (User|Pass)|error: 40[13]|Permission denied|terminal prompts",
        "it wants other credentials",
    ),
    (r"Host key verification failed", "its host key is not among those that this server's account knows"),
    (r"certificate|SSL|TLS", "its certificate cannot be trusted"),
    (
        r"Could not resolve|ailed to connect|refused|timed out|unable to connect|unreachable|Empty reply",
        "the server does not answer",
    ),
    (r"error: 50\d|error: 429", "it cannot answer now"),
    (r"fsck|index-pack|unpack|bad object|shallow|invalid|missing necessary", "what it sends is damaged or incomplete"),
    (r"cannot lock ref|cannot create", "a name there is in the way of another one here"),
)
_NO_REPOSITORY = "no git repository answers there"


def pull(path: Path, source: Remote | Path, watch: Watch = unwatched) -> Movement:
    """Bring in all branches and tags; see `Repository.pull`."""
    before = disk.read_snapshot(path)
    if isinstance(source, Remote):
        head, found = _take_from_remote(path, source, before.targets, watch)
    else:
        head, found = _take_from_disk(path, source, watch)
    moved = {name: stored for name, stored in found.items() if before.targets.get(name) != stored}
    if moved:
        watch(Progress(Step.RECORDING))
        _set_all(path, moved, before.targets)
    if head in found and not any(name.startswith(disk.HEADS) for name in before.targets):
        Git(path).output("symbolic-ref", "HEAD", head)
    return catch_up(path, store_at(path), tuple(moved)) if moved else Movement()


def probe(remote: Remote) -> None:
    """See whether git answers."""
    with tempfile.TemporaryDirectory(prefix="belvedere-probe-") as folder:
        _lay_out(Path(folder), {})
        _head_of(Path(folder), remote)


def _take_from_remote(
    path: Path, remote: Remote, known: Mapping[bytes, bytes], watch: Watch
) -> tuple[bytes, dict[bytes, bytes]]:
    """Fetch into a directory with our own configuration and the names that we have, whose objects are the target's.

    So neither the repository's configuration has a say (`url.<base>.insteadOf` would lead elsewhere), nor is a name
    of it touched before everything has arrived.
    """
    with tempfile.TemporaryDirectory(prefix="belvedere-pull-") as folder:
        place = Path(folder)
        _lay_out(place, known)
        head = _head_of(place, remote, watch)
        objects = {"GIT_OBJECT_DIRECTORY": os.fspath((path / "objects").absolute())}
        _ask(place, remote, *_FETCH, _url(remote), *_REFSPECS, more=objects, patience=LONGEST, watch=watch)
        return head, disk.read_snapshot(place).targets


def _head_of(place: Path, remote: Remote, watch: Watch = unwatched) -> bytes:
    """Give the branch that the source's HEAD names, empty if it has none.

    The old protocol of plain files is refused: git takes any page of a web server for an empty repository in it. Of
    the smart ones there is a trace.
    """
    trace = place / "trace"
    more = {"GIT_TRACE_PACKET": str(trace)}
    command = ("ls-remote", "--symref", _url(remote), "HEAD")
    output = _ask(place, remote, *command, patience=LONGEST_PROBE, more=more, watch=watch)
    if not trace.exists() or not trace.stat().st_size:
        raise RemoteUnusable(_NO_REPOSITORY)
    trace.unlink()
    for line in output.splitlines():
        if line.startswith(b"ref: ") and line.endswith(b"\tHEAD"):
            return line[5:-5]
    return b""


def _lay_out(place: Path, known: Mapping[bytes, bytes]) -> None:
    (place / "refs").mkdir()
    (place / "objects").mkdir()
    (place / "HEAD").write_bytes(b"ref: refs/heads/main\n")
    (place / "config").write_bytes(b"[core]\n\trepositoryformatversion = 0\n\tbare = true\n")
    packed = b"".join(stored + b" " + name + b"\n" for name, stored in sorted(known.items()))
    (place / "packed-refs").write_bytes(b"# pack-refs with: sorted \n" + packed)


def _ask(
    place: Path,
    remote: Remote,
    *arguments: str,
    patience: float,
    watch: Watch,
    more: Mapping[str, str] | None = None,
) -> bytes:
    """Run git against the other side, and give what it wrote."""
    env = {**environment(_configuration(remote)), **_variables(remote), "GIT_DIR": str(place), **(more or {})}
    process = start(list(arguments), env=env, stderr=PIPE)
    try:
        output, complaints = watched(process, patience, watch)
    except subprocess.TimeoutExpired:
        raise RemoteUnusable(f"it took more than {patience:.0f} seconds") from None
    finally:
        code = stop(process, is_gentle=True)
    if code:
        log.info("git %s from %s ended with %s: %s", arguments[0], remote.host, code, complaints[:4000])
        raise RemoteUnusable(_reason(complaints))
    return output


def _configuration(remote: Remote) -> dict[str, str]:
    config = dict(_TAKEN)
    addresses = ",".join(bracketed(address) for address in remote.addresses)
    if remote.transport in ("http", "https"):
        config["http.curloptResolve"] = f"{remote.host}:{remote.port}:{addresses}"
        if remote.authorization:
            config["http.extraHeader"] = f"Authorization: {remote.authorization}"
        if "SSL_CERT_FILE" in os.environ:  # as Python and so Mercurial understand it
            config["http.sslCAInfo"] = os.environ["SSL_CERT_FILE"]
    return config


def _variables(remote: Remote) -> dict[str, str]:
    variables = {"GIT_ALLOW_PROTOCOL": remote.transport}
    if remote.transport == "git":
        variables["GIT_OVERRIDE_VIRTUAL_HOST"] = f"{bracketed(remote.host)}:{remote.port}"
    if remote.transport == "ssh":
        # ssh finds its keys and known hosts by the account, not by this environment.
        variables |= {"GIT_SSH_COMMAND": remote.ssh_command, "GIT_SSH_VARIANT": "ssh"}
    return variables


def _url(remote: Remote) -> str:
    """Give the URL for git, which resolves a name of its own protocol anew: there the address stands for it."""
    return (replace(remote, host=remote.addresses[0]) if remote.transport == "git" else remote).url


def _reason(complaints: str) -> str:
    """Say what went wrong in our own words: git's tell more than its business."""
    return next((reason for pattern, reason in _REASONS if re.search(pattern, complaints)), _NO_REPOSITORY)


def _take_from_disk(path: Path, source: Path, watch: Watch) -> tuple[bytes, dict[bytes, bytes]]:
    """Copy what the names of a repository on this disk reach, as one pack that is checked while it is written.

    What no name reaches is left behind: somebody may have deleted it for a reason.
    """
    snapshot = disk.read_snapshot(source)
    if snapshot.targets:
        wanted = b"".join(stored + b"\n" for stored in sorted(set(snapshot.targets.values())))
        with tempfile.TemporaryFile() as stdin:
            stdin.write(wanted)
            stdin.seek(0)
            _copy(source, path, stdin, watch)
    return snapshot.head, snapshot.targets


def _copy(source: Path, path: Path, wanted: IO[bytes], watch: Watch) -> None:
    packing = start(list(_PACK), env={**environment(), "GIT_DIR": str(source)}, stdin=wanted)
    try:
        env = {**environment(), "GIT_DIR": str(path)}
        writing = start(list(_STORE), env=env, stdin=packing.stdout or DEVNULL, stderr=PIPE)
        try:
            watched(writing, LONGEST, watch)
            codes = writing.wait(), packing.wait(LONGEST_PROBE)
        finally:
            stop(writing, is_gentle=True)
    except subprocess.TimeoutExpired:
        raise BackendUnavailable("the copy took too long") from None
    finally:
        stop(packing)
    if any(codes):
        raise RepositoryBroken("the repository cannot be copied: it is damaged, or the disk is full")


def _set_all(path: Path, moved: Mapping[bytes, bytes], before: Mapping[bytes, bytes]) -> None:
    """Move all names at once, each only from where it stood when we looked."""
    lines = b"".join(
        b"update " + name + b"\0" + stored + b"\0" + before.get(name, _NOTHING) + b"\0"
        for name, stored in moved.items()
    )
    code, _ = Git(path).run("update-ref", "-z", "--stdin", stdin=lines, allowed=(0, 1, 128))
    if code:
        raise BackendUnavailable("the repository changed meanwhile, or a name is in the way of another one")
