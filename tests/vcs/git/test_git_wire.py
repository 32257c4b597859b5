"""Real git clients against the wire."""

from __future__ import annotations

import gzip
import http.client
import io
import os
import random
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from belvedere.vcs.errors import RepositoryBroken
from belvedere.vcs.git import WIRE, GitRepository, pktlines, transfer
from belvedere.vcs.git.transfer import Body
from belvedere.vcs.wire import Intent, Operation, WireRequest
from tests.vcs.git.site import CALLER, Site
from tests.vcs.scribe import GIT_ENVIRONMENT, GitScribe


def wire_request(method: str, path: str, query: str = "", body: bytes = b"", **headers: str) -> WireRequest:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return WireRequest(method, path, query, named, io.BytesIO(body))


def client(*arguments: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", *map(str, arguments)],
        env={**os.environ, **GIT_ENVIRONMENT, **env},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("version", ["0", "1", "2"])
def test_clone_of_each_protocol(
    repository: GitRepository, scribe: GitScribe, url: str, site: Site, version: str, tmp_path: Path
) -> None:
    scribe.write("a", "1\n").commit("one")
    scribe.push(repository.path)
    done = client("-c", f"protocol.version={version}", "clone", "-q", f"{url}.git", tmp_path / "clone")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "clone" / "a").read_text() == "1\n"
    assert (site.requests[0].headers.get("git-protocol") or "version=0") == f"version={version}"


def test_push_is_announced_and_told(repository: GitRepository, scribe: GitScribe, url: str, site: Site) -> None:
    scribe.write("a", "1\n").commit("one")
    scribe("tag", "-a", "-m", "tag", "v1")
    scribe("push", "-q", url, "HEAD:refs/heads/topic", "v1")
    assert site.announced == [Intent(("refs/heads/topic", "refs/tags/v1"))]
    assert [(change.name, change.old is None) for change in site.movements[0].refs] == [("topic", True), ("v1", True)]
    assert site.movements[0].count == 1
    assert repository.refs().default == "topic"
    scribe.write("a", "2\n").commit("two")
    scribe("push", "-q", url, "HEAD:refs/heads/topic")
    assert (site.movements[1].first_revision, site.movements[1].last_revision) == (1, 1)
    scribe("push", "-q", url, ":refs/tags/v1")
    assert [(change.name, change.new) for change in site.movements[2].refs] == [("v1", None)]


def test_fetch_after_push_of_another(repository: GitRepository, scribe: GitScribe, url: str, tmp_path: Path) -> None:
    scribe.write("a", "1\n").commit("one")
    scribe("push", "-q", url, "main")
    assert client("clone", "-q", url, tmp_path / "clone").returncode == 0
    two = scribe.write("a", "2\n").commit("two")
    scribe("push", "-q", url, "main")
    assert client("-C", tmp_path / "clone", "pull", "-q").returncode == 0
    assert client("-C", tmp_path / "clone", "rev-parse", "HEAD").stdout.strip() == two


def test_shallow_and_partial_clones(repository: GitRepository, scribe: GitScribe, url: str, tmp_path: Path) -> None:
    for number in range(4):
        scribe.write("a", f"{number}\n").commit(str(number))
    scribe.push(repository.path)
    assert client("clone", "-q", "--depth=1", url, tmp_path / "shallow").returncode == 0
    assert client("-C", tmp_path / "shallow", "rev-list", "--count", "HEAD").stdout.strip() == "1"
    assert client("-C", tmp_path / "shallow", "fetch", "-q", "--unshallow").returncode == 0
    assert client("-C", tmp_path / "shallow", "rev-list", "--count", "HEAD").stdout.strip() == "4"
    done = client("clone", "-q", "--filter=blob:none", url, tmp_path / "partial")
    assert done.returncode == 0, done.stderr
    assert "?" in client("-C", tmp_path / "partial", "rev-list", "--objects", "--all", "--missing=print").stdout
    assert client("-C", tmp_path / "partial", "show", "HEAD~2:a").stdout == "1\n"


def test_large_chunked_push_and_many_haves(repository: GitRepository, scribe: GitScribe, url: str, site: Site) -> None:
    scribe.write("blob", random.Random(1).randbytes(3 << 20)).commit("large")
    scribe("-c", "http.postBuffer=65536", "push", "-q", url, "main")
    posts = [request for request in site.requests if request.method == "POST"]
    assert any(request.headers.get("transfer-encoding") == "chunked" for request in posts)
    assert repository.read("tip", "blob") == random.Random(1).randbytes(3 << 20)
    assert len(site.announced) == 1  # the empty push that asks first is nobody's intention


def test_compressed_requests(
    repository: GitRepository, scribe: GitScribe, url: str, site: Site, tmp_path: Path
) -> None:
    scribe("fast-import", "--quiet", stdin=b"".join(branch(number) for number in range(60)))
    scribe.push(repository.path)
    assert client("clone", "-q", "--mirror", url, tmp_path / "clone").returncode == 0
    assert any(request.headers.get("content-encoding") == "gzip" for request in site.requests)
    assert client("-C", tmp_path / "clone", "rev-list", "--all", "--count").stdout.strip() == "60"


