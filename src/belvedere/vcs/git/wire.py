"""Git's smart protocol over HTTP: recognised here, spoken by `git upload-pack` and `git receive-pack`."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs

from belvedere.vcs.git.pktlines import FLUSH, MalformedRequest, packet, read_commands, read_packet, report
from belvedere.vcs.git.process import environment
from belvedere.vcs.git.repository import GitRepository
from belvedere.vcs.git.transfer import Body, Transfer, limit_transfers, take_slot
from belvedere.vcs.wire import Caller, Intent, Limits, Operation, WireRequest, WireResponse

log = logging.getLogger(__name__)

ADVERTISE, DUMB = "info/refs ", "dumb"
UPLOAD, RECEIVE = "git-upload-pack", "git-receive-pack"

_PATH = re.compile(r"/*(?P<repository>.+?)/+(?P<rest>info/refs|git-upload-pack|git-receive-pack)", re.DOTALL)
_PROTOCOL = re.compile(r"[a-z0-9]+(=[a-z0-9.-]+)?(:[a-z0-9]+(=[a-z0-9.-]+)?){0,7}")
_LONGEST_PROTOCOL = 128
_NEVER_KEPT = [
    ("Expires", "Fri, 01 Jan 1980 00:00:00 GMT"),
    ("Pragma", "no-cache"),
    ("Cache-Control", "no-cache, max-age=0, must-revalidate"),
]
_SERVED = {
    "transfer.hideRefs": "refs/belvedere/",
    "uploadpack.allowFilter": "true",
    # Protocol 2 lets clients ask for any object. In protocol 0 a partial clone needs it to fetch the rest.
    "uploadpack.allowAnySHA1InWant": "true",
    "receive.fsckObjects": "true",
    "receive.denyDeletes": "false",
    "receive.denyNonFastForwards": "false",
    "receive.shallowUpdate": "false",
    # Flaws that old tools left in many honest histories, and that harm no reader.
    "receive.fsck.badTimezone": "ignore",
    "receive.fsck.missingSpaceBeforeDate": "ignore",
    "receive.fsck.missingSpaceBeforeEmail": "ignore",
    "receive.fsck.zeroPaddedFilemode": "ignore",
}


class GitWire:
    """The protocol as `git clone http://...` speaks it."""

    def __init__(self) -> None:
        self._largest = 0

    def limit(self, limits: Limits) -> None:
        """Set the limits; git itself tells the client that a pack is too large."""
        limit_transfers(limits.transfers)
        self._largest = limits.push_bytes

    @property
    def scheme(self) -> str:
        """Git's name."""
        return "git"

    def recognise(self, request: WireRequest) -> Operation | None:
        """Tell what the client wants by path and service; the repository's path keeps a `.git` at its end."""
        match = _PATH.fullmatch(request.path)
        if match is None:
            return None
        repository, rest = match["repository"], match["rest"]
        if rest != "info/refs":
            return Operation("git", repository, rest, rest == RECEIVE) if request.method == "POST" else None
        if request.method not in ("GET", "HEAD"):
            return None
        service = parse_qs(request.query).get("service", [""])[0]
        if service in (UPLOAD, RECEIVE):
            return Operation("git", repository, ADVERTISE + service, service == RECEIVE)
        # Any page may end in `info/refs`: only what calls itself git is told that it is too old.
        is_git = "git/" in request.headers.get("user-agent", "").lower()
        return Operation("git", repository, DUMB, writes=False) if is_git else None

    def refusal(self, status: int, message: str) -> WireResponse:
        """Say no; git shows plain text of a refused first request as `remote:` lines."""
        body = message.strip().encode("utf-8", "replace") + b"\n"
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body))), *_NEVER_KEPT]
        return WireResponse(status, headers, iter((body,)))

    def serve(
        self,
        path: Path,
        operation: Operation,
        request: WireRequest,
        caller: Caller,
        announce: Callable[[Intent], None],
    ) -> WireResponse:
        """Serve a request; see `Wire.serve`."""
        del caller  # no hook runs, so git need not know
        if operation.command == DUMB:
            return self.refusal(403, "this server speaks git's smart protocol only: use git 1.6.6 or newer")
        if operation.command.startswith(ADVERTISE):
            return self._advertise(path, operation.command.removeprefix(ADVERTISE), request)
        if request.headers.get("content-type", "") != f"application/x-{operation.command}-request":
            return self.refusal(415, "not a request of git")
        try:
            body = Body(request.body, request.headers)
            if operation.command == RECEIVE:
                return self._receive(path, body, announce)
            return self._upload(path, body, _protocol(request))
        except MalformedRequest as error:
            return self.refusal(400, str(error))

    def _advertise(self, path: Path, service: str, request: WireRequest) -> WireResponse:
        # Some old servers choked on protocol 2 for a push, so git never asks for it there, and neither is it answered.
        protocol = _protocol(request) if service == UPLOAD else ""
        transfer = Transfer(_arguments(service, path, "--http-backend-info-refs"), _environment(protocol))
        if transfer.prime():
            return self._broken()
        intro = b"" if _is_second(protocol) else packet(f"# service={service}\n".encode()) + FLUSH
        return _answer(f"application/x-{service}-advertisement", _Prefixed(intro, transfer))

    def _upload(self, path: Path, body: Body, protocol: str) -> WireResponse:
        head, payload = read_packet(body)
        # Listing references is cheap: it does not wait behind packs.
        is_cheap = _is_second(protocol) and (payload or b"").startswith(b"command=ls-refs")
        free = (lambda: None) if is_cheap else take_slot()
        if free is None:
            return self._busy()
        transfer = Transfer(_arguments(UPLOAD, path), _environment(protocol), head=head, body=body, free=free)
        if transfer.prime():
            return self._broken()
        return _answer(f"application/x-{UPLOAD}-result", transfer)

    def _receive(self, path: Path, body: Body, announce: Callable[[Intent], None]) -> WireResponse:
        commands = read_commands(body)
        media_type = f"application/x-{RECEIVE}-result"
        if commands.objection:
            _discard(body)
            return _answer(media_type, iter((report(commands, commands.objection),)))
        if not commands.names:  # git asks with an empty push whether it may, before it sends a large one
            return _answer(media_type, iter(()))
        names = tuple(name.decode("utf-8", "surrogateescape") for name in commands.names)
        announce(Intent(names))
        free = take_slot()
        if free is None:
            return self._busy()
        limits = {"receive.maxInputSize": str(self._largest)} if self._largest else {}
        env = _environment("", **limits)
        transfer = Transfer(_arguments(RECEIVE, path), env, head=commands.head, body=body, free=free)
        response = self._broken() if transfer.prime() else _answer(media_type, transfer)
        response.movement = lambda: GitRepository(path).catch_up(names)
        return response

    def _broken(self) -> WireResponse:
        return self.refusal(500, "the repository cannot be served: its administrator finds more in the log")

    def _busy(self) -> WireResponse:
        response = self.refusal(503, "too many transfers at the moment: try again soon")
        response.headers.append(("Retry-After", "60"))
        return response


