"""Mercurial's wire protocol over HTTP, without the pages that Mercurial would show."""

from __future__ import annotations

import contextlib
import logging
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from mercurial import error, hook, wireprotoserver, wireprotov1server
from mercurial.hgweb import common, request

from belvedere.vcs.hg.engine import movement
from belvedere.vcs.hg.engine.opening import open_repository
from belvedere.vcs.hg.engine.writing import INCOMING, recover

log = logging.getLogger(__name__)

_MALFORMED = (LookupError, TypeError, ValueError, AssertionError, error.RepoLookupError)
_ENDLESS = str(1 << 62)


class Body(Protocol):
    """The request's body."""

    def read(self, size: int = -1, /) -> bytes:
        """Give at most `size` bytes, `b""` at the end."""


@dataclass(frozen=True, slots=True)
class Head:
    """A request without its body, and who asks."""

    method: str
    query: str
    headers: dict[str, str]
    username: str
    address: str
    may_write: bool


@dataclass(slots=True)
class Answer:
    """What goes back; `token` claims the movement of a push."""

    status: int
    headers: list[tuple[str, str]]
    chunks: Iterable[bytes]
    token: str | None = None


@dataclass(frozen=True, slots=True)
class _Context:
    """All that Mercurial's handler wants of hgweb's request context."""

    repo: Any


def permissions() -> dict[str, bool]:
    """Map each command that is served over HTTP to whether Mercurial says that it writes."""
    return {
        name.decode(): entry.permission != b"pull"
        for name, entry in wireprotov1server.commands.items()
        if b"http-v1" in entry.transports
    }


def answer(repo: Any, head: Head, body: Body) -> Answer:
    """Run a command, up to the first byte of its answer; `repo` is unfiltered and belongs to this request."""
    started: list[tuple[str, list[tuple[str, str]]]] = []
    try:
        parsed = request.parserequestfromenv(_environ(head, body))
        response = request.wsgiresponse(parsed, lambda status, headers: started.append((status, headers)))
        repo.ui.environ = parsed.rawenv
        context = _Context(repo.filtered(b"served"))
        if not wireprotoserver.handlewsgirequest(context, parsed, response, _checker(head.may_write)):
            return _said(b"this is not a command of the Mercurial protocol")
    except error.Abort as fault:
        return _said(fault.format().strip())
    except _MALFORMED:
        log.warning("a malformed request was refused", exc_info=True)
        return _said(b"the request is malformed or asks for what is not there")
    if not response.status.startswith(b"200"):  # of another status the client prints the number alone
        return _said(_refusal(parsed, response))
    chunks = response.sendresponse()
    first = next(chunks, b"")
    status, headers = started[0]
    return Answer(int(status.split(" ", 1)[0]), headers, _joined(first, chunks))


def answer_writing(repo: Any, head: Head, body: Body) -> Answer:
    """Run a command that may write, and measure what it moved before anybody else can write."""
    recover(repo)
    repo.ui.setconfig(b"ui", b"quiet", b"no", b"belvedere")  # who pushes reads what was added
    measured: list[tuple[str, Any]] = []
    _call_at_close(repo, lambda: measured.extend(filter(None, [_measure(repo)])))
    with _incoming(Path(repo.path.decode("utf-8", "surrogateescape"), INCOMING)):
        found = answer(repo, head, body)
    found.token = measured[-1][0] if measured else None
    return found


def _measure(repo: Any) -> tuple[str, Any] | None:
    # A fresh repository: this one's caches are of the time before the transaction.
    return movement.measure(open_repository(repo.root.decode("utf-8", "surrogateescape")))


def _call_at_close(repo: Any, call: Callable[[], None]) -> None:
    """Call when a transaction is on disk and its lock is still held, which Mercurial's `txnclose` hook is not."""

    def before_close(repo: Any, **_: object) -> None:
        repo.currenttransaction().addpostclose(b"belvedere", lambda _transaction: call())

    repo.ui.setconfig(b"hooks", b"pretxnclose.belvedere", before_close, b"belvedere")


@contextlib.contextmanager
def _incoming(folder: Path) -> Iterator[None]:
    """Let Mercurial keep the arriving bundle in a folder; only for a process that serves one request."""
    folder.mkdir(mode=0o700, exist_ok=True)
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


def _checker(may_write: bool) -> Callable[[Any, Any, bytes], None]:
    def check(_context: Any, _request: Any, permission: bytes) -> None:
        if permission != b"pull" and not may_write:
            raise common.ErrorResponse(common.HTTP_FORBIDDEN, b"you may not push to this repository")

    return check


def _environ(head: Head, body: Body) -> dict[str, Any]:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": head.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": "",
        "QUERY_STRING": head.query,
        "SERVER_NAME": "belvedere",
        "SERVER_PORT": "80",
        "REMOTE_USER": _latin(head.username),
        "REMOTE_ADDR": head.address,
        "REMOTE_HOST": head.address,
        "wsgi.url_scheme": "http",
        "wsgi.input": body,
        "CONTENT_LENGTH": head.headers.get("content-length", "0"),
    }
    if "transfer-encoding" in head.headers:  # the reader knows the end; Mercurial insists on a length
        environ["CONTENT_LENGTH"] = _ENDLESS
    for name, value in head.headers.items():
        if name not in {"content-length", "proxy", "expect", "host"}:
            environ["HTTP_" + name.upper().replace("-", "_")] = value
    return environ


def _latin(text: str) -> str:
    """Disguise UTF-8 as Latin-1, as WSGI wants it."""
    return text.encode().decode("latin-1")


def _said(text: bytes) -> Answer:
    """Say something that the client prints as the server's words."""
    body = text + b"\n"
    return Answer(200, [("Content-Type", "application/hg-error"), ("Content-Length", str(len(body)))], [body])


def _refusal(parsed: Any, response: Any) -> bytes:
    """Take the body that the client insists on sending, and give what Mercurial has to say."""
    if parsed.method == b"POST":
        while parsed.bodyfh.read(65536):
            pass
    said: bytes = b"".join(response.sendresponse())
    return said.removeprefix(b"0\n").strip()


def _joined(first: bytes, rest: Iterable[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def prepare() -> None:
    """Keep what Mercurial prints away from standard output for the life of this process."""
    hook.redirect(True)