def test_names_that_are_no_utf8(repository: GitRepository, scribe: GitScribe, url: str, site: Site) -> None:
    one = scribe.write("a", "1\n").commit("one")
    scribe(b"push", b"-q", url.encode(), b"HEAD:refs/heads/caf\xe9")
    assert site.announced == [Intent(("refs/heads/caf\udce9",))]
    assert repository.refs().branches == {"caf\udce9": one}
    assert site.movements[0].refs[0].name == "caf\udce9"
    assert repository.resolve("caf\udce9") == one


def test_clients_see_why_they_are_refused(scribe: GitScribe, url: str, site: Site) -> None:
    site.refuse = (403, "you may not read this")
    done = client("ls-remote", url)
    assert done.returncode != 0
    assert "remote: you may not read this" in done.stderr


def test_dumb_protocol_is_refused_with_a_reason(url: str) -> None:
    done = client("ls-remote", url, GIT_SMART_HTTP="0")
    assert done.returncode != 0
    assert "smart protocol" in done.stderr


def test_broken_repository_is_no_success(repository: GitRepository, scribe: GitScribe, url: str) -> None:
    (repository.path / "HEAD").unlink()
    done = client("ls-remote", url)
    assert done.returncode != 0
    assert "500" in done.stderr
    assert str(repository.path) not in done.stderr


def test_hostile_packs_are_refused(repository: GitRepository, scribe: GitScribe, url: str) -> None:
    blob = scribe("hash-object", "-w", "--stdin", stdin=b"x")
    tree = scribe("mktree", stdin=f"100644 blob {blob}\t.gitmodules\n".encode())
    evil = scribe(
        "hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=b"100644 .git\0" + bytes.fromhex(blob)
    )
    for bad in (evil,):
        commit = scribe("commit-tree", "-m", "evil", bad)
        scribe("update-ref", "refs/heads/evil", commit)
        with pytest.raises(AssertionError, match="hasDotgit"):
            scribe("push", url, "evil")
    assert tree
    assert repository.is_empty()


def test_internal_names_are_hidden(repository: GitRepository, scribe: GitScribe, url: str) -> None:
    one = scribe.write("a", "1\n").commit("one")
    scribe.push(repository.path)
    (repository.path / "refs" / "belvedere").mkdir()
    (repository.path / "refs" / "belvedere" / "kept").write_text(one + "\n")
    assert "belvedere" not in client("ls-remote", url).stdout
    with pytest.raises(AssertionError, match="hidden ref"):
        scribe("push", url, "HEAD:refs/belvedere/mine")


def test_hooks_in_a_repository_never_run(
    repository: GitRepository, scribe: GitScribe, url: str, tmp_path: Path
) -> None:
    for name in ("pre-receive", "post-receive", "update", "post-update", "reference-transaction"):
        (repository.path / "hooks").mkdir(exist_ok=True)
        hook = repository.path / "hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
        hook.chmod(0o755)
    scribe.write("a", "1\n").commit("one")
    scribe("push", "-q", url, "main")
    assert not (tmp_path / "ran").exists()


def test_too_many_commands_get_a_report(
    monkeypatch: pytest.MonkeyPatch, scribe: GitScribe, url: str, site: Site
) -> None:
    monkeypatch.setattr(pktlines, "MOST_COMMANDS", 3)
    scribe.write("a", "1\n").commit("one")
    for number in range(5):
        scribe("branch", f"b{number}")
    with pytest.raises(AssertionError, match="too many references in one push"):
        scribe("push", url, "--all")
    assert site.announced == []


def test_aborted_push_leaves_nothing(repository: GitRepository, scribe: GitScribe, url: str, site: Site) -> None:
    scribe.write("a", "1\n")
    one = scribe.commit("one")
    where = urlsplit(url)
    command = f"{'0' * 40} {one} refs/heads/main\0report-status".encode()
    head = pktlines.packet(command) + b"0000" + b"PACK"
    with socket.create_connection((where.hostname, where.port)) as connection:
        connection.sendall(
            f"POST {where.path}/git-receive-pack HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n"
            "Content-Type: application/x-git-receive-pack-request\r\n\r\n".encode()
            + head
        )
        wait_for(lambda: bool(site.announced))
    wait_for(lambda: bool(site.movements))
    assert not site.movements[0]
    assert repository.is_empty()