class _Prefixed(Iterator[bytes]):
    """Some bytes before a transfer, which still can be closed before it began."""

    def __init__(self, intro: bytes, transfer: Transfer) -> None:
        self._intro = intro
        self._transfer = transfer

    def __iter__(self) -> _Prefixed:
        return self

    def __next__(self) -> bytes:
        intro, self._intro = self._intro, b""
        return intro or next(self._transfer)

    def close(self) -> None:
        """End the transfer."""
        self._transfer.close()


def _answer(media_type: str, body: Iterator[bytes]) -> WireResponse:
    return WireResponse(200, [("Content-Type", media_type), *_NEVER_KEPT], body)


def _arguments(service: str, path: Path, *options: str) -> list[str | bytes]:
    strict = ("--strict",) if service == UPLOAD else ()
    return [service.removeprefix("git-"), "--stateless-rpc", *strict, *options, str(path)]


def _environment(protocol: str, **limits: str) -> dict[str, str]:
    return {**environment(_SERVED | limits), **({"GIT_PROTOCOL": protocol} if protocol else {})}


def _protocol(request: WireRequest) -> str:
    """Give the version that the client asks for, if it says so in a way that git does."""
    value = request.headers.get("git-protocol", "")
    return value if len(value) <= _LONGEST_PROTOCOL and _PROTOCOL.fullmatch(value) else ""


def _is_second(protocol: str) -> bool:
    return "version=2" in protocol.split(":")


def _discard(body: Body) -> None:
    """Read a refused push to its end, within reason: git reads an answer only after it has sent everything."""
    left = 64 << 20
    while left > 0 and (piece := body.read(1 << 16)):
        left -= len(piece)


WIRE = GitWire()
