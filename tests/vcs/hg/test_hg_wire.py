"""Real clients push to and pull from our wire."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
from pathlib import Path
from urllib.request import urlopen

import pytest

from belvedere.vcs.hg import WIRE
from belvedere.vcs.hg.repository import HgRepository
from belvedere.vcs.model import ChangesetQuery, Phase, RefChange, RefKind
from belvedere.vcs.wire import WireRequest
from tests.vcs.hg.site import HG, Hg, Site, crash_in_transaction, environment


class _NoBody:
    def read(self, _size: int, /) -> bytes:
        raise AssertionError("recognising reads no body")


def _request(query: str, accept: str = "", **headers: str) -> WireRequest:
    known = {name.replace("_", "-"): value for name, value in headers.items()}
    return WireRequest("GET", "/group/repo", query, {"accept": accept, **known}, _NoBody())


@pytest.mark.parametrize(
    ("query", "accept", "writes"),
    [
        ("cmd=capabilities", "application/mercurial-0.1", False),
        ("cmd=unbundle&heads=666f726365", "application/mercurial-0.1", True),
        ("cmd=pushkey", "", True),
        ("cmd=getbundle", "", False),
        ("cmd=frobnicate", "application/mercurial-0.1", True),
        ("", "application/mercurial-0.1", True),
    ],
)
def test_a_client_is_recognised_with_the_permission_that_mercurial_declares(
    query: str, accept: str, writes: bool
) -> None:
    operation = WIRE.recognise(_request(query, accept))

    assert operation is not None
    assert (operation.scheme, operation.repository, operation.writes) == ("hg", "group/repo", writes)


@pytest.mark.parametrize("query", ["", "page=2", "cmd=", "cmd=archive", "q=cmd%3Dheads", "command=heads"])
def test_a_page_is_no_client(query: str) -> None:
    assert WIRE.recognise(_request(query, "text/html,*/*")) is None


@pytest.mark.parametrize(
    ("first", "second", "writes"),
    [
        ("cmds=heads+%3Bknown+nodes%3D", None, False),
        ("cmds=heads+%3Bpushkey+namespace%3Dphases", None, True),
        ("cmds=heads+%3Bpush", "key+namespace%3Dphases", True),
        ("cmds=heads+%3Bnever+heard", None, True),
    ],
)
def test_a_batch_writes_if_something_in_it_does(first: str, second: str | None, writes: bool) -> None:
    headers = {"x_hgarg_1": first} | ({"x_hgarg_2": second} if second else {})

    operation = WIRE.recognise(_request("cmd=batch", **headers))

    assert operation is not None
    assert operation.writes is writes


def test_what_is_pushed_can_be_cloned(site: Site, url: str, work: Hg, repository: HgRepository, tmp_path: Path) -> None:
    work("push", url)
    clone = Hg(tmp_path)
    clone("clone", "-q", url, "clone")

    assert (tmp_path / "clone" / "sub" / "two.txt").read_text() == "two\n"
    assert repository.resolve("tip") == work.here("log", "-r", "tip", "-T", "{node}")
    assert repository.changeset("tip").phase is Phase.PUBLIC
    assert work.here("log", "-r", "tip", "-T", "{phase}") == "public"
    assert Hg(tmp_path / "clone").run("incoming").returncode == 1
    new = work.commit("three", "3")
    assert work("outgoing", url, "-q", "-T", "{node}").strip() == new
    work("push", url)
    Hg(tmp_path / "clone")("pull", "-u", url)
    assert (tmp_path / "clone" / "three").read_text() == "3"


def test_a_stream_clone_is_complete(url: str, work: Hg, tmp_path: Path) -> None:
    work.here("push", url)

    said = Hg(tmp_path)("clone", "--stream", "--config", "ui.quiet=no", url, "clone")

    assert "streaming all changes" in said
    Hg(tmp_path / "clone").here("verify")
    assert (tmp_path / "clone" / "one.txt").read_text() == "one\n"


def test_a_push_announces_and_tells_what_it_moved(site: Site, url: str, work: Hg, repository: HgRepository) -> None:
    work.here("bookmark", "-r", "tip", "feature")
    work("push", "-B", "feature", url)

    assert site.announced
    tip = repository.resolve("tip")
    changes = [change for movement in site.movements for change in movement.refs]
    assert RefChange(RefKind.BRANCH, "default", None, tip) in changes
    assert RefChange(RefKind.BOOKMARK, "feature", None, tip) in changes
    assert [(m.first_revision, m.last_revision) for m in site.movements if m.count] == [(0, 1)]
    assert not repository.catch_up()


def test_a_bookmark_moves_by_pushkey(site: Site, url: str, work: Hg, repository: HgRepository) -> None:
    work.here("push", url)
    site.movements.clear()
    for number in "01":
        work.here("bookmark", "-f", "-r", number, "mark")
        work.run("push", "-B", "mark", url)  # 1: no changesets

    first, second = repository.resolve(0), repository.resolve(1)
    moved = [change for movement in site.movements for change in movement.refs]
    assert moved == [
        RefChange(RefKind.BOOKMARK, "mark", None, first),
        RefChange(RefKind.BOOKMARK, "mark", first, second),
    ]


def test_a_movement_that_nobody_claimed_is_told_later(
    url: str, work: Hg, repository: HgRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("belvedere.vcs.hg.wire._claimer", lambda *_: None)
    work("push", url)
    monkeypatch.undo()

    missed = repository.catch_up()

    assert (missed.first_revision, missed.last_revision) == (0, 1)
    assert not repository.catch_up()


def test_a_reader_cannot_push(site: Site, url: str, work: Hg, repository: HgRepository) -> None:
    site.may_write = False

    done = work.run("push", url)

    assert done.returncode
    assert repository.is_empty()


@pytest.mark.parametrize("status", [403, 404, 503])
def test_the_client_prints_why_it_is_refused(site: Site, url: str, work: Hg, status: int) -> None:
    site.refuse = (status, "you may not push here: ask the owner")

    done = work.run("push", url)

    assert done.returncode == 255
    assert "you may not push here: ask the owner" in done.stderr


def test_the_client_is_asked_for_a_password(site: Site, url: str, work: Hg) -> None:
    site.refuse = (401, "log in first")

    assert "authorization" in work.run("pull", url).stderr


def test_a_batch_cannot_smuggle_a_write(site: Site, url: str, work: Hg, repository: HgRepository) -> None:
    work.here("push", url)
    site.may_write = False
    node = repository.resolve("tip")
    smuggled = f"pushkey namespace=bookmarks,key=evil,old=,new={node}".replace("=", "%3D").replace(" ", "+")
    arguments = ["-H", f"X-HgArg-1: cmds={smuggled}", "-H", "Accept: application/mercurial-0.1"]
    done = subprocess.run(
        ["curl", "-s", *arguments, f"{url}?cmd=batch"], capture_output=True, text=True, check=False, timeout=30
    )

    assert "you may not push" in done.stdout
    assert repository.refs().bookmarks == {}


def test_configuration_inside_a_repository_is_not_read(
    url: str, work: Hg, repository: HgRepository, tmp_path: Path
) -> None:
    proof = tmp_path / "proof"
    (repository.path / ".hg" / "hgrc").write_text(
        f"[hooks]\nchangegroup = touch {proof}\npretxnclose = touch {proof}\nouttgoing = touch {proof}\n"
        f"preoutgoing = touch {proof}\n[extensions]\nevil = {tmp_path}/evil.py\n"
    )
    (tmp_path / "evil.py").write_text(f"open({str(proof)!r}, 'w')\n")

    work("push", url)
    Hg(tmp_path)("clone", "-q", url, "clone")
    repository.refs()

    assert not proof.exists()


def _push_until_done(clone: Hg, url: str) -> None:
    """The loser of a race is told so, and tries again."""
    while clone.run("push", "--new-branch", url).returncode:
        pass


def test_two_pushes_at_once_each_tell_their_own(
    site: Site, url: str, work: Hg, repository: HgRepository, tmp_path: Path
) -> None:
    work.here("push", url)
    site.movements.clear()
    clones = [Hg(tmp_path / name) for name in ("a", "b")]
    for clone in clones:
        shutil.copytree(work.root, clone.root)
        clone.here("branch", "-q", clone.root.name)
        clone.here("commit", "-q", "-m", "on a branch", "-u", "ann")

    pushes = [threading.Thread(target=_push_until_done, args=(clone, url)) for clone in clones]
    for push in pushes:
        push.start()
    for push in pushes:
        push.join()

    told = sorted((m.first_revision, m.last_revision, tuple(c.name for c in m.refs)) for m in site.movements if m)
    assert [numbers[:2] for numbers in told] == [(2, 2), (3, 3)]
    assert sorted(numbers[2] for numbers in told) == [("a",), ("b",)]
    assert len(repository.refs().heads) == 2


def test_a_client_killed_while_it_sends_changes_nothing(
    site: Site, url: str, work: Hg, repository: HgRepository
) -> None:
    host, port = site.url.removeprefix("http://").split(":")
    half = (
        "POST /group/repo?cmd=unbundle HTTP/1.1\r\nHost: x\r\nAccept: application/mercurial-0.1\r\n"
        "X-HgArg-1: heads=666f726365\r\nContent-Length: 1000000\r\n\r\nHG20\0\0\0\0"
    )
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(half.encode())

    work("push", url)

    assert repository.verify() == []
    assert [c.message for c in repository.changesets(ChangesetQuery())]


def test_a_push_after_a_server_was_killed_in_one(url: str, work: Hg, repository: HgRepository) -> None:
    work.here("push", "-r", "0", url)
    crash_in_transaction(repository.path)

    work("push", url)

    assert repository.changeset("tip").message == "second"
    assert repository.verify() == []


def test_a_malformed_request_is_answered(site: Site, url: str, work: Hg) -> None:
    for query in (
        "cmd=batch",
        "cmd=known",
        "cmd=lookup",
        "cmd=between&pairs=x",
        "cmd=getbundle&heads=zz",
        "cmd=stream_out",
    ):
        with urlopen(f"{url}?{query}", timeout=30) as answer:  # noqa: S310 -- our own server
            assert answer.headers["Content-Type"].startswith("application/")
            answer.read()


def test_a_client_killed_while_it_pulls_stops_the_work(site: Site, url: str, work: Hg, tmp_path: Path) -> None:
    (work.root / "big").write_bytes(os.urandom(30_000_000))
    work.here("commit", "-q", "-A", "-m", "big", "-u", "ann")
    work.here("push", url)

    client = subprocess.Popen([HG, "clone", "-q", url, str(tmp_path / "clone")], env=environment())
    while "getbundle" not in site.commands:
        assert client.poll() is None
    client.kill()
    client.wait()

    assert work("identify", "--id", url)