def test_killed_clients_free_their_place(
    repository: GitRepository, scribe: GitScribe, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "_slots", threading.BoundedSemaphore(1))
    scribe("config", "core.compression", "0")
    scribe.write("blob", random.Random(2).randbytes(8 << 20)).commit("large")
    scribe.push(repository.path)
    where = urlsplit(url)
    one = repository.resolve("tip")
    want = pktlines.packet(f"want {one} ofs-delta\n".encode()) + b"0000" + pktlines.packet(b"done\n")
    connection = http.client.HTTPConnection(where.hostname, where.port)
    connection.request(
        "POST", f"{where.path}/git-upload-pack", want, {"Content-Type": "application/x-git-upload-pack-request"}
    )
    response = connection.getresponse()
    assert response.read(1000)
    response.close()
    connection.close()
    done = client("clone", "-q", url, tmp_path / "clone")
    assert done.returncode == 0, done.stderr


def test_closing_an_unread_answer_ends_git(repository: GitRepository, scribe: GitScribe) -> None:
    scribe("config", "core.compression", "0")
    scribe.write("blob", random.Random(3).randbytes(4 << 20)).commit("large")
    scribe.push(repository.path)
    one = repository.resolve("tip")
    body = pktlines.packet(f"want {one}\n".encode()) + b"0000" + pktlines.packet(b"done\n")
    request = wire_request("POST", "r/git-upload-pack", body=body, content_type="application/x-git-upload-pack-request")
    operation = WIRE.recognise(request)
    assert operation is not None
    response = WIRE.serve(repository.path, operation, request, CALLER, lambda _: None)
    process = response.body._process
    assert process.poll() is None
    response.body.close()
    assert process.returncode in (-signal.SIGTERM, -signal.SIGKILL, -signal.SIGPIPE, 128, 141)
    with pytest.raises(StopIteration):
        next(response.body)


@pytest.mark.parametrize(
    ("method", "path", "query", "expected"),
    [
        ("GET", "a/b/info/refs", "service=git-upload-pack", ("a/b", "info/refs git-upload-pack", False)),
        ("GET", "a/b.git/info/refs", "service=git-receive-pack", ("a/b.git", "info/refs git-receive-pack", True)),
        ("POST", "a/git-receive-pack", "", ("a", "git-receive-pack", True)),
        ("POST", "/a/git-upload-pack", "", ("a", "git-upload-pack", False)),
        ("GET", "a/git-upload-pack", "", None),
        ("GET", "a/files/tip/info/refs", "", None),
        ("GET", "info/refs", "service=git-upload-pack", None),
        ("GET", "a", "service=git-upload-pack", None),
        ("DELETE", "a/info/refs", "service=git-upload-pack", None),
    ],
)
def test_recognise(method: str, path: str, query: str, expected: tuple[str, str, bool] | None) -> None:
    wanted = None if expected is None else Operation("git", *expected)
    assert WIRE.recognise(wire_request(method, path, query, user_agent="Mozilla")) == wanted


@pytest.mark.parametrize("body", [b"zzzz", b"0009", b"fff", b"0003", b"00ffabc"])
def test_broken_packets_are_refused(repository: GitRepository, body: bytes) -> None:
    for service in ("git-upload-pack", "git-receive-pack"):
        request = wire_request("POST", f"r/{service}", body=body, content_type=f"application/x-{service}-request")
        operation = WIRE.recognise(request)
        assert operation is not None
        assert WIRE.serve(repository.path, operation, request, CALLER, lambda _: None).status == 400


def test_wrong_media_type_is_refused(repository: GitRepository) -> None:
    request = wire_request("POST", "r/git-upload-pack", content_type="text/html")
    operation = WIRE.recognise(request)
    assert operation is not None
    assert WIRE.serve(repository.path, operation, request, CALLER, lambda _: None).status == 415


def test_bodies_are_unpacked_in_pieces() -> None:
    data = gzip.compress(b"\0" * 5_000_000)
    body = Body(io.BytesIO(data + b"rest"), {"content-encoding": "gzip", "content-length": str(len(data))})
    sizes = []
    while piece := body.read(65536):
        sizes.append(len(piece))
    assert sum(sizes) == 5_000_000
    assert max(sizes) <= 65536
    with pytest.raises(pktlines.MalformedRequest):
        Body(io.BytesIO(data[:100]), {"content-encoding": "gzip"}).exactly(10**7)
    with pytest.raises(pktlines.MalformedRequest):
        Body(io.BytesIO(b"no gzip"), {"content-encoding": "gzip"}).read(10)


def test_nothing_is_served_where_nothing_is(tmp_path: Path) -> None:
    request = wire_request("GET", "r/info/refs", "service=git-upload-pack")
    operation = WIRE.recognise(request)
    assert operation is not None
    try:
        status = WIRE.serve(tmp_path / "nowhere", operation, request, CALLER, lambda _: None).status
    except RepositoryBroken:
        status = 500
    assert status == 500


def branch(number: int) -> bytes:
    return b"commit refs/heads/b%d\ncommitter A <a@x> %d +0000\ndata 1\nx\n" % (number, number)


def wait_for(is_so: object, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not is_so():  # type: ignore[operator]  # any callable
        assert time.monotonic() < end, "this never happened"
        time.sleep(0.01)
